"""Polish days and months, held against a table made by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.api.deps import day_in_warsaw, utc_now
from app.domain.calendar import (
    is_holiday,
    is_working_day,
    months_after,
    working_days_after,
)

# By hand, from the Act of 18 January 1951 on days off and a printed calendar of Easter.
SAME_EACH_YEAR = ["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"]
OFF = {  # Easter Sunday and Monday, Pentecost, Corpus Christi; Christmas Eve since 2025
    2024: "03-31 04-01 05-19 05-30",
    2025: "04-20 04-21 06-08 06-19 12-24",
    2026: "04-05 04-06 05-24 06-04 12-24",
    2027: "03-28 03-29 05-16 05-27 12-24",
    2028: "04-16 04-17 06-04 06-15 12-24",
}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 7, 15), 6, date(2027, 1, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 6, date(2028, 8, 29)),
        (date(2026, 8, 29), 6, date(2027, 2, 28)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
    ],
)
def test_months_clamp_to_the_end_of_the_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 6, 4), False),  # Corpus Christi
        (date(2024, 12, 24), True),  # no day off before 2025
        (date(2025, 12, 24), False),
        (date(2026, 11, 11), False),
        (date(2026, 11, 14), False),  # a Saturday
        (date(2026, 11, 16), True),
    ],
)
def test_working_days_leave_out_weekends_and_public_holidays(day: date, working: bool) -> None:
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 4, 2), 2, date(2026, 4, 7)),  # over Easter
        (date(2026, 3, 10), 14, date(2026, 3, 30)),
        (date(2025, 12, 23), 2, date(2025, 12, 30)),  # 24 to 28 December are off
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
        (date(2024, 12, 23), 2, date(2024, 12, 27)),  # the last year with work on 24 December
        (date(2026, 12, 18), 14, date(2027, 1, 13)),  # 24, 25 December, 1 and 6 January
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2027, 2, 26), 1, date(2027, 3, 1)),
        (date(2026, 3, 27), 1, date(2026, 3, 30)),  # over the night when clocks go forward
        (date(2026, 10, 23), 1, date(2026, 10, 26)),  # and back
        (date(2026, 4, 30), 1, date(2026, 5, 4)),
        (date(2026, 6, 3), 1, date(2026, 6, 5)),
    ],
)
def test_a_period_of_working_days_does_not_count_its_first_day(
    day: date, count: int, last: date
) -> None:
    assert working_days_after(day, count) == last


@pytest.mark.parametrize("year", OFF)
def test_the_days_off_of_a_year_are_those_of_the_table(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    found = {f"{day:%m-%d}" for day in days if day.year == year and is_holiday(day)}
    assert found == {*SAME_EACH_YEAR, *OFF[year].split()}


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-28T22:59:59", date(2026, 3, 28)),  # winter: an hour before midnight of UTC
        ("2026-03-28T23:00:00", date(2026, 3, 29)),
        ("2026-03-29T00:59:59", date(2026, 3, 29)),  # 1:59:59, then 3:00
        ("2026-03-29T01:00:00", date(2026, 3, 29)),
        ("2026-03-29T21:59:59", date(2026, 3, 29)),  # summer: two hours
        ("2026-03-29T22:00:00", date(2026, 3, 30)),
        ("2026-10-24T21:59:59", date(2026, 10, 24)),
        ("2026-10-24T22:00:00", date(2026, 10, 25)),
        ("2026-10-25T22:59:59", date(2026, 10, 25)),  # the longest day: 25 hours
        ("2026-10-25T23:00:00", date(2026, 10, 26)),
        ("2026-12-31T22:59:59", date(2026, 12, 31)),
        ("2026-12-31T23:00:00", date(2027, 1, 1)),
        ("2028-02-28T23:00:00", date(2028, 2, 29)),
        ("2028-02-29T23:00:00", date(2028, 3, 1)),
        ("2027-02-28T23:00:00", date(2027, 3, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_warsaw(instant: str, day: date) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert day_in_warsaw(at) == day
    with time_machine.travel(at, tick=False):
        assert utc_now() == at
        assert day_in_warsaw(utc_now()) == day
