"""The work plan (art. 15(3)): what it must say, with whom it is agreed, when it takes effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.actor import Role
from app.domain.cases.rules import E2, CaseAction, CaseState
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.centres.rules import E9
from app.domain.consents.rules import missing_consent
from app.domain.deadlines.rules import E1
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.goals.rules import E5, ActionDoneAlready, Goal, require_complete, require_deadlines
from app.domain.placements.rules import (
    E3,
    E4,
    CareForm,
    CareTasksBy,
    PlanPartner,
    who_must_agree,
)
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, IllegalStep, Workflow, refusal_of, step

SW, FA, FC = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR


class PlanState(Term):
    """Where a version of the plan stands."""

    DRAFT = "draft", "projekt", "draft"
    ACTIVE = "active", "realizowany", "active"
    SUPERSEDED = "superseded", "zastąpiony", "superseded"
    ABANDONED = "abandoned", "porzucony projekt", "abandoned draft"


class PlanAction(Term):
    """What can be done with a version of the plan."""

    CHANGE = "change", "zmień projekt", "change the draft"
    CONSULT = "consult", "skonsultuj", "consult"
    AGREE = "agree", "uzgodnij jako koordynator", "agree as coordinator"
    AGREE_EXTERNALLY = (
        "agree_externally",
        "zapisz uzgodnienie z organizatorem lub wychowawcą",
        "record the agreement of organiser or educator",
    )
    ACTIVATE = "activate", "przyjmij do realizacji", "activate"
    ABANDON = "abandon", "porzuć projekt", "abandon the draft"
    COMPLETE_ACTION = "complete_action", "zapisz wykonanie działania", "record a completed action"
    REVIEW_GOALS = "review_goals", "zapisz przegląd celów", "record a review of goals"


S, A = PlanState, PlanAction
DRAFTING = frozenset({CaseState.PLAN_DRAFT, CaseState.IN_PROGRESS})
CARRYING_OUT = frozenset({CaseState.IN_PROGRESS, CaseState.SUSPENDED})

WORKFLOW: Workflow[PlanState, PlanAction] = Workflow(
    (
        step(A.CHANGE, S.DRAFT, None, FA, E1),
        step(A.CONSULT, S.DRAFT, None, SW, E2),
        step(A.AGREE, S.DRAFT, None, FC, E3),
        step(A.AGREE_EXTERNALLY, S.DRAFT, None, FA, E4),
        step(A.ACTIVATE, S.DRAFT, S.ACTIVE, FA, E2),
        step(A.ABANDON, S.DRAFT, S.ABANDONED, FA, E5),
        step(A.COMPLETE_ACTION, S.ACTIVE, None, FA, E1),
        step(A.REVIEW_GOALS, S.ACTIVE, None, FA, E9),
    )
)


class PlanReasonMissing(Invalid):
    """A change of the plan needs its reason."""

    pl = "Zmiana planu wymaga podania powodu."
    rule = E5


class DraftOpenAlready(Conflict):
    """The case has a draft of the plan; finish or abandon it first."""

    pl = "Sprawa ma już projekt planu; najpierw go dokończ albo porzuć."
    rule = E5


class FirstDraftStays(Conflict):
    """The first draft can't be abandoned, only changed: the work needs a plan."""

    pl = "Pierwszego projektu nie można porzucić, tylko zmienić: praca wymaga planu."
    rule = E1


class ConsultationMissing(Conflict):
    """The plan has not been consulted with the social worker in its present form."""

    pl = "Plan w obecnym brzmieniu nie został skonsultowany z pracownikiem socjalnym."
    rule = E2


class ParticipantsMissing(Conflict):
    """A plan is made with family members: at least one takes part and signs."""

    pl = "Plan powstaje z rodziną: co najmniej jedna osoba bierze udział i podpisuje."
    rule = E2


class ParticipantUnknown(Invalid):
    """The plan is made with members of this family; somebody named is not one."""

    pl = "Plan powstaje z członkami tej rodziny; wskazano osobę spoza niej."
    rule = E2


class SignerNotParticipant(Invalid):
    """Only people who took part in making the plan sign it."""

    pl = "Plan podpisują tylko osoby, które brały udział w jego tworzeniu."
    rule = E2


class AgreementMissing(Conflict):
    """A child is in family care: the plan is agreed with the coordinator or the organiser first."""

    pl = "Dziecko jest w pieczy rodzinnej: plan uzgadnia się z koordynatorem lub organizatorem."
    rule = E3


class EducatorAgreementMissing(Conflict):
    """A child is in an institution: the plan is agreed with the child's educator first."""

    pl = "Dziecko jest w placówce: plan uzgadnia się najpierw z jego wychowawcą."
    rule = E4


class AgreementNotNeeded(Conflict):
    """No child is in such care now that this agreement would be needed."""

    pl = "Żadne dziecko nie przebywa obecnie w pieczy, która wymagałaby tego uzgodnienia."
    rule = E4


class PlanStepInFuture(Invalid):
    """What has been done with the plan can't lie in the future or before what came first."""

    pl = "Czynność dotycząca planu nie może mieć daty przyszłej ani wcześniejszej od poprzedniej."


