"""The application: its state follows from the case, its decisions have reasons."""

import itertools

import pytest

from app.domain.actor import Role
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.referrals import rules
from app.domain.referrals.rules import (
    DecisionNeedsReason,
    NothingToApplyFor,
    ReferralNotEditable,
    ReferralState,
    referral_state,
)

NO_CONSENT: dict[str, object] = {
    "consent_holders": [],
    "consent_signed": [],
    "consent_withdrawn_on": None,
}
MOTHER = "00000000-0000-0000-0000-000000000001"
CONSENT = {"consent_holders": [MOTHER], "consent_signed": [MOTHER], "consent_withdrawn_on": None}


@pytest.mark.parametrize(
    ("case_state", "expected"),
    [
        (CaseState.CONSENT_GIVEN, ReferralState.DRAFT),
        (CaseState.APPLICATION_SUBMITTED, ReferralState.SUBMITTED),
        (CaseState.UNDER_ANALYSIS, ReferralState.UNDER_ANALYSIS),
        (CaseState.RETURNED, ReferralState.RETURNED),
        (CaseState.REFUSED, ReferralState.REFUSED),
        (CaseState.REDIRECTED, ReferralState.REDIRECTED),
        (CaseState.CONSENT_REFUSED, ReferralState.WITHDRAWN),
        (CaseState.ARCHIVED, ReferralState.WITHDRAWN),
    ],
)
def test_a_submitted_application_stands_where_its_case_stands(
    case_state: CaseState, expected: ReferralState
) -> None:
    assert referral_state(case_state, submitted=True, assigned=False) is expected


@pytest.mark.parametrize("case_state", CaseState)
def test_an_application_that_was_never_submitted_is_a_draft(case_state: CaseState) -> None:
    assert referral_state(case_state, submitted=False, assigned=False) is ReferralState.DRAFT


@pytest.mark.parametrize("case_state", CaseState)
def test_once_work_has_begun_the_application_was_accepted(case_state: CaseState) -> None:
    assert referral_state(case_state, submitted=True, assigned=True) is ReferralState.ACCEPTED


@pytest.mark.rule("B5")
@pytest.mark.parametrize("case_state", CaseState)
def test_an_application_is_drafted_after_the_diagnosis_and_before_it_is_handed_in(
    case_state: CaseState,
) -> None:
    lawful = {CaseState.DIAGNOSED, CaseState.OFFER_PRESENTED, CaseState.CONSENT_GIVEN}
    if case_state in lawful:
        rules.require_something_to_apply_for(case_state)
    else:
        with pytest.raises(NothingToApplyFor):
            rules.require_something_to_apply_for(case_state)


@pytest.mark.parametrize("state", ReferralState)
def test_only_drafts_and_returned_applications_change(state: ReferralState) -> None:
    if state in {ReferralState.DRAFT, ReferralState.RETURNED}:
        rules.require_editable(state)
    else:
        with pytest.raises(ReferralNotEditable):
            rules.require_editable(state)


@pytest.mark.rule("B8")
def test_a_decision_against_the_application_has_a_reason() -> None:
    assert rules.require_reason("brak wolnych miejsc") == "brak wolnych miejsc"
    with pytest.raises(DecisionNeedsReason):
        rules.require_reason(None)


@pytest.mark.parametrize(("state", "role"), list(itertools.product(CaseState, Role)))
def test_only_the_steps_of_an_application_are_shown(state: CaseState, role: Role) -> None:
    facts = {"state": "submitted", "case_state": state.value, **CONSENT}
    assert {action.action for action in rules.allowed(facts, {role})} <= rules.ACTIONS


@pytest.mark.rule("B5")
@pytest.mark.parametrize(("state", "role"), list(itertools.product(ReferralState, Role)))
def test_a_change_is_shown_while_the_application_can_be_changed(
    state: ReferralState, role: Role
) -> None:
    facts = {"state": state.value, "case_state": "archived", **CONSENT}
    shown = rules.allowed(facts, {role})
    assert [action.action for action in shown] == [rules.ReferralAction.CHANGE] * (
        state in {ReferralState.DRAFT, ReferralState.RETURNED}
    )
    assert [action.refusal is None for action in shown] == [role is Role.SOCIAL_WORKER] * len(shown)


@pytest.mark.rule("A1")
def test_submission_and_assignment_are_blocked_without_consent() -> None:
    manager, worker = {Role.MANAGER}, {Role.SOCIAL_WORKER}
    for state, roles, action in (
        (CaseState.CONSENT_GIVEN, worker, CaseAction.SUBMIT_APPLICATION),
        (CaseState.UNDER_ANALYSIS, manager, CaseAction.ASSIGN),
    ):
        for facts, possible in ((CONSENT, True), (NO_CONSENT, False)):
            asked = {"state": "draft", "case_state": state.value, **facts}
            shown = rules.allowed(asked, roles)
            (found,) = [a for a in shown if a.action is action]
            assert (found.refusal is None) is possible
            assert possible or (found.refusal is not None and found.refusal.code() == "A1")
