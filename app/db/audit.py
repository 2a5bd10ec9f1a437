"""The audit: who did or read what, when, in which request. Written by the database itself.

Changes are noted by a trigger on every table of records, readings by `app.note_reading` inside the
view that reads: nobody has to remember it, and it stands or falls with the transaction.

Entries are never changed, by no role. Seals make that provable: each covers the entries of one
centre since the seal before it, whose hash it carries on (`chain.py` says over what exactly), and
the application makes one for every centre in use each few seconds (`sealing.py`). A request only
draws the place of its entry; it neither hashes nor waits for anybody.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSON
from sqlmodel import Field

from app.db.base import Row
from app.db.types import INSTANT, TEXT_LIST


class AuditEntry(Row, table=True):
    """One entry; `changed` names columns.

    `on_behalf_of` is whom the person covered when they had the family by that cover alone (2.5a).
    `position` orders the entries of a centre. `detail` has more, by verb: of a change `values`,
    each column's value before and after, or null where it is sensitive (`sensitive.py`); of a
    reading in an emergency, whose `purpose` says so, the `emergency_id` (K11.1). It is kept as it
    was written (`json`, not `jsonb`), because its bytes are hashed.
    """

    __tablename__ = "audit_entry"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_audit_entry_family", "centre_id", "family_id", "id"),
        Index("ix_audit_entry_account", "centre_id", "account_id", "position"),
    )

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    id: UUID = Field(sa_column_kwargs={"server_default": text("uuidv7()")})
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
    position: int = Field(
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"server_default": text("app.next_position()")},
    )
    purpose: str = Field(sa_column_kwargs={"server_default": text("app.purpose()")})
    detail: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class AuditSeal(Row, table=True):
    """A link of a centre's chain: `leaves` are the hashes of its entries up to `upto`, in order."""

    __tablename__ = "audit_seal"

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=INSTANT)
    upto: int = Field(sa_type=BigInteger)
    entries: int
    leaves: bytes
    hash: bytes
