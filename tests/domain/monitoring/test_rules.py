"""Rules of monitoring: its length, its checks, its soft limit."""

from datetime import date

import pytest

from app.domain.actor import Role
from app.domain.cases.rules import CaseAction
from app.domain.monitoring import rules

START = date(2026, 3, 10)
END = date(2026, 9, 10)
DAYS = [date(2026, 6, 10), date(2026, 9, 10)]


@pytest.mark.rule("E14")
def test_monitoring_lasts_as_long_as_the_centre_sets() -> None:
    assert rules.planned_end(START, 6) == END
    assert rules.planned_end(date(2026, 8, 31), 6) == date(2027, 2, 28)


@pytest.mark.rule("E14")
def test_checks_are_due_by_the_interval_until_the_end() -> None:
    assert rules.check_days(START, 3, END) == DAYS
    assert rules.check_days(START, 4, END) == [date(2026, 7, 10)]
    assert rules.check_days(START, 6, END) == [END]


@pytest.mark.rule("E14")
def test_there_is_a_check_at_the_end_where_the_interval_is_longer() -> None:
    assert rules.check_days(START, 7, END) == [END]


def test_days_of_the_months_end_do_not_drift() -> None:
    found = rules.check_days(date(2026, 1, 31), 1, date(2026, 4, 30))
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize(
    ("checked_on", "due_on", "following"),
    [
        (date(2026, 6, 5), date(2026, 6, 10), date(2026, 9, 10)),
        (date(2026, 6, 10), date(2026, 6, 10), date(2026, 9, 10)),
        (date(2026, 7, 1), date(2026, 6, 10), date(2026, 9, 10)),
        (date(2026, 9, 10), date(2026, 9, 10), None),
        (date(2026, 9, 20), None, None),
        (date(2026, 4, 1), None, date(2026, 6, 10)),
    ],
)
def test_a_check_settles_what_was_due_and_the_next_follows(
    checked_on: date, due_on: date | None, following: date | None
) -> None:
    assert rules.next_check(DAYS, checked_on, due_on) == following


@pytest.mark.parametrize("on", [START, date(2026, 3, 20)])
def test_a_day_lies_between_the_start_and_today(on: date) -> None:
    rules.require_day(on, START, date(2026, 3, 20))


@pytest.mark.parametrize("on", [date(2026, 3, 9), date(2026, 3, 21)])
def test_no_day_before_the_start_or_tomorrow(on: date) -> None:
    with pytest.raises(rules.MonitoringDayWrong):
        rules.require_day(on, START, date(2026, 3, 20))


@pytest.mark.parametrize("on", [None, date(2026, 3, 21), END])
def test_the_next_check_follows_within_the_monitoring(on: date | None) -> None:
    rules.require_next(on, date(2026, 3, 20), END)


@pytest.mark.parametrize("on", [date(2026, 3, 20), date(2026, 9, 11)])
def test_the_next_check_is_neither_the_same_day_nor_after_the_end(on: date) -> None:
    with pytest.raises(rules.NextCheckWrong):
        rules.require_next(on, date(2026, 3, 20), END)


@pytest.mark.rule("C14")
def test_more_monitored_families_than_the_centre_wants_are_a_warning() -> None:
    assert rules.warnings(15, 15) == []
    assert rules.warnings(16, 15) == ["C14"]


def test_what_may_be_done_follows_the_case() -> None:
    found = rules.allowed({"case_state": "monitoring"}, [Role.MANAGER])
    by_action = {action.action: action.refusal is None for action in found}
    assert by_action == {
        CaseAction.CHECK: False,
        CaseAction.TRANSFER_MONITORING: True,
        CaseAction.END_MONITORING: True,
    }
    assert rules.allowed({"case_state": "archived"}, [Role.MANAGER]) == []


@pytest.mark.rule("E14")
def test_a_monitoring_does_not_end_on_a_serious_risk() -> None:
    for last in (None, rules.MonitoringRisk.NONE, rules.MonitoringRisk.SOME):
        rules.require_no_serious_risk(last)
    with pytest.raises(rules.SeriousRiskStands):
        rules.require_no_serious_risk(rules.MonitoringRisk.SERIOUS)
