"""How deadlines are found and changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, select, update
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


def _open(
    case: Case, kinds: Iterable[DeadlineKind], subject_id: UUID | None
) -> ColumnElement[bool]:
    """Name the open deadlines of a case, of some kinds or a subject where asked."""
    conditions = [
        col(Deadline.centre_id) == case.centre_id,
        col(Deadline.case_id) == case.id,
        col(Deadline.settled_on).is_(None),
        col(Deadline.dropped_on).is_(None),
    ]
    if among := sorted(kinds):
        conditions.append(col(Deadline.kind).in_(among))
    if subject_id is not None:
        conditions.append(col(Deadline.subject_id) == subject_id)
    return and_(*conditions)


async def list_open(
    act: Act, case: Case, kind: DeadlineKind | None = None, subject_id: UUID | None = None
) -> list[Deadline]:
    """Return the open deadlines of a case, of one kind or subject where asked."""
    query = select(Deadline).where(_open(case, {kind} if kind else (), subject_id))
    return list((await act.session.execute(query)).scalars())


async def change_open(
    act: Act,
    case: Case,
    kinds: Iterable[DeadlineKind],
    subject_id: UUID | None = None,
    begun_by: date = date.max,
    **values: Any,
) -> None:
    """Change the open deadlines of a case in one statement, however many there are.

    Those that began after a day stay as they are.
    """
    query = update(Deadline).where(_open(case, kinds, subject_id)).values(**values)
    if begun_by < date.max:
        query = query.where(col(Deadline.started_on) <= begun_by)
    await act.session.execute(query, execution_options={"synchronize_session": False})


async def pause_open(
    act: Act, case: Case, kinds: Iterable[DeadlineKind], since: date, until: date, reason: str
) -> None:
    """Add the days from `since`, or from its own start, to each open deadline of some kinds."""
    first = func.greatest(col(Deadline.started_on), literal(since))
    days = literal(until) - first
    pause = func.jsonb_build_object(
        *("from", first, "to", literal(until), "days", days, "reason", literal(reason))
    )
    query = (
        update(Deadline)
        .where(_open(case, kinds, None), col(Deadline.started_on) < until, since < literal(until))
        .values(
            pauses=col(Deadline.pauses).op("||")(func.jsonb_build_array(pause)),
            due_on=col(Deadline.due_on) + days,
        )
    )
    await act.session.execute(query, execution_options={"synchronize_session": False})
