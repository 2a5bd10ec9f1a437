"""Saying that something has happened."""

from datetime import date
from uuid import UUID

from app.domain.act import Act
from app.domain.events.rules import EventType, OfficeEventType
from app.domain.events.tables import Event, OfficeEvent


def emit(
    act: Act,
    kind: EventType,
    *,
    family_id: UUID,
    subject_id: UUID,
    case_id: UUID | None = None,
    on: date | None = None,
) -> None:
    """Append an event in the transaction of what it tells: timeline and outbox at once.

    Work on a draft is no step of its case: told without the case, it is on no timeline.
    """
    act.add(
        Event(
            type=kind,
            family_id=family_id,
            case_id=case_id,
            subject_id=subject_id,
            on_date=on or act.today,
        )
    )


def tell(act: Act, kind: OfficeEventType, subject_id: UUID) -> None:
    """Append an event of the office in the transaction of what it tells."""
    act.add(OfficeEvent(type=kind, subject_id=subject_id, on_date=act.today))
