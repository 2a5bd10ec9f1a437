"""A clock that tests set."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class TestClock:
    """The application's clock in a test; it stands still until the test moves it."""

    __test__ = False

    def __init__(self) -> None:
        """Start on Tuesday, 10 March 2026, 10:00 in Warsaw."""
        self.instant = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.instant

    @property
    def today(self) -> date:
        """Return the day in Warsaw."""
        return self.instant.astimezone(ZoneInfo("Europe/Warsaw")).date()

    def travel(self, *, days: int = 0, minutes: int = 0) -> None:
        """Move forward (or back)."""
        self.instant += timedelta(days=days, minutes=minutes)

    def go_to(self, day: date) -> None:
        """Move to 10:00 Warsaw winter time of a day."""
        self.instant = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
