"""The rows of the ledger of rights."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.access.rules import GrantReason


class AccessGrant(Record, table=True):
    """One person's right to one family, from a day until before another (None: open)."""

    __tablename__ = "access_grant"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        belongs_to("family_id", "family"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        Index("ix_access_grant_person", "centre_id", "account_id", "family_id"),
        Index("ix_access_grant_family", "centre_id", "family_id"),
        Index("ix_access_grant_source", "centre_id", "source_id"),
    )

    account_id: UUID
    family_id: UUID
    reason: GrantReason = Field(sa_type=term(GrantReason))
    source_id: UUID
    valid_from: date
    valid_to: date | None = None
