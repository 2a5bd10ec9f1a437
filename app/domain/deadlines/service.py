"""Starting, settling, dropping and pausing deadlines; each change stays on record."""

from datetime import date
from uuid import UUID

from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.deadlines import queries
from app.domain.deadlines.rules import (
    ANSWERED_BY_INTERVIEW,
    LEFT_BEHIND,
    PAUSABLE,
    DeadlineKind,
)
from app.domain.deadlines.tables import Deadline
from app.domain.terms import Term


def start(
    act: Act,
    case: Case,
    kind: DeadlineKind,
    *,
    started_on: date,
    due_on: date,
    subject_id: UUID | None = None,
) -> None:
    """Put a due date on the case's list, in the transaction of the event that starts it."""
    act.add(
        Deadline(
            case_id=case.id,
            family_id=case.family_id,
            kind=kind,
            subject_id=subject_id or case.id,
            started_on=started_on,
            due_on=due_on,
        )
    )


async def settle(
    act: Act, case: Case, kind: DeadlineKind, on: date, subject_id: UUID | None = None
) -> None:
    """Mark as done what was due; nothing happens where nothing was."""
    await queries.change_open(act, case, {kind}, subject_id, settled_on=on)


async def settle_by_interview(
    act: Act, case: Case, on: date, kind: DeadlineKind = DeadlineKind.INTERVIEW
) -> None:
    """Mark an interview (or its update) as made, and signals that were known by then as checked."""
    kinds = ANSWERED_BY_INTERVIEW | {kind}
    await queries.change_open(act, case, kinds, begun_by=on, settled_on=on)


async def drop(
    act: Act, case: Case, kind: DeadlineKind | None = None, *, on: date | None = None
) -> None:
    """Take open deadlines off the list, because their reason is gone (closure, new plan).

    Signals that nobody has checked stay, unless they are named.
    """
    await queries.change_open(
        act, case, {kind} if kind else LEFT_BEHIND, dropped_on=on or act.today
    )


async def extend(act: Act, case: Case, *, since: date, until: date, reason: Term) -> None:
    """Add a pause (a suspension) to the open deadlines that it may pause.

    What began to run during it is paused from then on, not for the days before.
    """
    await queries.pause_open(act, case, PAUSABLE, since, until, reason.value)
