"""Polish calendar: months that clamp, working days without public holidays, standing of a date.

Warsaw time is the only time of the procedure; nothing here reads a clock.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from app.domain.terms import Term

WARSAW = ZoneInfo("Europe/Warsaw")
SATURDAY = 5


class DueStanding(Term):
    """Where a due date stands on a given day."""

    UPCOMING = "upcoming", "w terminie", "upcoming"
    DUE_SOON = "due_soon", "termin się zbliża", "due soon"
    OVERDUE = "overdue", "po terminie", "overdue"


class Calendar(Term):
    """How a period is counted."""

    WORKING_DAYS = "working_days", "dni robocze", "working days"
    DAYS = "days", "dni kalendarzowe", "calendar days"
    MONTHS = "months", "miesiące", "months"
    FIXED = "fixed", "data ustalona", "a fixed date"


def months_after(day: date, months: int) -> date:
    """Add calendar months; a day that the month lacks becomes its last (31 Aug + 6 = 28/29 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("PL", years=year))


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday (24 December since 2025)."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Tell whether a day is Monday to Friday and no public holiday."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def working_days_after(day: date, count: int) -> date:
    """Return the last day of a period of working days; the start day itself does not count."""
    current = day
    while count > 0:
        current += timedelta(days=1)
        count -= is_working_day(current)
    return current