CONSTRAINTS = {
    "work_plan_one_draft": DraftOpenAlready,
    "work_plan_one_active": DraftOpenAlready,
    "plan_action_done_once": ActionDoneAlready,
}


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What decides on the next step of a version, from one statement."""

    state: PlanState
    case_state: CaseState
    revision: bool
    goals: Sequence[Goal]
    valid_from: date
    participants: int
    completed: frozenset[str]
    consulted_on: date | None
    agreed: frozenset[PlanPartner]
    needed: tuple[PlanPartner, ...]
    consent: Refusal | None
    today: date


def read_facts(found: Mapping[str, Any]) -> PlanFacts:
    """Read the facts as the database tells them."""
    placed = [
        (CareForm(p["form"]), CareTasksBy(p["by"]) if p["by"] else None)
        for p in found["placements"]
    ]
    consulted = found["consulted_on"]
    return PlanFacts(
        state=PlanState(found["state"]),
        case_state=CaseState(found["case_state"]),
        revision=found["version_no"] > 1,
        goals=found["goals"],
        valid_from=date.fromisoformat(found["valid_from"]),
        participants=found["participants"],
        completed=frozenset(found["completed"]),
        consulted_on=date.fromisoformat(consulted) if consulted else None,
        agreed=frozenset(PlanPartner(said["partner"]) for said in found["agreements"]),
        needed=who_must_agree(placed),
        consent=missing_consent(found),
        today=date.fromisoformat(found["today"]),
    )


def require_activation(facts: PlanFacts) -> None:
    """Refuse to activate a plan without consent (A1), content (E1), consultation or agreement."""
    CASE_WORKFLOW.step(facts.case_state, activation_of(revision=facts.revision))
    if facts.consent is not None:
        raise facts.consent
    require_complete(facts.goals)
    require_deadlines(facts.goals, facts.completed, facts.valid_from, facts.today)
    if facts.participants == 0:
        raise ParticipantsMissing
    if facts.consulted_on is None:
        raise ConsultationMissing
    lacking = [partner for partner in facts.needed if partner not in facts.agreed]
    if lacking:
        educator_only = lacking == [PlanPartner.EDUCATOR]
        refusal = EducatorAgreementMissing if educator_only else AgreementMissing
        raise refusal(missing=list(lacking))


def activation_of(*, revision: bool) -> CaseAction:
    """Return what the activation is for the case: its first plan, or a change of it."""
    return CaseAction.REVISE_PLAN if revision else CaseAction.ACTIVATE_PLAN


def require_needed(facts: PlanFacts, partners: Iterable[PlanPartner]) -> None:
    """Refuse an agreement of somebody who makes no child's plan at present (E3, E4)."""
    require_case_in(DRAFTING, facts.case_state, A.AGREE)
    if not frozenset(partners) & frozenset(facts.needed):
        raise AgreementNotNeeded


def require_revision(facts: PlanFacts) -> None:
    """Refuse to abandon the first draft."""
    if not facts.revision:
        raise FirstDraftStays


def require_case_in(states: frozenset[CaseState], state: CaseState, action: PlanAction) -> None:
    """Refuse an act on the plan of a case that is not in one of these states."""
    if state not in states:
        raise IllegalStep(state=state, action=action)


def require_step(facts: PlanFacts, action: PlanAction) -> None:
    """Judge an action on a version: the same for commands and for what screens are shown."""
    WORKFLOW.step(facts.state, action)
    match action:
        case A.ACTIVATE:
            require_activation(facts)
        case A.AGREE:
            require_needed(facts, {PlanPartner.COORDINATOR})
        case A.AGREE_EXTERNALLY:
            require_needed(facts, {PlanPartner.ORGANISER, PlanPartner.EDUCATOR})
        case A.ABANDON:
            require_revision(facts)
        case A.COMPLETE_ACTION | A.REVIEW_GOALS:
            require_case_in(CARRYING_OUT, facts.case_state, action)
        case _:
            require_case_in(DRAFTING, facts.case_state, action)


def allowed(found: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with a version by somebody, and what stands against the rest."""
    facts = read_facts(found)
    return WORKFLOW.allowed_actions(
        facts.state, roles, lambda action: refusal_of(lambda: require_step(facts, action))
    )


def require_reason(reason: str | None, *, revision: bool) -> None:
    """Refuse a change of the plan that does not say why (E5)."""
    if revision and reason is None:
        raise PlanReasonMissing


def require_order(on: date, today: date, *, after: Iterable[date | None] = ()) -> None:
    """Refuse a step that lies in the future or before what comes first."""
    first = max((day for day in after if day is not None), default=on)
    if not first <= on <= today:
        raise PlanStepInFuture(on=on, first=first, today=today)


def require_members(people: Iterable[UUID], members: Iterable[UUID]) -> None:
    """Refuse participants who do not belong to the family (E2)."""
    strangers = frozenset(people) - frozenset(members)
    if strangers:
        raise ParticipantUnknown(unknown=sorted(str(person) for person in strangers))


def require_signers(signers: Iterable[UUID], participants: Iterable[UUID]) -> None:
    """Refuse a plan that nobody of the family signs, or somebody who took no part (E2)."""
    signed, took_part = frozenset(signers), frozenset(participants)
    if not signed:
        raise ParticipantsMissing
    if not signed <= took_part:
        raise SignerNotParticipant(strangers=sorted(str(p) for p in signed - took_part))
