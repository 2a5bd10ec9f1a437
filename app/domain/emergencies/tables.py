"""The rows of emergency accesses."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import INSTANT, belongs_to, term
from app.domain.emergencies.rules import MOST_HOURS, EmergencyOutcome, EmergencyReason
from app.domain.fields import Handle, Paragraph

Hours = Annotated[int, Bounds(strict=True, ge=1, le=MOST_HOURS)]
_OPEN = (
    "ALTER TABLE emergency_access ADD CONSTRAINT emergency_access_open EXCLUDE USING gist"
    " (centre_id WITH =, account_id WITH =, family_id WITH =,"
    " tstzrange(opened_at, ends_at) WITH &&)"
)


class EmergencyFields(SQLModel):
    """Which family of a search of one's own, why, for how long."""

    search_id: UUID = Field(description="Your own search of the last 60 minutes")
    candidate: Handle = Field(description="The `handle` of the family in its answer")
    reason: EmergencyReason
    justification: Paragraph = Field(description="What has happened; the manager reads it")
    hours: Hours | None = Field(
        default=None, description="For how long; as the centre allows unless said"
    )


class ReviewFields(SQLModel):
    """What the manager found."""

    outcome: EmergencyOutcome
    note: Paragraph


class EmergencyAccess(Record, table=True):
    """One person's right to read one file, from an instant until before another."""

    __tablename__ = "emergency_access"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        belongs_to("family_id", "family"),
        belongs_to("reviewed_by", "account"),
        CheckConstraint(
            "ends_at >= opened_at AND ends_at <= opened_at + interval '24 hours'", name="hours"
        ),
        CheckConstraint("reviewed_by <> account_id", name="another_reviews"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (outcome IS NULL)"
            " AND (reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name="reviewed",
        ),
        Index("ix_emergency_access_account", "centre_id", "account_id", "ends_at"),
        Index("ix_emergency_access_family", "centre_id", "family_id"),
        Index("ix_emergency_access_reviewer", "centre_id", "reviewed_by"),
        Index(
            "ix_emergency_access_unreviewed",
            "centre_id",
            "opened_at",
            postgresql_where=text("reviewed_at IS NULL"),
        ),
        {"info": {"sql": (_OPEN,), "readers": ("account_id",), "writers": ("account_id",)}},
    )

    account_id: UUID
    family_id: UUID
    reason: EmergencyReason = Field(sa_type=term(EmergencyReason))
    justification: Paragraph
    opened_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    ended_early: bool = False
    reviewed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reviewed_by: UUID | None = None
    outcome: EmergencyOutcome | None = Field(default=None, sa_type=term(EmergencyOutcome))
    review_note: Paragraph | None = None
