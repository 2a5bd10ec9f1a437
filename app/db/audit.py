"""The audit: who did or read what, when, in which request. Written by the database itself.

Changes are noted by a trigger on every table of records, readings by `app.note_reading` inside the
view that reads: nobody has to remember it, and it stands or falls with the transaction.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from app.db.base import Row
from app.db.types import INSTANT, TEXT_LIST


class AuditEntry(Row, table=True):
    """One entry; `changed` names columns and never repeats their values.

    `on_behalf_of` is whom the person covered when they had the family by that cover alone (2.5a).
    """

    __tablename__ = "audit_entry"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_audit_entry_family", "centre_id", "family_id", "id"),
        Index("ix_audit_entry_account", "centre_id", "account_id", "id"),
    )

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    id: UUID = Field(primary_key=True, sa_column_kwargs={"server_default": text("uuidv7()")})
    at: datetime = Field(
        sa_type=INSTANT,
        sa_column_kwargs={"server_default": text("now()")},
    )
    account_id: UUID | None = None
    request_id: UUID | None = None
    operation: str
    verb: str
    subject: str
    subject_id: UUID
    family_id: UUID | None = None
    changed: list[str] | None = Field(default=None, sa_type=TEXT_LIST)
    on_behalf_of: UUID | None = None
