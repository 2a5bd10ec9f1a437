"""What a machine may be granted: both sides of every boundary."""

from datetime import date

import pytest

from app.domain.clients import rules
from app.domain.clients.rules import ClientArea

TODAY = date(2026, 3, 10)
LEAP = date(2028, 2, 29)


@pytest.mark.parametrize("area", [a for a in ClientArea if a not in rules.WITHOUT_FAMILIES])
def test_what_shows_families_needs_the_families_scope(area: ClientArea) -> None:
    rules.require_areas_together([ClientArea.FAMILIES, area])
    if area is not ClientArea.FAMILIES:
        with pytest.raises(rules.FamiliesScopeMissing):
            rules.require_areas_together([ClientArea.CENTRE, area])


@pytest.mark.parametrize("area", sorted(rules.WITHOUT_FAMILIES))
def test_what_shows_no_families_stands_alone(area: ClientArea) -> None:
    rules.require_areas_together([area])


def test_the_agreement_is_there_before_the_client() -> None:
    rules.require_agreed(TODAY, TODAY)
    with pytest.raises(rules.AgreementNotConcluded):
        rules.require_agreed(date(2026, 3, 11), TODAY)


@pytest.mark.parametrize(
    ("today", "good", "wrong"),
    [
        (TODAY, date(2026, 3, 11), TODAY),
        (TODAY, date(2028, 3, 10), date(2028, 3, 11)),
        (LEAP, date(2030, 2, 28), date(2030, 3, 1)),
    ],
)
def test_access_ends_after_today_and_within_two_years(today: date, good: date, wrong: date) -> None:
    rules.require_expiry(good, today)
    with pytest.raises(rules.WrongExpiry):
        rules.require_expiry(wrong, today)


def test_two_secrets_are_room_for_a_rotation_and_no_more() -> None:
    rules.require_room(1)
    with pytest.raises(rules.TwoSecretsAlready):
        rules.require_room(2)


def test_what_is_over_is_over() -> None:
    rules.require_active(active=True)
    rules.require_unrevoked(None)
    with pytest.raises(rules.ClientDisabled):
        rules.require_active(active=False)
    with pytest.raises(rules.SecretRevokedAlready):
        rules.require_unrevoked(TODAY)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (None, ["cases:read", "families:read"]),
        ("cases:read", ["cases:read"]),
        ("families:read cases:read", ["cases:read", "families:read"]),
        ("plans:read", None),
        ("cases:read plans:read", None),
        ("", None),
        ("cases:read  families:read", None),
    ],
)
def test_a_token_has_what_is_held_or_less(asked: str | None, given: list[str] | None) -> None:
    assert rules.granted(asked, ["families:read", "cases:read"]) == given
