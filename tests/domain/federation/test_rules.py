"""Signing in by a provider, both sides: what is begun, what is linked, what names somebody."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from app.domain.federation import rules
from app.domain.federation.rules import FederatedSignInOver, UnlinkedAlready
from app.domain.federation.tables import LinkedIdentity, LinkFields

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
ENDS = NOW + rules.LASTS
OURS = ("a" * 64, "a" * 64)
ISSUER, SUBJECT = "https://logowanie.example/realms/urzad", "5f0c9a52-1f7e-4b7d-9d7a-0b8f0f4f6c11"


@pytest.mark.parametrize("now", [NOW, ENDS - INSTANT])
def test_a_sign_in_goes_on_in_time_in_the_browser_that_began_it(now: datetime) -> None:
    rules.require_pending(None, ENDS, OURS, now)


@pytest.mark.parametrize(
    ("used_at", "browser", "now"),
    [
        (NOW, OURS, NOW),
        (NOW - rules.LASTS, OURS, NOW),
        (None, OURS, ENDS),
        (None, OURS, ENDS + INSTANT),
        (None, ("a" * 64, "b" * 64), NOW),
        (None, ("a" * 64, "a" * 63), NOW),
        (None, ("a" * 64, ""), NOW),
    ],
    ids=["used", "used long ago", "over", "long over", "another browser", "a part", "none"],
)
def test_a_sign_in_that_is_used_over_or_anothers_does_not_go_on(
    used_at: datetime | None, browser: tuple[str, str], now: datetime
) -> None:
    with pytest.raises(FederatedSignInOver):
        rules.require_pending(used_at, ENDS, browser, now)


def test_a_sign_in_waits_ten_minutes() -> None:
    assert timedelta(minutes=10) == rules.LASTS


def test_only_what_is_linked_is_unlinked() -> None:
    rules.require_linked(None)
    with pytest.raises(UnlinkedAlready):
        rules.require_linked(NOW)


def test_nobody_is_told_which_identity_or_account_it_was() -> None:
    for refusal in (rules.IdentityNotLinked, rules.ProviderNotBelieved, FederatedSignInOver):
        assert refusal().facts == {}
    assert (rules.IdentityNotLinked.status, rules.ProviderNotBelieved.status) == (403, 401)
    assert FederatedSignInOver.status == 401


def test_an_identity_and_an_account_are_linked_once_by_the_database() -> None:
    unique = {
        str(index.name): [column.name for column in index.columns]
        for index in LinkedIdentity.__table__.indexes  # type: ignore[attr-defined]
        if index.unique
    }
    assert unique == {
        "linked_identity_once": ["centre_id", "issuer", "subject"],
        "linked_account_once": ["centre_id", "account_id", "issuer"],
    }
    assert set(rules.CONSTRAINTS) == set(unique)
    assert set(rules.CONSTRAINTS.values()) == {rules.IdentityLinkedAlready}


@pytest.mark.parametrize("issuer", [ISSUER, "http://127.0.0.1:9000", "https://x/" + "a" * 290])
@pytest.mark.parametrize("subject", ["x", SUBJECT, "!~", "s" * 255])
def test_an_identity_is_an_address_and_a_word(issuer: str, subject: str) -> None:
    said = LinkFields.model_validate({"issuer": issuer, "subject": subject})
    assert (said.issuer, said.subject) == (issuer, subject), "letter by letter"


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        ("logowanie.example", SUBJECT),
        ("ftp://logowanie.example", SUBJECT),
        (f"{ISSUER}?realm=urzad", SUBJECT),
        (f"{ISSUER}#urzad", SUBJECT),
        (f"{ISSUER} ", SUBJECT),
        (f"{ISSUER}\n", SUBJECT),
        ("https://x/" + "a" * 291, SUBJECT),
        (ISSUER, ""),
        (ISSUER, "Joanna Wilczek"),
        (ISSUER, "łucja"),
        (ISSUER, f"{SUBJECT}\n"),
        (ISSUER, "s" * 256),
    ],
)
def test_what_is_no_address_or_no_word_is_no_identity(issuer: str, subject: str) -> None:
    with pytest.raises(ValidationError):
        LinkFields.model_validate({"issuer": issuer, "subject": subject})
