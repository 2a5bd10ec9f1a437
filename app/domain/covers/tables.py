"""The rows of absence covers."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.assignments.rules import AbsenceReason
from app.domain.assignments.tables import OverrideFields
from app.domain.fields import Day, Note, Paragraph

# A cover that was ended before it began has no days and meets nobody.
_ONE_AT_A_TIME = (
    "ALTER TABLE cover ADD CONSTRAINT cover_one_at_a_time EXCLUDE USING gist"
    " (centre_id WITH =, absent_id WITH =, daterange(starts_on, ends_on) WITH &&)"
)


class CoverFields(OverrideFields):
    """Who covers for whom, on which days and why."""

    absent_id: UUID = Field(description="Who is absent")
    covering_id: UUID = Field(description="Who covers: somebody with the same roles")
    from_: Day = Field(alias="from", description="First day")
    to: Day = Field(description="Last day, included")
    reason: AbsenceReason
    note: Note | None = Field(default=None, description="What the other must know")


class EarlyCoverEndFields(SQLModel):
    """From when a cover is over."""

    on: Day | None = Field(default=None, description="First day without it; today unless said")


class Cover(Record, table=True):
    """One worker covers for another, from a day until before another.

    `takes_places`: the covered families take places of whoever covers, as the centre had set for
    the first day.
    """

    __tablename__ = "cover"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("absent_id", "account"),
        belongs_to("covering_id", "account"),
        CheckConstraint("absent_id <> covering_id", name="another"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_cover_absent", "centre_id", "absent_id", "starts_on"),
        Index("ix_cover_covering", "centre_id", "covering_id", "ends_on"),
        {
            "info": {
                "sql": (_ONE_AT_A_TIME,),
                "readers": ("absent_id", "covering_id"),
                "writers": ("absent_id",),
            }
        },
    )

    absent_id: UUID
    covering_id: UUID
    starts_on: date
    ends_on: date
    reason: AbsenceReason = Field(sa_type=term(AbsenceReason))
    note: Note | None = None
    override_reason: Paragraph | None = None
    takes_places: bool
    ended_early: bool = False
