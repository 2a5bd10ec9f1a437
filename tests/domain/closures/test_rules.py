"""Rules of closing: what stands against it, the reasons, the archive."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.domain.cases.rules import ASSISTED, CaseState
from app.domain.closures import rules
from app.domain.closures.rules import REPORTED_AS, UNMONITORED, ClosureFacts
from app.domain.motions.rules import ChildPlacedIsNoReason, ClosureReason
from app.domain.workflow import IllegalStep

R = ClosureReason
TODAY = date(2026, 3, 10)


def _facts(**changes: Any) -> ClosureFacts:
    values: dict[str, Any] = {
        "state": CaseState.IN_PROGRESS,
        "consent_withdrawn": False,
        "motion_open": True,
        "final_required": True,
        "final_assessment": uuid4(),
        "motion_reason": R.GOALS_ACHIEVED,
        "worked_until": None,
        "assessment_unfinished": False,
        "plan_in_draft": False,
        "risk_open": False,
    }
    return ClosureFacts(**values | changes)


def _blockers(**changes: Any) -> list[str]:
    return [blocker.kind() for blocker in rules.blockers(_facts(**changes))]


@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.SUSPENDED])
def test_nothing_stands_against_closing_work_that_was_assessed(state: CaseState) -> None:
    assert _blockers(state=state) == []
    rules.require_closable(_facts(state=state))


@pytest.mark.rule("E13")
@pytest.mark.parametrize(
    ("changes", "blocker"),
    [
        ({"motion_open": False}, "motion_missing"),
        ({"final_assessment": None}, "final_assessment_missing"),
        ({"assessment_unfinished": True}, "assessment_unfinished"),
        ({"plan_in_draft": True}, "plan_unfinished"),
        ({"risk_open": True}, "risk_unanswered"),
        ({"state": CaseState.PLAN_DRAFT}, "work_not_begun"),
    ],
)
def test_each_blocker_stands_alone(changes: dict[str, Any], blocker: str) -> None:
    assert _blockers(**changes) == [blocker]


def test_a_centre_may_do_without_the_final_assessment() -> None:
    assert _blockers(final_assessment=None, final_required=False) == []


@pytest.mark.rule("2.4")
@pytest.mark.parametrize("state", sorted(ASSISTED))
def test_a_withdrawal_closes_from_any_state_of_work_without_motion_or_plan(
    state: CaseState,
) -> None:
    changes = {"consent_withdrawn": True, "motion_open": False, "plan_in_draft": True}
    assert _blockers(state=state, **changes) == []


@pytest.mark.parametrize("state", sorted(set(CaseState) - ASSISTED))
def test_outside_the_work_only_the_state_is_named(state: CaseState) -> None:
    (blocker,) = rules.blockers(_facts(state=state, motion_open=False))
    assert isinstance(blocker, IllegalStep)


def test_the_first_blocker_is_raised_with_all_of_them() -> None:
    with pytest.raises(rules.MotionMissing) as raised:
        rules.require_closable(_facts(motion_open=False, final_assessment=None))
    assert raised.value.facts["blockers"] == ["motion_missing", "final_assessment_missing"]


@pytest.mark.rule("A5")
def test_a_childs_placement_never_closes_a_case() -> None:
    with pytest.raises(ChildPlacedIsNoReason):
        rules.require_closure(R.CHILD_PLACED, "Piecza.", withdrawn=False, monitoring=False)


@pytest.mark.rule("2.4")
def test_after_a_withdrawal_the_family_has_ceased_to_cooperate() -> None:
    for reason in set(R) - {R.CHILD_PLACED, R.FAMILY_CEASED_COOPERATION}:
        with pytest.raises(rules.WithdrawalIsTheReason):
            rules.require_closure(reason, "Opis.", withdrawn=True, monitoring=False)
    reason = R.FAMILY_CEASED_COOPERATION
    rules.require_closure(reason, None, withdrawn=True, monitoring=False)


@pytest.mark.rule("E14")
@pytest.mark.parametrize("reason", sorted(UNMONITORED - {R.CHILD_PLACED}))
def test_there_is_nobody_to_monitor_after_some_reasons(reason: ClosureReason) -> None:
    rules.require_closure(reason, None, withdrawn=False, monitoring=False)
    with pytest.raises(rules.MonitoringImpossible):
        rules.require_closure(reason, None, withdrawn=False, monitoring=True)


@pytest.mark.parametrize("reason", sorted(set(R) - UNMONITORED))
def test_after_the_others_the_family_may_be_monitored(reason: ClosureReason) -> None:
    rules.require_closure(reason, "Opis.", withdrawn=False, monitoring=True)


def test_every_reason_is_reported_as_one_of_the_ministrys_four() -> None:
    assert set(REPORTED_AS) == set(R) - {R.CHILD_PLACED}
    four = {reported.value: reason for reason, reported in REPORTED_AS.items()}
    assert set(four) == {reported.value for reported in rules.ReportedReason}
    for reported in rules.ReportedReason:
        assert REPORTED_AS[R(reported.value)] is reported


BEGAN = date(2026, 1, 5)


@pytest.mark.parametrize("on", [BEGAN, TODAY])
def test_a_case_is_closed_between_the_start_of_the_work_and_today(on: date) -> None:
    rules.require_closing_day(on, BEGAN, TODAY)


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(2026, 3, 11)])
def test_a_case_is_not_closed_before_the_work_or_tomorrow(on: date) -> None:
    with pytest.raises(rules.ClosedOutOfOrder):
        rules.require_closing_day(on, BEGAN, TODAY)


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(2026, 3, 11)])
def test_a_case_is_not_archived_before_its_end_or_tomorrow(on: date) -> None:
    rules.require_archiving_day(BEGAN, BEGAN, TODAY)
    with pytest.raises(rules.ArchivedOutOfOrder):
        rules.require_archiving_day(on, BEGAN, TODAY)


@pytest.mark.rule("K8")
def test_a_file_is_kept_longer_than_until_it_is_archived() -> None:
    rules.require_retention(None, TODAY)
    rules.require_retention(date(2026, 3, 11), TODAY)
    with pytest.raises(rules.RetentionTooShort):
        rules.require_retention(TODAY, TODAY)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("category", ["B-5", "B5", "BE-5", "b 5", " BE 5 "])
@pytest.mark.parametrize("ended_on", [date(2026, 1, 1), date(2026, 12, 31)])
def test_a_file_is_kept_for_the_years_that_its_category_names(
    category: str, ended_on: date
) -> None:
    rules.require_category_kept(date(2032, 1, 1), category, ended_on)
    rules.require_category_kept(None, category, ended_on)
    with pytest.raises(rules.RetentionBelowCategory) as refused:
        rules.require_category_kept(date(2031, 12, 31), category, ended_on)
    assert refused.value.facts["earliest"] == date(2032, 1, 1)


@pytest.mark.rule("K8")
@pytest.mark.parametrize("category", ["A", "Bc", "B", "BE", "B-1000", "B-5 lat", "2B-5"])
def test_a_category_that_names_no_years_demands_none(category: str) -> None:
    rules.require_category_kept(TODAY, category, TODAY)


@pytest.mark.rule("2.4")
@pytest.mark.parametrize("state", sorted(ASSISTED))
@pytest.mark.parametrize("reason", sorted(UNMONITORED - {R.CHILD_PLACED}))
def test_where_nobody_is_left_the_case_closes_from_any_state_of_work(
    state: CaseState, reason: ClosureReason
) -> None:
    assert _blockers(state=state, motion_reason=reason, plan_in_draft=True) == []
    assert "motion_missing" in _blockers(state=state, motion_reason=reason, motion_open=False)


@pytest.mark.parametrize("reason", sorted(set(R) - UNMONITORED))
def test_for_other_reasons_the_plan_comes_first(reason: ClosureReason) -> None:
    assert _blockers(state=CaseState.ASSIGNED, motion_reason=reason) == ["work_not_begun"]


@pytest.mark.rule("E13")
def test_a_case_is_not_closed_before_what_was_done_last() -> None:
    last = date(2026, 2, 10)
    rules.require_closing_day(last, BEGAN, TODAY, last)
    with pytest.raises(rules.ClosedOutOfOrder):
        rules.require_closing_day(date(2026, 2, 9), BEGAN, TODAY, last)
