"""Who may cover whom, on which days: both sides of each boundary."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.actor import Role
from app.domain.caseload.rules import Loan, Period
from app.domain.covers import rules
from app.domain.covers.rules import CoverDays, Worker
from app.domain.errors import Refusal
from app.domain.staff.rules import StaffState, WorkerNotActive, WorkerSuspended

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
WEEK = Period(TODAY, TODAY + 7 * DAY)
FA, SW, MG, FC = Role.ASSISTANT, Role.SOCIAL_WORKER, Role.MANAGER, Role.FOSTER_CARE_COORDINATOR
X, Y, Z = uuid4(), uuid4(), uuid4()


def _worker(who: UUID, *roles: Role, state: StaffState = StaffState.ACTIVE) -> Worker:
    return Worker(who, state, frozenset(roles))


def _set(absent: UUID, covering: UUID, first: int, days: int) -> CoverDays:
    start = TODAY + first * DAY
    return CoverDays(
        uuid4(), absent, covering, Period(start, start + days * DAY), takes_places=True
    )


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(
    ("roles", "own", "own_allowed", "may"),
    [
        ({MG}, False, False, True),
        ({MG, FA}, True, False, True),
        ({FA}, True, True, True),
        ({FA}, True, False, False),
        ({FA}, False, True, False),
    ],
)
def test_the_manager_sets_covers_and_workers_their_own_where_they_may(
    roles: set[Role], *, own: bool, own_allowed: bool, may: bool
) -> None:
    if may:
        rules.require_may_set(roles, own=own, own_allowed=own_allowed)
    else:
        with pytest.raises(rules.CoverSetByManager):
            rules.require_may_set(roles, own=own, own_allowed=own_allowed)


def test_only_the_manager_exceeds_a_limit() -> None:
    rules.require_may_set({MG}, own=False, own_allowed=False, override=True)
    with pytest.raises(rules.CoverSetByManager):
        rules.require_may_set({FA}, own=True, own_allowed=True, override=True)


def test_both_days_of_a_cover_are_included() -> None:
    assert rules.require_days(TODAY, TODAY, TODAY) == Period(TODAY, TODAY + DAY)


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 2)])
def test_a_cover_is_not_back_dated_and_not_backwards(first: int, last: int) -> None:
    with pytest.raises(rules.CoverOutOfTime):
        rules.require_days(TODAY + first * DAY, TODAY + last * DAY, TODAY)


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(
    ("absent", "covering", "refusal"),
    [
        (_worker(X, FA), _worker(X, FA), rules.CoversThemself),
        (_worker(X, MG), _worker(Y, MG), rules.NothingToCover),
        (_worker(X, FA, state=StaffState.ENDED), _worker(Y, FA), rules.NothingToCover),
        (_worker(X, FA, state=StaffState.DRAFT), _worker(Y, FA), rules.NothingToCover),
        (_worker(X, FA), _worker(Y, SW), rules.CoverNeedsRole),
        (_worker(X, FA), _worker(Y, MG), rules.CoverNeedsRole),
        (_worker(X, FA, FC), _worker(Y, FA), rules.CoverNeedsRole),
        (_worker(X, FA), _worker(Y, FA, state=StaffState.DRAFT), WorkerNotActive),
        (_worker(X, FA), _worker(Y, FA, state=StaffState.ENDED), WorkerNotActive),
    ],
)
def test_who_may_not_cover(absent: Worker, covering: Worker, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.require_may_cover(absent, covering, WEEK)


@pytest.mark.parametrize(
    ("absent", "covering"),
    [
        (_worker(X, FA), _worker(Y, FA)),
        (_worker(X, FA), _worker(Y, FA, FC, MG)),
        (_worker(X, FA, MG), _worker(Y, FA)),
        (_worker(X, FA, state=StaffState.SUSPENDED), _worker(Y, FA)),
    ],
)
def test_somebody_at_work_with_the_same_roles_covers(absent: Worker, covering: Worker) -> None:
    rules.require_may_cover(absent, covering, WEEK)


@pytest.mark.rule("C10")
def test_who_is_suspended_on_the_last_day_does_not_cover() -> None:
    suspended = replace(_worker(Y, FA, state=StaffState.SUSPENDED), suspended_from=TODAY + 6 * DAY)
    with pytest.raises(WorkerSuspended):
        rules.require_may_cover(_worker(X, FA), suspended, WEEK)
    later = replace(suspended, suspended_from=TODAY + 7 * DAY)
    rules.require_may_cover(_worker(X, FA), later, WEEK)


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ((X, Z), rules.CoveredAlready),
        ((Y, Z), rules.CoveringIsAbsent),
        ((Z, X), rules.AbsentCovers),
    ],
)
@pytest.mark.parametrize(
    ("first", "days", "meets"),
    [(-3, 3, False), (-3, 4, True), (6, 1, True), (7, 2, False)],
    ids=["ends before", "on the first day", "on the last day", "begins after"],
)
def test_there_is_no_chain_and_no_second_cover_on_a_day(
    other: tuple[UUID, UUID], refusal: type[Refusal], first: int, days: int, *, meets: bool
) -> None:
    others = [_set(*other, first, days)]
    if meets:
        with pytest.raises(refusal):
            rules.require_no_chain(X, Y, WEEK, others)
    else:
        rules.require_no_chain(X, Y, WEEK, others)


def test_one_person_may_cover_for_two() -> None:
    rules.require_no_chain(X, Y, WEEK, [_set(Z, Y, 0, 7)])


@pytest.mark.parametrize(
    ("on", "refusal"),
    [(0, None), (6, None), (7, rules.CoverOver), (-1, rules.CoverOutOfTime)],
)
def test_a_cover_ends_early_on_one_of_its_days(on: int, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        rules.require_early_end(WEEK, TODAY + on * DAY, TODAY)
    else:
        with pytest.raises(refusal):
            rules.require_early_end(WEEK, TODAY + on * DAY, TODAY)


def test_a_cover_that_is_over_is_not_ended_again() -> None:
    with pytest.raises(rules.CoverOver):
        rules.require_early_end(WEEK, TODAY + 7 * DAY, TODAY + 7 * DAY)
    never = Period(TODAY + 3 * DAY, TODAY + 3 * DAY)
    with pytest.raises(rules.CoverOver):
        rules.require_early_end(never, TODAY, TODAY)


def test_what_is_lent_are_the_days_that_place_and_cover_share() -> None:
    loan = Loan(uuid4(), Y, WEEK)
    assert loan.part_of(Period(TODAY - DAY)) == WEEK
    assert loan.part_of(Period(TODAY + 6 * DAY)) == Period(TODAY + 6 * DAY, TODAY + 7 * DAY)
    assert loan.part_of(Period(TODAY + 7 * DAY)) is None
    assert loan.part_of(Period(TODAY - DAY, TODAY)) is None
