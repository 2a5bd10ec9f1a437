"""What stands against each action of a case now: the very rules that judge the commands."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from app.domain.actor import Role
from app.domain.cases.rules import B5, WITHDRAWAL, WORKFLOW, CaseAction, CaseState
from app.domain.centres.rules import B10
from app.domain.closures.rules import ClosureFacts, require_closable
from app.domain.consents.rules import missing_consent
from app.domain.cooperation.rules import FirstVisitRecorded
from app.domain.errors import Conflict, Refusal
from app.domain.plans.rules import read_facts, require_activation
from app.domain.workflow import AllowedAction, refusal_of

A = CaseAction
Facts: TypeAlias = Mapping[str, Any]


class ApplicationNotDrafted(Conflict):
    """Draft the application for an assistant first."""

    pl = "Najpierw przygotuj wniosek o przydzielenie asystenta."
    rule = B5


class FirstVisitNotRecorded(Conflict):
    """The assistant has not recorded the first visit yet."""

    pl = "Asystent nie zapisał jeszcze pierwszej wizyty."
    rule = B10


class NothingToWithdraw(Conflict):
    """No consent is in force that could be withdrawn."""

    pl = "Nie ma obowiązującej zgody, którą można by cofnąć."
    rule = WITHDRAWAL


def _application(facts: Facts) -> Refusal | None:
    return missing_consent(facts) if facts["referral_drafted"] else ApplicationNotDrafted()


def _first_visit(facts: Facts) -> Refusal | None:
    recorded = FirstVisitRecorded() if facts["first_visit_recorded"] else None
    return missing_consent(facts) or recorded


def _confirmation(facts: Facts) -> Refusal | None:
    return None if facts["first_visit_recorded"] else FirstVisitNotRecorded()


def _activation(facts: Facts) -> Refusal | None:
    plan = facts["draft_plan"]
    return refusal_of(lambda: require_activation(read_facts(plan))) if plan else None


def _withdrawal(facts: Facts) -> Refusal | None:
    return None if facts["consent_signed"] else NothingToWithdraw()


def _closure(facts: Facts) -> Refusal | None:
    return refusal_of(lambda: require_closable(ClosureFacts.of(facts["closure"])))


# What a command would refuse with, whatever its content; the other actions are always open.
CHECKS: dict[CaseAction, Callable[[Facts], Refusal | None]] = {
    A.SUBMIT_APPLICATION: _application,
    A.ASSIGN: missing_consent,
    A.RECORD_FIRST_VISIT: _first_visit,
    A.CONFIRM_FIRST_VISIT: _confirmation,
    A.RECORD_VISIT: missing_consent,
    A.DRAFT_PLAN: missing_consent,
    A.REVISE_PLAN: missing_consent,
    A.ACTIVATE_PLAN: _activation,
    A.WITHDRAW_CONSENT: _withdrawal,
    A.CLOSE: _closure,
}


def allowed(facts: Facts, roles: Iterable[Role]) -> list[AllowedAction]:
    """List every action that the case's state knows, and what stands against it for somebody."""
    state = CaseState(facts["state"])
    return WORKFLOW.allowed_actions(state, roles, lambda action: blocked(action, facts))


def blocked(action: CaseAction, facts: Facts) -> Refusal | None:
    """Return what stands against an action; None: it is open."""
    check = CHECKS.get(action)
    return check(facts) if check else None
