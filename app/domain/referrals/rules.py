"""The application to the manager and its decisions (art. 11(3) and (4))."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.actor import Role
from app.domain.cases.rules import B5, B8, WORKFLOW, CaseAction, CaseState
from app.domain.consents.rules import missing_consent
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, step


class ReferralState(Term):
    """Where an application stands; it follows from the case and is not stored."""

    DRAFT = "draft", "projekt", "draft"
    SUBMITTED = "submitted", "złożony", "submitted"
    UNDER_ANALYSIS = "under_analysis", "w analizie", "under analysis"
    RETURNED = "returned", "zwrócony do uzupełnienia", "returned for completion"
    ACCEPTED = "accepted", "uwzględniony", "accepted"
    REFUSED = "refused", "odmowa", "refused"
    REDIRECTED = "redirected", "przekazany", "redirected"
    WITHDRAWN = "withdrawn", "bezprzedmiotowy: cofnięto zgodę", "moot: consent was withdrawn"


class ReferralAction(Term):
    """What can be done with an application apart from its way to the manager and back."""

    CHANGE = "change", "zmień wniosek", "change the application"


class ReferralUrgency(Term):
    """How soon the family needs an assistant."""

    ORDINARY = "ordinary", "zwykły", "ordinary"
    URGENT = "urgent", "pilny", "urgent"
    IMMEDIATE = "immediate", "natychmiastowy", "immediate"


class DecisionKind(Term):
    """What the manager decided."""

    ACCEPTED = "accepted", "przydzielono asystenta", "assistant assigned"
    RETURNED = "returned", "zwrócono do uzupełnienia", "returned for completion"
    REFUSED = "refused", "odmówiono", "refused"
    REDIRECTED = "redirected", "przekazano", "redirected"


class RedirectionRoute(Term):
    """Whom the manager asks instead (art. 11(4)(2) and (3))."""

    GMINA_UNIT = "gmina_unit", "inna jednostka organizacyjna gminy", "another unit of the gmina"
    COMMISSIONED_ENTITY = (
        "commissioned_entity",
        "podmiot, któremu zlecono pracę z rodziną",
        "the entity commissioned to work with families",
    )


class ReferralExists(Conflict):
    """This case has its application already; go on with it."""

    pl = "Ta sprawa ma już wniosek; pracuj na nim."
    rule = B5


class NothingToApplyFor(Conflict):
    """An application follows the diagnosis of need and precedes the assignment."""

    pl = "Wniosek sporządza się po diagnozie potrzeby, a przed przydzieleniem asystenta."
    rule = B5


class ReferralNotEditable(Conflict):
    """Only a draft or a returned application can be changed."""

    pl = "Zmienić można tylko projekt wniosku albo wniosek zwrócony do uzupełnienia."
    rule = B5


class DecisionNeedsReason(Invalid):
    """A return, a refusal or a redirection states its reason."""

    pl = "Zwrot, odmowa i przekazanie wniosku wymagają podania powodu."
    rule = B8
    pointer = "#/reason"


CONSTRAINTS: dict[str, type[Refusal]] = {
    "referral_one_per_case": ReferralExists,
    "ck_referral_decision_reason": DecisionNeedsReason,
}
WRITERS = WORKFLOW.roles(CaseAction.SUBMIT_APPLICATION)
DECIDERS = WORKFLOW.roles(CaseAction.ASSIGN)
READERS = WRITERS | DECIDERS | {Role.ASSISTANT}
ACTIONS = frozenset(
    {
        *(CaseAction.SUBMIT_APPLICATION, CaseAction.BEGIN_ANALYSIS, CaseAction.RETURN_APPLICATION),
        *(CaseAction.REFUSE_APPLICATION, CaseAction.REDIRECT_APPLICATION, CaseAction.ASSIGN),
    }
)
NEEDS_CONSENT = frozenset({CaseAction.SUBMIT_APPLICATION, CaseAction.ASSIGN})
DRAFTING = frozenset({CaseState.DIAGNOSED, CaseState.OFFER_PRESENTED, CaseState.CONSENT_GIVEN})
EDITABLE = frozenset({ReferralState.DRAFT, ReferralState.RETURNED})
EDITING = Workflow((step(ReferralAction.CHANGE, EDITABLE, None, WRITERS, B5),))
# What a submitted application is while no assistant was assigned; any other state of the case
# says that its consent was withdrawn on the way.
SUBMITTED_IS: dict[CaseState, ReferralState] = {
    CaseState.CONSENT_GIVEN: ReferralState.DRAFT,
    CaseState.APPLICATION_SUBMITTED: ReferralState.SUBMITTED,
    CaseState.UNDER_ANALYSIS: ReferralState.UNDER_ANALYSIS,
    CaseState.RETURNED: ReferralState.RETURNED,
    CaseState.REFUSED: ReferralState.REFUSED,
    CaseState.REDIRECTED: ReferralState.REDIRECTED,
}


def referral_state(case_state: CaseState, *, submitted: bool, assigned: bool) -> ReferralState:
    """Say where an application stands, from the case that it belongs to.

    `assigned`: work with the family has begun; `submitted`: it was handed in at least once.
    """
    if assigned:
        return ReferralState.ACCEPTED
    if not submitted:
        return ReferralState.DRAFT
    return SUBMITTED_IS.get(case_state, ReferralState.WITHDRAWN)


def require_something_to_apply_for(case_state: CaseState) -> None:
    """Refuse a draft before the diagnosis or after the way of the application has begun (B5)."""
    if case_state not in DRAFTING:
        raise NothingToApplyFor(state=case_state)


def require_editable(state: ReferralState) -> None:
    """Refuse to change what the manager has before them or has decided (B5)."""
    if state not in EDITABLE:
        raise ReferralNotEditable(state=state)


def require_reason(reason: str | None) -> str:
    """Return the reason of a decision, or refuse it without one (B8)."""
    if reason is None:
        raise DecisionNeedsReason
    return reason


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with an application, given its case and the family's consent."""

    def blocked(action: CaseAction) -> Refusal | None:
        return missing_consent(facts) if action in NEEDS_CONSENT else None

    changes = EDITING.allowed_actions(ReferralState(facts["state"]), roles, lambda _: None)
    found = WORKFLOW.allowed_actions(CaseState(facts["case_state"]), roles, blocked)
    return changes + [action for action in found if action.action in ACTIONS]
