"""Places in a caseload: both sides of fifteen, over whole periods, and the colouring's promise."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.caseload import rules
from app.domain.caseload.rules import (
    CaseloadFull,
    CoordinatorCaseloadFull,
    CoordinatorLimitReached,
    Duty,
    LocalLimitReached,
    Period,
    colour,
    free_slot,
    most_at_once,
    require_nothing_beyond,
    require_place,
)

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)
DAYS = st.integers(min_value=0, max_value=60)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Draw an open, a closed or a given-up period."""
    start = MARCH + timedelta(days=draw(DAYS))
    length = draw(st.none() | DAYS)
    return Period(start, None if length is None else start + timedelta(days=length))


def open_families(count: int, since: date = MARCH) -> list[Period]:
    return [Period(since)] * count


@pytest.mark.rule("C12")
def test_with_fourteen_families_there_is_a_place_and_with_fifteen_there_is_none() -> None:
    require_place(open_families(14), Period(APRIL), limit=15)
    with pytest.raises(CaseloadFull) as refused:
        require_place(open_families(15), Period(APRIL), limit=15)
    assert refused.value.facts == {"families": 15, "limit": 15, "on": APRIL}
    assert "art. 15 ust. 4" in str(refused.value.basis())


@pytest.mark.rule("C13")
def test_the_centre_may_set_less_and_the_manager_may_exceed_that_up_to_fifteen() -> None:
    require_place(open_families(9), Period(APRIL), limit=10)
    with pytest.raises(LocalLimitReached):
        require_place(open_families(10), Period(APRIL), limit=10)
    require_place(open_families(10), Period(APRIL), limit=10, override=True)
    require_place(open_families(14), Period(APRIL), limit=10, override=True)
    with pytest.raises(CaseloadFull):
        require_place(open_families(15), Period(APRIL), limit=10, override=True)


@pytest.mark.rule("C12")
def test_an_override_never_reaches_the_limit_of_the_statute() -> None:
    with pytest.raises(CaseloadFull):
        require_place(open_families(15), Period(APRIL), limit=15, override=True)


@pytest.mark.rule("G4")
def test_coordinators_have_fifteen_foster_families_and_a_limit_of_their_own() -> None:
    require_place(open_families(14), Period(APRIL), limit=15, duty=Duty.COORDINATION)
    with pytest.raises(CoordinatorCaseloadFull) as refused:
        require_place(open_families(15), Period(APRIL), limit=15, duty=Duty.COORDINATION)
    assert "art. 77 ust. 4" in str(refused.value.basis())
    with pytest.raises(CoordinatorLimitReached):
        require_place(open_families(5), Period(APRIL), limit=5, duty=Duty.COORDINATION)


def test_a_family_that_comes_later_takes_the_place_from_its_day() -> None:
    future = [*open_families(14), Period(MAY)]
    require_place(future, Period(APRIL, MAY), limit=15)
    with pytest.raises(CaseloadFull) as refused:
        require_place(future, Period(APRIL), limit=15)
    assert refused.value.facts["on"] == MAY


def test_a_place_is_free_on_the_day_on_which_the_other_ends() -> None:
    ending = [*open_families(14), Period(MARCH, APRIL)]
    require_place(ending, Period(APRIL), limit=15)
    with pytest.raises(CaseloadFull):
        require_place(ending, Period(APRIL - timedelta(days=1)), limit=15)


def test_families_one_after_another_are_not_families_at_once() -> None:
    assert most_at_once([Period(MARCH, APRIL), Period(APRIL, MAY), Period(MAY)]) == 1
    assert most_at_once([Period(MARCH, MAY), Period(APRIL)]) == 2
    assert most_at_once([]) == 0


def test_a_period_without_a_day_takes_no_place() -> None:
    assert most_at_once([Period(APRIL, APRIL)] * 20) == 0
    require_place([Period(APRIL, APRIL)] * 20, Period(MARCH), limit=15)


def test_a_free_slot_is_the_lowest_that_nobody_has_in_the_period() -> None:
    taken = [(Period(MARCH, APRIL), 1), (Period(MARCH), 2)]
    assert free_slot(taken, Period(MARCH), 15) == 3
    assert free_slot(taken, Period(APRIL), 15) == 1
    assert free_slot(taken, Period(MARCH), 2) is None


def test_renumbering_makes_room_where_no_single_slot_is_free() -> None:
    """One slot is free in March, the other from April: a longer period needs both to move."""
    held = [Period(MARCH, APRIL), Period(APRIL)]
    taken = list(zip(held, [1, 2], strict=True))
    new = Period(MARCH, MAY)
    assert free_slot(taken, new, 2) is None
    assert max(colour([*held, new])) == 2


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(periods(), max_size=40))
def test_colouring_needs_exactly_as_many_slots_as_there_are_families_at_once(
    drawn: list[Period],
) -> None:
    slots = colour(drawn)
    days = {period.starts_on for period in drawn}
    overlap = max((sum(p.holds(day) for p in drawn) for day in days), default=0)
    real = [slot for slot, p in zip(slots, drawn, strict=True) if p.starts_on < p.end]
    assert max(real, default=0) == overlap


@given(st.lists(periods(), max_size=40))
def test_no_slot_is_taken_twice_on_any_day(drawn: list[Period]) -> None:
    for day in {period.starts_on for period in drawn}:
        held = [s for s, p in zip(colour(drawn), drawn, strict=True) if p.holds(day)]
        assert len(held) == len(set(held))


@given(st.lists(periods(), max_size=30), periods(), st.integers(min_value=1, max_value=15))
def test_a_place_is_refused_exactly_when_the_families_at_once_would_exceed_the_limit(
    drawn: list[Period], new: Period, limit: int
) -> None:
    days = [new.starts_on, *(p.starts_on for p in drawn)]
    within = [sum(p.holds(day) for p in drawn) for day in days if new.holds(day)]
    refused = rules.first_full_day(drawn, new, limit) is not None
    assert refused == any(families >= limit for families in within)


@pytest.mark.parametrize(
    ("period", "stays"),
    [
        (Period(MARCH), True),
        (Period(MARCH, MAY), True),
        (Period(MARCH, APRIL + timedelta(days=2)), True),
        (Period(MARCH, APRIL + timedelta(days=1)), False),
        (Period(MARCH, APRIL), False),
        (Period(MAY), True),
        (Period(MAY, MAY), False),
    ],
)
def test_nobody_is_let_go_who_has_a_family_after_their_last_day(
    period: Period, stays: bool
) -> None:
    if stays:
        with pytest.raises(rules.StillResponsible) as refused:
            require_nothing_beyond([period, Period(MARCH, APRIL)], APRIL)
        assert refused.value.facts == {"families": 1}
    else:
        require_nothing_beyond([period], APRIL)
