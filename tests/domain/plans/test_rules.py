"""When a version of the plan may take which step, and by whom."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.domain.actor import EVERYONE, Role
from app.domain.cases.rules import CaseState
from app.domain.consents.rules import ConsentRequired
from app.domain.errors import Refusal
from app.domain.goals.rules import DeadlineInPast, PlanIncomplete
from app.domain.placements.rules import PlanPartner
from app.domain.plans import rules
from app.domain.plans.rules import WORKFLOW, PlanAction, PlanFacts, PlanState
from app.domain.workflow import IllegalStep

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ACTION = {"id": "a", "due_on": "2026-04-01", "expected_effect": "Ugoda", "who": "both"}
READY = PlanFacts(
    state=PlanState.DRAFT,
    case_state=CaseState.PLAN_DRAFT,
    revision=False,
    goals=[{"id": "g", "actions": [ACTION]}],
    valid_from=TODAY,
    participants=1,
    completed=frozenset(),
    consulted_on=TODAY,
    agreed=frozenset(),
    needed=(),
    consent=None,
    today=TODAY,
)
IN_FAMILY_CARE = replace(READY, needed=(PlanPartner.COORDINATOR,))
BOTH = (PlanPartner.COORDINATOR, PlanPartner.EDUCATOR)


def test_a_plan_that_says_all_and_was_consulted_takes_effect() -> None:
    rules.require_step(READY, PlanAction.ACTIVATE)
    revision = replace(READY, revision=True, case_state=CaseState.IN_PROGRESS)
    rules.require_step(revision, PlanAction.ACTIVATE)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        pytest.param(replace(READY, consent=ConsentRequired()), ConsentRequired, id="A1"),
        pytest.param(replace(READY, goals=[]), PlanIncomplete, id="E1"),
        pytest.param(replace(READY, today=date(2026, 4, 2)), DeadlineInPast, id="E1 deadline"),
        pytest.param(replace(READY, participants=0), rules.ParticipantsMissing, id="E2 family"),
        pytest.param(
            replace(READY, consulted_on=None), rules.ConsultationMissing, id="E2 social worker"
        ),
        pytest.param(IN_FAMILY_CARE, rules.AgreementMissing, id="E3"),
        pytest.param(
            replace(READY, needed=BOTH, agreed=frozenset({PlanPartner.COORDINATOR})),
            rules.EducatorAgreementMissing,
            id="E4",
        ),
        pytest.param(replace(READY, case_state=CaseState.IN_PROGRESS), IllegalStep, id="state"),
        pytest.param(replace(READY, revision=True), IllegalStep, id="revision of no plan"),
        pytest.param(replace(READY, state=PlanState.ACTIVE), IllegalStep, id="active already"),
    ],
)
def test_what_is_missing_stands_against_the_activation(
    facts: PlanFacts, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.require_step(facts, PlanAction.ACTIVATE)


@pytest.mark.rule("E3")
def test_one_agreement_of_each_kind_is_enough() -> None:
    rules.require_step(replace(READY, needed=BOTH, agreed=frozenset(BOTH)), PlanAction.ACTIVATE)


@pytest.mark.rule("E3")
def test_the_coordinator_agrees_where_a_child_is_in_their_care() -> None:
    rules.require_step(IN_FAMILY_CARE, PlanAction.AGREE)
    with pytest.raises(rules.AgreementNotNeeded):
        rules.require_step(READY, PlanAction.AGREE)


@pytest.mark.rule("E4")
@pytest.mark.parametrize("partner", [PlanPartner.ORGANISER, PlanPartner.EDUCATOR])
def test_an_outside_agreement_is_recorded_where_it_is_needed(partner: PlanPartner) -> None:
    rules.require_step(replace(READY, needed=(partner,)), PlanAction.AGREE_EXTERNALLY)
    with pytest.raises(rules.AgreementNotNeeded):
        rules.require_step(IN_FAMILY_CARE, PlanAction.AGREE_EXTERNALLY)


def test_a_draft_of_a_suspended_case_rests() -> None:
    suspended = replace(READY, revision=True, case_state=CaseState.SUSPENDED)
    for action in (PlanAction.CHANGE, PlanAction.CONSULT, PlanAction.ACTIVATE):
        with pytest.raises(IllegalStep):
            rules.require_step(suspended, action)


@pytest.mark.rule("E5")
def test_only_a_change_of_the_plan_can_be_abandoned_and_needs_a_reason() -> None:
    with pytest.raises(rules.FirstDraftStays):
        rules.require_step(READY, PlanAction.ABANDON)
    rules.require_step(replace(READY, revision=True), PlanAction.ABANDON)
    rules.require_reason(None, revision=False)
    rules.require_reason("Przeprowadzka", revision=True)
    with pytest.raises(rules.PlanReasonMissing):
        rules.require_reason(None, revision=True)


@pytest.mark.parametrize("action", [PlanAction.COMPLETE_ACTION, PlanAction.REVIEW_GOALS])
def test_an_active_plan_is_carried_out_until_the_case_is_closed(action: PlanAction) -> None:
    running = replace(READY, state=PlanState.ACTIVE, case_state=CaseState.IN_PROGRESS)
    rules.require_step(running, action)
    rules.require_step(replace(running, case_state=CaseState.SUSPENDED), action)
    with pytest.raises(IllegalStep):
        rules.require_step(replace(running, case_state=CaseState.CLOSED), action)


@pytest.mark.parametrize("state", [PlanState.SUPERSEDED, PlanState.ABANDONED])
@pytest.mark.parametrize("action", list(PlanAction))
def test_an_old_version_allows_nothing(state: PlanState, action: PlanAction) -> None:
    with pytest.raises(IllegalStep):
        rules.require_step(replace(READY, state=state), action)


def test_each_step_belongs_to_one_role_and_none_to_the_manager() -> None:
    roles = {action: WORKFLOW.roles(action) for action in PlanAction}
    assert roles[PlanAction.CONSULT] == {Role.SOCIAL_WORKER}
    assert roles[PlanAction.AGREE] == {Role.FOSTER_CARE_COORDINATOR}
    own = set(PlanAction) - {PlanAction.CONSULT, PlanAction.AGREE}
    assert all(roles[action] == {Role.ASSISTANT} for action in own)
    assert Role.MANAGER in EVERYONE - frozenset().union(*roles.values())


def test_a_step_lies_between_what_came_first_and_today() -> None:
    rules.require_order(TODAY, TODAY, after=(YESTERDAY, TODAY, None))
    for on, after in ((TOMORROW, ()), (YESTERDAY, (TODAY,))):
        with pytest.raises(rules.PlanStepInFuture):
            rules.require_order(on, TODAY, after=after)


@pytest.mark.rule("E2")
def test_the_family_signs_what_it_took_part_in() -> None:
    mother, stranger = uuid4(), uuid4()
    rules.require_signers([mother], [mother])
    rules.require_members([mother], [mother, stranger])
    with pytest.raises(rules.ParticipantsMissing):
        rules.require_signers([], [mother])
    with pytest.raises(rules.SignerNotParticipant):
        rules.require_signers([stranger], [mother])
    with pytest.raises(rules.ParticipantUnknown):
        rules.require_members([stranger], [mother])
