"""Polish days and months, held against a table made by hand."""

from datetime import date

import pytest

from app.domain.calendar import is_working_day, months_after, working_days_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 7, 15), 6, date(2027, 1, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
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
    ],
)
def test_a_period_of_working_days_does_not_count_its_first_day(
    day: date, count: int, last: date
) -> None:
    assert working_days_after(day, count) == last
