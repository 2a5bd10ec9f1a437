"""The rows of foster families, of their coordination and of placements."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord, Record
from app.db.types import belongs_to, belongs_to_case, term
from app.domain.fields import Day, Line, Name, Paragraph
from app.domain.placements.rules import (
    CareForm,
    CareTasksBy,
    FosterFamilyKind,
    PlacementBasis,
    PlacementOutcome,
)


class FosterFamilyFields(SQLModel):
    """A foster family by its number in the powiat's register: no personal names are needed."""

    register_number: Line = Field(description="Number in the register of foster families")
    town: Name
    kind: FosterFamilyKind = Field(sa_type=term(FosterFamilyKind))


class FosterFamily(FosterFamilyFields, Record, table=True):
    """A foster family, with what changes together with it, under its lock.

    `coordinator_id` is that of its open coordination; `children_in_care` counts open placements
    of children from our families, which not everybody who reads this may see.
    """

    __tablename__ = "foster_family"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("coordinator_id", "account"),
        UniqueConstraint("centre_id", "register_number", name="foster_family_number"),
        CheckConstraint("children_in_care >= 0", name="children"),
        Index("ix_foster_family_coordinator", "centre_id", "coordinator_id"),
        Index("ix_foster_family_town", "centre_id", "town", "id"),
    )

    coordinator_id: UUID | None = None
    children_in_care: int = 0


class CoordinationFields(SQLModel):
    """The appointment of a coordinator for a foster family, on its application (G2)."""

    coordinator_id: UUID
    application_received_on: Day = Field(description="When the foster family applied (G2)")
    opinion_asked_on: Day | None = Field(
        default=None, description="When the foster family was asked for its opinion (G3)"
    )
    starts_on: Day


_ONE_AT_A_TIME = (
    "ALTER TABLE coordination ADD CONSTRAINT coordination_one_at_a_time EXCLUDE USING gist"
    " (centre_id WITH =, foster_family_id WITH =, daterange(starts_on, ended_on) WITH &&)"
)


class Coordination(CoordinationFields, Record, table=True):
    """Who coordinates a foster family, from a day until before another."""

    __tablename__ = "coordination"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("foster_family_id", "foster_family"),
        belongs_to("coordinator_id", "account"),
        CheckConstraint("ended_on > starts_on", name="period"),
        CheckConstraint("starts_on >= application_received_on", name="application_first"),
        Index("ix_coordination_foster_family", "centre_id", "foster_family_id", "starts_on"),
        Index("ix_coordination_coordinator", "centre_id", "coordinator_id"),
        {"info": {"sql": (_ONE_AT_A_TIME,)}},
    )

    foster_family_id: UUID
    ended_on: date | None = None


class PlacementFields(SQLModel):
    """A child's placement in care as it is reported."""

    person_id: UUID = Field(description="The child")
    form: CareForm = Field(sa_type=term(CareForm))
    starts_on: Day
    legal_basis: PlacementBasis = Field(sa_type=term(PlacementBasis))
    reference: Line | None = Field(default=None, description="File number of the order or record")
    foster_family_id: UUID | None = Field(default=None, description="Where the form is `family`")
    tasks_performed_by: CareTasksBy | None = Field(
        default=None,
        sa_type=term(CareTasksBy),
        description="Who performs the coordinator's tasks (G2); follows from the foster family",
    )
    institution_name: Line | None = Field(default=None, description="Required for `institution`")
    educator_name: Name | None = Field(default=None, description="Required for `institution` (E4)")
    educator_contact: Line | None = Field(default=None, description="Required for `institution`")
    notice_received_on: Day | None = Field(
        default=None, description="When the powiat's notice of the placement came (G19)"
    )


_INSTITUTION = "institution_name IS NOT NULL AND educator_name IS NOT NULL"


class Placement(PlacementFields, CaseRecord, table=True):
    """One child's stay in care; open until `ended_on`."""

    __tablename__ = "placement"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        ForeignKeyConstraint(
            ["centre_id", "person_id", "family_id"],
            ["person.centre_id", "person.id", "person.family_id"],
        ),
        belongs_to("foster_family_id", "foster_family"),
        CheckConstraint("ended_on >= starts_on", name="period"),
        CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint(
            "CASE form WHEN 'family' THEN tasks_performed_by IS NOT NULL"
            " AND institution_name IS NULL AND educator_name IS NULL AND educator_contact IS NULL"
            f" ELSE {_INSTITUTION} AND educator_contact IS NOT NULL"
            " AND foster_family_id IS NULL AND tasks_performed_by IS NULL END",
            name="details",
        ),
        Index("ix_placement_case", "centre_id", "case_id", "family_id"),
        Index("ix_placement_person", "centre_id", "person_id", "family_id"),
        Index("ix_placement_foster_family", "centre_id", "foster_family_id"),
        Index(
            "placement_one_open",
            "centre_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    ended_on: date | None = None
    outcome: PlacementOutcome | None = Field(default=None, sa_type=term(PlacementOutcome))
    outcome_note: Paragraph | None = None
