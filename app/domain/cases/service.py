"""The only way in which a case moves."""

from datetime import date
from uuid import UUID

from app.domain.act import Act
from app.domain.cases.rules import WITHOUT_WORK, WORKFLOW, CaseAction
from app.domain.cases.tables import Case


async def lock_case(act: Act, case_id: UUID, if_match: int | None = None) -> Case:
    """Return the case, locked: acts on one case happen one after another."""
    return await act.lock(Case, case_id, if_match)


def advance(act: Act, case: Case, action: CaseAction, on: date | None = None) -> None:
    """Take a step of the machine, or refuse with IllegalStep (409) or NotYourRole (403).

    An action that keeps the state is judged by the same table. The case must be locked. One that
    ends here without any work has its end today, or on the day of what ends it: the centre's years
    of retention count from it (K8).
    """
    case.state = WORKFLOW.take(case.state, action, act.actor.roles).target or case.state
    if case.state in WITHOUT_WORK:
        case.closed_on = on or act.today


def advance_by_setting(case: Case, action: CaseAction) -> None:
    """Take a step that a setting of the centre leaves to nobody: its state is judged, no role.

    The act that it follows from has judged who acts. The case must be locked.
    """
    case.state = WORKFLOW.step(case.state, action).target or case.state
