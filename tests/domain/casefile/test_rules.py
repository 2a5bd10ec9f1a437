"""What stands against each action of a case, from the facts of the file."""

from typing import Any

import pytest

from app.domain.casefile import rules
from app.domain.casefile.rules import (
    ApplicationNotDrafted,
    FirstVisitNotRecorded,
    NothingToWithdraw,
)
from app.domain.cases.rules import CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.cooperation.rules import FirstVisitRecorded

MOTHER = "01890000-0000-7000-8000-00000000000a"
A = CaseAction


def facts(**changes: Any) -> dict[str, Any]:
    """Return the facts of a case with everything in order."""
    return {
        "consent_holders": [MOTHER],
        "consent_signed": [MOTHER],
        "consent_withdrawn_on": None,
        "referral_drafted": True,
        "first_visit_recorded": False,
        "draft_plan": None,
    } | changes


@pytest.mark.parametrize(
    ("action", "changes", "refusal"),
    [
        (A.SUBMIT_APPLICATION, {}, None),
        (A.SUBMIT_APPLICATION, {"referral_drafted": False}, ApplicationNotDrafted),
        (A.SUBMIT_APPLICATION, {"consent_signed": []}, ConsentRequired),
        (A.RECORD_FIRST_VISIT, {}, None),
        (A.RECORD_FIRST_VISIT, {"first_visit_recorded": True}, FirstVisitRecorded),
        (A.RECORD_FIRST_VISIT, {"consent_withdrawn_on": "2026-03-01"}, ConsentRequired),
        (A.CONFIRM_FIRST_VISIT, {}, FirstVisitNotRecorded),
        (A.CONFIRM_FIRST_VISIT, {"first_visit_recorded": True}, None),
        (A.RECORD_VISIT, {}, None),
        (A.RECORD_VISIT, {"consent_withdrawn_on": "2026-03-01"}, ConsentRequired),
        (A.ACTIVATE_PLAN, {}, None),
        (A.WITHDRAW_CONSENT, {}, None),
        (A.WITHDRAW_CONSENT, {"consent_signed": []}, NothingToWithdraw),
        (A.TRANSFER, {"consent_signed": []}, None),
    ],
)
def test_an_action_is_blocked_by_what_would_refuse_the_command(
    action: CaseAction, changes: dict[str, Any], refusal: type[Exception] | None
) -> None:
    found = rules.blocked(action, facts(**changes))
    assert type(found) is (refusal or type(None))
