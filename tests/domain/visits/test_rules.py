"""The rules of visits: what they refuse, what they warn of, when contact is behind."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from app.domain.cases.rules import ASSISTED, CaseState
from app.domain.centres.rules import Weekday
from app.domain.errors import Refusal
from app.domain.tasks.rules import AssistantTask, basis_of
from app.domain.visits import rules
from app.domain.visits.rules import ContactStanding, VisitKind, VisitPlace

TODAY = date(2026, 3, 10)
TOMORROW = TODAY + timedelta(days=1)
SINCE = date(2026, 3, 2)
OFFICE_HOURS = rules.Hours(time(8), time(20), list(Weekday)[:5])
FRIDAY, SATURDAY = date(2026, 3, 13), date(2026, 3, 14)


@pytest.mark.rule("1.D")
def test_the_tasks_are_the_twenty_one_points_of_article_15() -> None:
    assert len(AssistantTask) == 21
    assert basis_of(AssistantTask.WORK_PLAN).place == "art. 15 ust. 1 pkt 1"
    assert basis_of(AssistantTask.CHILD_SUPPORT).place == "art. 15 ust. 1 pkt 11"
    assert basis_of(AssistantTask.COURT_ACCOMPANIMENT).place == "art. 15 ust. 1 pkt 11a"
    assert basis_of(AssistantTask.INTERVENTION).place == "art. 15 ust. 1 pkt 12"
    assert basis_of(AssistantTask.FOR_LIFE).place == "art. 15 ust. 1 pkt 13a"
    assert basis_of(AssistantTask.DV_COOPERATION).place == "art. 15 ust. 1 pkt 19"


@pytest.mark.parametrize("held_on", [SINCE, TODAY])
def test_a_visit_lies_between_the_assignment_and_today(held_on: date) -> None:
    rules.require_held(held_on, TODAY, SINCE)


@pytest.mark.parametrize(
    ("held_on", "refusal"),
    [
        (TOMORROW, rules.VisitInFuture),
        (SINCE - timedelta(days=1), rules.VisitBeforeAssignment),
    ],
)
def test_a_visit_outside_of_that_is_refused(held_on: date, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.require_held(held_on, TODAY, SINCE)


def test_a_visit_ends_after_it_begins() -> None:
    rules.require_order(time(10), time(10, 1), TODAY, None)
    with pytest.raises(rules.EndsBeforeBegins):
        rules.require_order(time(10), time(10), TODAY, None)


def test_the_next_visit_is_not_before_this_one() -> None:
    rules.require_order(time(10), time(11), TODAY, TODAY)
    with pytest.raises(rules.NextVisitTooEarly):
        rules.require_order(time(10), time(11), TODAY, TODAY - timedelta(days=1))


@pytest.mark.rule("C11")
@pytest.mark.parametrize(
    ("kind", "place", "named"),
    [
        (VisitKind.HOME_VISIT, VisitPlace.HOME, None),
        (VisitKind.HOME_VISIT, VisitPlace.FAMILY_INDICATED, "u babci"),
        (VisitKind.OFFICE, VisitPlace.OTHER, "pokój 12"),
        (VisitKind.PHONE, None, None),
    ],
)
def test_a_place_is_said(kind: VisitKind, place: VisitPlace | None, named: str | None) -> None:
    rules.require_place(kind, place, named)


@pytest.mark.rule("C11")
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (VisitKind.HOME_VISIT, None),
        (VisitKind.HOME_VISIT, VisitPlace.FAMILY_INDICATED),
        (VisitKind.PHONE, VisitPlace.OTHER),
    ],
)
def test_a_place_without_its_name_is_refused(kind: VisitKind, place: VisitPlace | None) -> None:
    with pytest.raises(rules.PlaceUnnamed):
        rules.require_place(kind, place, None)


def test_persons_of_another_family_are_refused_by_their_ids() -> None:
    mother, stranger = uuid4(), uuid4()
    rules.require_members([mother], {mother})
    with pytest.raises(rules.NotOfThisFamily) as refused:
        rules.require_members([mother, stranger], {mother})
    assert refused.value.facts == {"persons": [str(stranger)]}


@pytest.mark.rule("B10")
def test_a_joint_first_visit_comes_before_everything_else() -> None:
    with pytest.raises(rules.JointVisitRequired):
        rules.require_first_visit(CaseState.ASSIGNED, joint=True)
    rules.require_first_visit(CaseState.ASSIGNED, joint=False)
    rules.require_first_visit(CaseState.FIRST_VISIT_DONE, joint=True)


def test_a_confirmed_first_visit_stays_as_it_is() -> None:
    rules.require_unconfirmed(None)
    with pytest.raises(rules.VisitConfirmed):
        rules.require_unconfirmed(TODAY)


def test_the_first_visit_keeps_its_kind() -> None:
    rules.require_kind_kept(VisitKind.FIRST_JOINT, {"topics"})
    rules.require_kind_kept(VisitKind.PHONE, {"kind"})
    with pytest.raises(rules.FirstVisitKeepsKind):
        rules.require_kind_kept(VisitKind.FIRST_JOINT, {"kind"})


def test_a_record_can_be_corrected_through_its_seventh_day() -> None:
    rules.require_correctable(TODAY, TODAY + timedelta(days=7), "literówka", 1)
    with pytest.raises(rules.CorrectionTooLate):
        rules.require_correctable(TODAY, TODAY + timedelta(days=8), "literówka", 1)
    with pytest.raises(rules.CorrectionUnexplained):
        rules.require_correctable(TODAY, TODAY, None, 1)
    with pytest.raises(rules.NothingCorrected):
        rules.require_correctable(TODAY, TODAY, "literówka", 0)


def test_only_the_author_corrects() -> None:
    author = uuid4()
    rules.require_author(author, author)
    with pytest.raises(rules.NotTheAuthor):
        rules.require_author(uuid4(), author)


@pytest.mark.parametrize(
    ("day", "begins", "ends", "within"),
    [
        (TODAY, time(8), time(20), True),
        (TODAY, time(18), time(19, 59), True),
        (TODAY, time(18), time(20, 1), False),
        (TODAY, time(7, 59), time(9), False),
        (FRIDAY, time(10), time(11), True),
        (SATURDAY, time(10), time(11), False),
        (date(2026, 1, 5), time(10), time(11), True),
        (date(2026, 1, 6), time(10), time(11), False),
        (date(2025, 12, 24), time(10), time(11), False),
        (date(2024, 12, 24), time(10), time(11), True),
    ],
)
@pytest.mark.rule("E11")
def test_working_hours_end_at_eight_on_working_days(
    day: date, begins: time, ends: time, within: bool
) -> None:
    assert OFFICE_HOURS.hold(day, begins, ends) is within


@pytest.mark.rule("E11")
def test_a_centre_that_works_on_saturdays_still_has_holidays() -> None:
    saturdays = rules.Hours(time(8), time(16), [Weekday.SATURDAY])
    assert saturdays.hold(SATURDAY, time(10), time(11))
    assert not saturdays.hold(date(2025, 11, 1), time(10), time(11))


@pytest.mark.parametrize(
    ("ago", "count", "standing"),
    [
        ([], 1, ContactStanding.BEHIND),
        ([], 0, ContactStanding.OK),
        ([0], 1, ContactStanding.OK),
        ([6], 1, ContactStanding.OK),
        ([7], 1, ContactStanding.BEHIND),
        ([-1], 1, ContactStanding.BEHIND),
        ([1], 2, ContactStanding.BEHIND),
        ([1, 4], 2, ContactStanding.OK),
        ([1, 1], 2, ContactStanding.OK),
        ([1, 7], 2, ContactStanding.BEHIND),
    ],
)
@pytest.mark.rule("E10")
def test_contacts_of_the_last_seven_days_count(
    ago: list[int], count: int, standing: ContactStanding
) -> None:
    dates = [TODAY - timedelta(days=days) for days in ago]
    assert rules.contact_standing(dates, count, 7, TODAY) is standing


@pytest.mark.rule("E10")
def test_a_family_is_behind_once_a_whole_period_has_run() -> None:
    week_ago = TODAY - timedelta(days=6)
    young = rules.contact_standing([], 1, 7, TODAY, week_ago + timedelta(days=1))
    assert young is ContactStanding.OK
    assert rules.contact_standing([], 1, 7, TODAY, week_ago) is ContactStanding.BEHIND


@pytest.mark.rule("E10")
@pytest.mark.parametrize("state", list(CaseState))
def test_contact_is_due_while_the_work_goes_on(state: CaseState) -> None:
    due = state in ASSISTED - {CaseState.SUSPENDED}
    assert rules.not_due(state) is (None if due else ContactStanding.NOT_DUE)


def test_warnings_name_their_rules() -> None:
    ok, behind = ContactStanding.OK, ContactStanding.BEHIND
    assert rules.warnings_of(VisitPlace.HOME, ok, in_hours=True) == []
    assert rules.warnings_of(None, ContactStanding.NOT_DUE, in_hours=True) == []
    assert rules.warnings_of(VisitPlace.FAMILY_INDICATED, ok, in_hours=True) == []
    everything = rules.warnings_of(VisitPlace.OTHER, behind, in_hours=False)
    assert everything == ["C11", "E10", "E11"]
