"""The rows of signs: access out of the ordinary, noted for the manager."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import INSTANT, belongs_to, term
from app.domain.fields import Paragraph
from app.domain.oversight.rules import SignFinding, UnusualSign


class SignReviewFields(SQLModel):
    """What the manager found."""

    finding: SignFinding
    note: Paragraph


class AccessSign(Record, table=True):
    """One person's access on one day that met a rule; `family_id` None: it is about many."""

    __tablename__ = "access_sign"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        belongs_to("family_id", "family"),
        belongs_to("reviewed_by", "account"),
        CheckConstraint("times >= 1 AND last_at >= first_at", name="times"),
        CheckConstraint("reviewed_by <> account_id", name="another_reviews"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (finding IS NULL)"
            " AND (reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name="reviewed",
        ),
        Index(
            "access_sign_once",
            *("centre_id", "account_id", "day", "sign", "family_id"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_access_sign_family", "centre_id", "family_id"),
        Index("ix_access_sign_reviewer", "centre_id", "reviewed_by"),
        Index(
            "ix_access_sign_unreviewed",
            *("centre_id", "day", "id"),
            postgresql_where=text("reviewed_at IS NULL"),
        ),
        {"info": {"readers": (), "writers": ()}},
    )

    account_id: UUID
    family_id: UUID | None = None
    sign: UnusualSign = Field(sa_type=term(UnusualSign))
    day: date
    times: int
    first_at: datetime = Field(sa_type=INSTANT)
    last_at: datetime = Field(sa_type=INSTANT)
    reviewed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reviewed_by: UUID | None = None
    finding: SignFinding | None = Field(default=None, sa_type=term(SignFinding))
    review_note: Paragraph | None = None
