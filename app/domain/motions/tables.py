"""The rows of motions and suspensions."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import belongs_to, belongs_to_case, term
from app.domain.fields import Day, Paragraph
from app.domain.motions.rules import ClosureReason, MotionKind, MotionState, SuspensionReason


class MotionFields(SQLModel):
    """What the assistant asks the manager for, and why."""

    kind: MotionKind = Field(sa_type=term(MotionKind))
    suspension_reason: SuspensionReason | None = Field(
        default=None, sa_type=term(SuspensionReason), description="Of a motion to suspend"
    )
    closure_reason: ClosureReason | None = Field(
        default=None, sa_type=term(ClosureReason), description="Of a motion to close"
    )
    text: Paragraph | None = Field(
        default=None, description="Required for another reason, and to be released"
    )
    review_on: Day | None = Field(
        default=None, description="When the suspension should be reviewed"
    )


class Motion(MotionFields, CaseRecord, table=True):
    """A motion of the assistant; decided by the manager, or withdrawn."""

    __tablename__ = "motion"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint("(state = 'open') = (decided_on IS NULL)", name="decided"),
        CheckConstraint("closure_reason <> 'child_placed'", name="a5"),
        Index("ix_motion_case", "centre_id", "case_id", "family_id"),
        Index(
            "motion_one_open",
            "centre_id",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    state: MotionState = Field(default=MotionState.OPEN, sa_type=term(MotionState))
    proposed_on: date
    decided_on: date | None = None
    decided_by: UUID | None = None
    decision_note: Paragraph | None = None


class SuspensionFields(SQLModel):
    """Why and from when the cooperation rests; the review falls after the set days unless said."""

    reason: SuspensionReason = Field(sa_type=term(SuspensionReason))
    reason_text: Paragraph | None = Field(default=None, description="Required for another reason")
    starts_on: Day
    review_on: Day | None = None
    motion_id: UUID | None = Field(default=None, description="The motion that is granted by this")


class Suspension(SuspensionFields, CaseRecord, table=True):
    """A time during which the cooperation rests; open until `ended_on`."""

    __tablename__ = "suspension"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("motion_id", "motion"),
        CheckConstraint("ended_on >= starts_on", name="period"),
        CheckConstraint("review_on > starts_on", name="review"),
        CheckConstraint("reason <> 'other' OR reason_text IS NOT NULL", name="explained"),
        Index("ix_suspension_case", "centre_id", "case_id", "family_id"),
        Index("ix_suspension_motion", "centre_id", "motion_id"),
        Index(
            "suspension_one_open",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    review_on: date
    ended_on: date | None = None
    end_note: Paragraph | None = None
