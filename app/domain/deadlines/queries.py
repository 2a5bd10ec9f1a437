"""How deadlines are found."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.views import constants
from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import TIMERS, DeadlineKind
from app.domain.deadlines.tables import Deadline

SOON = """coalesce((SELECT s.due_soon_days FROM centre_settings s
  WHERE s.centre_id = app.centre() AND s.valid_from <= app.today()
  ORDER BY s.valid_from DESC LIMIT 1), 14)"""


def _explained() -> str:
    """Write the timers as a table constant: each kind's rule, article, start and calendar."""
    rows = (
        (kind, timer.rule.id, timer.rule.basis, timer.starts_with, timer.calendar, kind.pl, kind.en)
        for kind, timer in TIMERS.items()
    )
    columns = ("kind", "rule", "legal_basis", "start_event", "calendar", "pl", "en")
    return constants(rows, "k", columns)


# Joined to a deadline `d`: what it is, on which rule it stands, where it stands today.
EXPLAINED = f"JOIN {_explained()} ON k.kind = d.kind"
COLUMNS = f"""
    d.id, d.kind, json_build_object('pl', k.pl, 'en', k.en) AS label, d.case_id, d.family_id,
    d.subject_id, d.due_on, d.started_on, k.rule, k.legal_basis, k.start_event, k.calendar,
    d.pauses, CASE WHEN d.due_on < app.today() THEN 'overdue'
                   WHEN d.due_on <= app.today() + {SOON} THEN 'due_soon'
                   ELSE 'upcoming' END AS standing
"""
OPEN = "d.settled_on IS NULL AND d.dropped_on IS NULL"


async def list_open(
    act: Act, case: Case, kind: DeadlineKind | None = None, subject_id: UUID | None = None
) -> list[Deadline]:
    """Return the open deadlines of a case, of one kind or subject where asked."""
    query = select(Deadline).where(
        col(Deadline.centre_id) == case.centre_id,
        col(Deadline.case_id) == case.id,
        col(Deadline.settled_on).is_(None),
        col(Deadline.dropped_on).is_(None),
    )
    if kind is not None:
        query = query.where(col(Deadline.kind) == kind)
    if subject_id is not None:
        query = query.where(col(Deadline.subject_id) == subject_id)
    return list((await act.session.execute(query)).scalars())
