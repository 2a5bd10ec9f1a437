"""The rows of events, of families and of the office: append-only."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.events.rules import OPENS_ACCOUNTS, EventType, OfficeEventType

_OPENS = ", ".join(f"'{kind}'" for kind in sorted(OPENS_ACCOUNTS))


class Event(Record, table=True):
    """One thing that happened; `on_date` is when in life, `created_at` when it was recorded."""

    __tablename__ = "event"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        Index("ix_event_case", "centre_id", "case_id", "id"),
        Index("ix_event_family", "centre_id", "family_id", "id"),
        Index("ix_event_on_date", "centre_id", "on_date"),
        {
            "info": {
                "audited": False,
                "listed": True,
                "told_in_emergency": "type LIKE 'emergency\\_%'",
            }
        },
    )

    type: EventType = Field(sa_type=term(EventType))
    family_id: UUID
    case_id: UUID | None = None
    subject_id: UUID
    on_date: date


class OfficeEvent(Record, table=True):
    """One thing that happened in the office; ids alone say to whom or what.

    Whom it is about may read it beside the manager: nobody's account is opened behind their back.
    """

    __tablename__ = "office_event"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(
            "ix_office_event_opened",
            *("centre_id", "on_date"),
            postgresql_where=text(f"type IN ({_OPENS})"),
        ),
        {
            "info": {
                "audited": False,
                "append_only": True,
                "readers": ("subject_id",),
                "writers": ("created_by",),
            }
        },
    )

    type: OfficeEventType = Field(sa_type=term(OfficeEventType))
    subject_id: UUID
    on_date: date
