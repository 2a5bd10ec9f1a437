"""What a centre may set: both sides of the statute's bounds."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.centres import rules
from app.domain.centres.rules import AssessmentTooRare, LimitAboveStatute, SettingsInThePast

TODAY = date(2026, 3, 10)


@pytest.mark.rule("C13")
@pytest.mark.parametrize(
    ("families", "coordinated", "months", "outcome"),
    [
        (15, 15, 6, nullcontext()),
        (1, 1, 1, nullcontext()),
        (16, 15, 6, pytest.raises(LimitAboveStatute)),
        (15, 16, 6, pytest.raises(LimitAboveStatute)),
        (15, 15, 7, pytest.raises(AssessmentTooRare)),
    ],
)
def test_a_centre_may_be_stricter_than_the_statute_never_laxer(
    families: int, coordinated: int, months: int, outcome: Any
) -> None:
    with outcome:
        rules.require_within_statute(families, coordinated, months, TODAY)


@pytest.mark.parametrize("days", [0, 1, 300])
def test_settings_take_effect_today_or_later(days: int) -> None:
    rules.require_not_past(TODAY + timedelta(days=days), TODAY)


def test_settings_never_change_yesterday() -> None:
    with pytest.raises(SettingsInThePast):
        rules.require_not_past(TODAY - timedelta(days=1), TODAY)
