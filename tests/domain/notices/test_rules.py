"""When a notice is handed over: both sides of both boundaries."""

from datetime import date, timedelta

import pytest

from app.domain.notices import rules

TODAY, DAY = date(2026, 3, 10), timedelta(days=1)


@pytest.mark.rule("RODO13.1")
def test_a_notice_is_handed_over_from_its_day_until_today() -> None:
    for day in (TODAY - DAY, TODAY):
        rules.require_handing_day(day, TODAY - DAY, TODAY)
    for day in (TODAY - 2 * DAY, TODAY + DAY):
        with pytest.raises(rules.HandedOutOfOrder):
            rules.require_handing_day(day, TODAY - DAY, TODAY)
