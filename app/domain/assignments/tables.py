"""The rows of assignments: one table, because both kinds give the same place and the same right."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import belongs_to, belongs_to_case, term
from app.domain.assignments.rules import (
    AbsenceReason,
    AssignmentEnd,
    AssignmentKind,
    TransferRequester,
)
from app.domain.fields import Day, Line, Note, Paragraph, YesNo

# One primary and one substitute at most on any day of a case; an assignment that was ended before
# it began has no days and meets nobody.
_ONE_OF_A_KIND = (
    "ALTER TABLE assignment ADD CONSTRAINT assignment_one_of_a_kind EXCLUDE USING gist"
    " (centre_id WITH =, case_id WITH =, kind WITH =, daterange(starts_on, ends_on) WITH &&)"
)


class OverrideFields(SQLModel):
    """The manager's decision to exceed the centre's own limit (C13), never the statute's (C12)."""

    override_local_limit: YesNo = Field(
        default=False, description="Exceed the centre's own limit, up to the statute's fifteen"
    )
    override_reason: Paragraph | None = Field(
        default=None, description="Required with the override (C13)"
    )


class AcceptanceFields(OverrideFields):
    """Who will assist the family, from when, by which letter."""

    assistant_id: UUID
    starts_on: Day | None = Field(
        default=None, description="First day of work; today unless said, at most 60 days ahead"
    )
    letter_no: Line | None = Field(default=None, description="Number of the assigning letter")


class TransferFields(OverrideFields):
    """Who follows as the primary assistant, from when and why."""

    to_assistant_id: UUID
    on: Day = Field(description="First day of the new assistant")
    reason: Paragraph
    requested_by: TransferRequester
    handover_note: Note = Field(description="The hand-over protocol")
    family_informed: YesNo = Field(description="Must be true: the family knows (2.5)")


class SubstitutionFields(OverrideFields):
    """Who stands in, on which days and why."""

    substitute_id: UUID
    from_: Day = Field(alias="from", description="First day")
    to: Day = Field(description="Last day, included")
    reason: AbsenceReason
    handover_note: Note = Field(description="What the substitute must know")


class EarlyEndFields(SQLModel):
    """From when a substitution is over."""

    on: Day | None = Field(
        default=None, description="First day without the substitute; today unless said"
    )


class Assignment(CaseRecord, table=True):
    """An assistant's work with a family, from a day until before another (None: open)."""

    __tablename__ = "assignment"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("assistant_id", "account"),
        belongs_to("replaces_id", "assignment"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("kind = 'primary' OR ends_on IS NOT NULL", name="substitution_ends"),
        CheckConstraint(
            "kind = 'substitute' OR (ends_on IS NULL) = (end_reason IS NULL)", name="end_reason"
        ),
        Index(
            "assignment_one_open_primary",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("kind = 'primary' AND ends_on IS NULL"),
        ),
        Index("ix_assignment_case", "centre_id", "case_id", "family_id"),
        Index("ix_assignment_assistant", "centre_id", "assistant_id", "ends_on"),
        Index("ix_assignment_replaces", "centre_id", "replaces_id"),
        {"info": {"sql": (_ONE_OF_A_KIND,)}},
    )

    assistant_id: UUID
    kind: AssignmentKind = Field(sa_type=term(AssignmentKind))
    starts_on: date
    ends_on: date | None = None
    end_reason: AssignmentEnd | None = Field(default=None, sa_type=term(AssignmentEnd))
    replaces_id: UUID | None = None
    letter_no: str | None = Field(default=None, max_length=300)
    override_reason: Paragraph | None = None
    requested_by: TransferRequester | None = Field(default=None, sa_type=term(TransferRequester))
    reason: Paragraph | None = None
    absence: AbsenceReason | None = Field(default=None, sa_type=term(AbsenceReason))
    handover_note: Note | None = None
