"""Emergency access: both sides of each boundary."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.domain.emergencies import rules

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALMOST = timedelta(microseconds=1)


@pytest.mark.rule("K11.1")
@pytest.mark.parametrize(
    ("hours", "most", "lasts"), [(None, 24, 24), (None, 4, 4), (1, 24, 1), (4, 4, 4)]
)
def test_a_file_is_open_for_hours(hours: int | None, most: int, lasts: int) -> None:
    assert rules.ends_at(NOW, hours, most) == NOW + lasts * HOUR


@pytest.mark.rule("K11.1")
@pytest.mark.parametrize(("hours", "most"), [(25, 24), (5, 4), (None, 25)])
def test_never_longer_than_a_day_or_than_the_centre_allows(hours: int | None, most: int) -> None:
    with pytest.raises(rules.TooManyHours):
        rules.ends_at(NOW, hours, most)


def test_only_a_family_that_the_search_has_named() -> None:
    family = uuid4()
    assert rules.require_candidate(family) == family
    with pytest.raises(rules.CandidateUnknown):
        rules.require_candidate(None)


def test_a_file_that_is_open_is_not_opened_again() -> None:
    rules.require_out_of_scope(open_already=False, seen=False)
    with pytest.raises(rules.EmergencyOpenAlready):
        rules.require_out_of_scope(open_already=True, seen=True)
    with pytest.raises(rules.FamilyInScope):
        rules.require_out_of_scope(open_already=False, seen=True)


def test_what_is_over_is_not_ended() -> None:
    rules.require_open(NOW + ALMOST, NOW)
    with pytest.raises(rules.EmergencyOver):
        rules.require_open(NOW, NOW)


@pytest.mark.rule("K11.1")
def test_another_person_reviews_once() -> None:
    opener, manager = uuid4(), uuid4()
    rules.require_review(None, opener, manager)
    with pytest.raises(rules.ReviewsThemself):
        rules.require_review(None, opener, opener)
    with pytest.raises(rules.ReviewedAlready):
        rules.require_review(NOW, opener, manager)
