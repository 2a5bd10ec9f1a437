"""Signing in by an identity provider: what is believed, what is refused, what is asked of whom."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey

from app.domain.attempts import queries
from app.domain.attempts.rules import SITE_AGAIN
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE
from tests.factories.provider import (
    CALLBACK,
    CLIENT_ID,
    EC_KEY,
    KEY,
    OTHER_KEY,
    Browser,
    Played,
    come_back,
    id_token,
    link,
)

ELSEWHERE = "https://evil.example"


# What is believed.


async def test_a_linked_person_gets_the_same_session_as_by_password(
    browser: Browser, played: Played
) -> None:
    browser.api.clock.instant = datetime.now(UTC)  # the database judges the end of a session
    answer = await come_back(browser, played)
    assert answer.status_code == 201, answer.text
    tokens = answer.json()
    assert tokens["account_id"] == str(HERE.assistant.id)
    assert tokens["roles"] == ["assistant"]
    assert answer.headers["cache-control"] == "no-store"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await browser.api.as_(None).get("/me", headers=headers)).status_code == 200
    sent = {"refresh_token": tokens["refresh_token"]}
    again = await browser.api.as_(None).post("/sessions/refresh", sent)
    assert again.status_code == 201, again.text


@pytest.mark.rule("S4")
async def test_where_a_second_factor_is_demanded_a_provider_does_not_stand_in_for_it(
    browser: Browser, played: Played
) -> None:
    browser.api.clock.instant = datetime.now(UTC)
    said = {"valid_from": str(browser.api.clock.today), "second_factor_roles": ["assistant"]}
    demanded = await browser.api.as_(HERE.administrator).post("/centre/settings", said)
    assert demanded.status_code == 201, demanded.text
    tokens = (await come_back(browser, played)).json()
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    guest = browser.api.as_(None)
    problem_of(await guest.get("/cases", headers=headers), 403, "S4")
    assert (await guest.get("/me/second-factor", headers=headers)).status_code == 200


async def test_the_browser_is_sent_to_the_provider_with_pkce(
    browser: Browser, played: Played
) -> None:
    answer = await browser.get("/api/v1/sessions/oidc/start", centre=HERE.code)
    assert answer.headers["location"].startswith(f"{played.issuer}/authorize?")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-asysta-sign-in=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    told = await browser.start()
    assert told["response_type"] == "code"
    assert (told["client_id"], told["redirect_uri"]) == (CLIENT_ID, CALLBACK)
    assert (told["scope"], told["code_challenge_method"]) == ("openid", "S256")
    await browser.back(told["state"])
    verifier = hashlib.sha256(played.form["code_verifier"].encode()).digest()
    assert told["code_challenge"] == base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
    assert played.form["redirect_uri"] == CALLBACK
    assert played.authorization is not None
    assert base64.b64decode(played.authorization.split()[1]) == (
        b"asysta:tajne%2Fhas%C5%82o%2Bklienta"
    )


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
async def test_what_the_provider_signs_by_a_listed_algorithm_is_believed(
    browser: Browser, played: Played, alg: str
) -> None:
    assert (await come_back(browser, played, alg=alg)).status_code == 201


async def test_es256_and_a_list_with_us_as_authorised_party_are_believed(
    browser: Browser, played: Played
) -> None:
    played.keys = [EC_KEY]
    answer = await come_back(
        browser, played, key=EC_KEY, alg="ES256", aud=[CLIENT_ID, "other"], azp=CLIENT_ID
    )
    assert answer.status_code == 201, answer.text


# What is not.

MINUTE = 60
SPOILT: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": ELSEWHERE},
    "no issuer": {"iss": None},
    "another audience": {"aud": "other"},
    "several audiences, no party": {"aud": [CLIENT_ID, "other"]},
    "another party": {"azp": "other"},
    "another nonce": {"nonce": "other"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "a subject that is no text": {"sub": 7},
    "no expiry": {"exp": None},
    "another key under our kid": {"key": None},
    "an unknown key": {"key": OTHER_KEY},
    "HS256": {"key": OctKey.import_key("x" * 32, {"kid": "first"}), "alg": "HS256"},
    "RS384": {"alg": "RS384"},
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
async def test_a_token_with_a_fault_is_not_believed(
    browser: Browser, played: Played, spoilt: dict[str, Any]
) -> None:
    if "key" in spoilt and spoilt["key"] is None:
        forged = OTHER_KEY.as_dict(private=True) | {"kid": "first"}
        spoilt = {"key": type(KEY).import_key(forged)}
    problem_of(await come_back(browser, played, **spoilt), 401, "provider_not_believed")


@pytest.mark.parametrize(
    ("name", "seconds", "status"),
    [("exp", -59, 201), ("exp", -61, 401), ("iat", 59, 201), ("iat", 62, 401), ("nbf", 62, 401)],
)
async def test_times_are_judged_with_a_minute_of_leeway(
    browser: Browser, played: Played, name: str, seconds: int, status: int
) -> None:
    at = int(browser.api.clock().timestamp()) + seconds
    assert (await come_back(browser, played, **{name: at})).status_code == status


async def test_an_unlinked_identity_is_refused_and_gets_no_account(
    browser: Browser, played: Played
) -> None:
    before = await browser.api.as_(HERE.manager).get("/staff")
    problem = problem_of(await come_back(browser, played, sub="ktos"), 403, "identity_not_linked")
    assert problem["facts"] == {}
    assert (await browser.api.as_(HERE.manager).get("/staff")).json() == before.json()


async def test_a_removed_link_and_a_blocked_account_are_refused(
    federated: Api, browser: Browser, played: Played
) -> None:
    manager, path = federated.as_(HERE.manager), f"/staff/{HERE.assistant.id}/identities"
    linked = (await manager.get(path)).json()["items"][0]
    path = f"{path}/{linked['id']}/unlinking"
    assert (await manager.post(path, version=linked["version"])).status_code == 200
    problem_of(await manager.post(path, version=linked["version"] + 1), 409, "unlinked_already")
    problem_of(await come_back(browser, played), 403, "identity_not_linked")
    await link(federated, played.issuer)
    assert (await come_back(browser, played)).status_code == 201


async def test_an_identity_is_linked_once_and_a_person_once_at_a_provider(
    federated: Api, browser: Browser, played: Played
) -> None:
    manager = federated.as_(HERE.manager)
    said = {"issuer": played.issuer, "subject": "inny"}
    answer = await manager.post(f"/staff/{HERE.assistant.id}/identities", said)
    problem_of(answer, 409, "identity_linked_already")
    said["subject"] = "5f0c9a52-1f7e-4b7d-9d7a-0b8f0f4f6c11"
    answer = await manager.post(f"/staff/{HERE.manager.id}/identities", said)
    problem_of(answer, 409, "identity_linked_already")
    assert browser.cookie == ""


# The state: once, in time, in the browser that began.


async def test_a_state_is_used_once(browser: Browser, played: Played) -> None:
    told = await browser.start()
    token = id_token(played, told["nonce"], browser.api.clock())
    played.answer = {"id_token": token}
    assert (await browser.back(told["state"])).status_code == 201
    problem_of(await browser.back(told["state"]), 401, "federated_sign_in_over")


async def test_a_state_is_used_up_by_a_failure_too(browser: Browser, played: Played) -> None:
    told = await browser.start()
    problem_of(await browser.back(told["state"]), 401, "provider_not_believed")
    played.answer = {"id_token": id_token(played, told["nonce"], browser.api.clock())}
    problem_of(await browser.back(told["state"]), 401, "federated_sign_in_over")


@pytest.mark.parametrize(("seconds", "status"), [(599, 201), (600, 401)])
async def test_a_state_lives_ten_minutes(
    browser: Browser, played: Played, seconds: int, status: int
) -> None:
    told = await browser.start()
    browser.api.clock.instant += timedelta(seconds=seconds)
    played.answer = {"id_token": id_token(played, told["nonce"], browser.api.clock())}
    assert (await browser.back(told["state"])).status_code == status


async def test_another_browser_can_not_carry_on(browser: Browser, played: Played) -> None:
    """Nobody can be signed in to an attacker's account by a link (login CSRF)."""
    told = await browser.start()
    played.answer = {"id_token": id_token(played, told["nonce"], browser.api.clock())}
    other = Browser(browser.api)
    problem_of(await other.back(told["state"]), 401, "federated_sign_in_over")
    await other.start()
    problem_of(await other.back(told["state"]), 401, "federated_sign_in_over")
    assert (await browser.back(told["state"])).status_code == 201


@pytest.mark.parametrize("state", ["", "dabrowa.x", "nigdzie.x", "x" * 5000])
async def test_a_state_that_nobody_began_is_refused(browser: Browser, state: str) -> None:
    await browser.start()
    problem_of(await browser.back(state), 401, "federated_sign_in_over")


async def test_a_refusal_or_a_mix_up_of_providers_is_not_believed(browser: Browser) -> None:
    told = await browser.start()
    answer = await browser.back(told["state"], code="", error="access_denied")
    problem_of(answer, 401, "provider_not_believed")
    told = await browser.start()
    answer = await browser.back(told["state"], iss=ELSEWHERE)
    problem_of(answer, 401, "provider_not_believed")


async def test_strangers_can_not_close_the_way_for_others(
    federated: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SITE_FREE", 2)
    browser = Browser(federated)
    for _ in range(2):
        await browser.start()
    answer = await browser.get("/api/v1/sessions/oidc/start", centre=HERE.code)
    assert problem_of(answer, 429, "S3")["facts"] == {"retry_after": 10}
    assert answer.headers["retry-after"] == "10"
    await Browser(federated.at("203.0.113.7")).start()
    federated.clock.instant += SITE_AGAIN
    await browser.start()


async def test_who_comes_back_from_the_provider_has_not_failed(
    browser: Browser, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SITE_FREE", 2)
    for _ in range(3):
        assert (await come_back(browser, played)).status_code == 201
    for _ in range(2):
        assert (await come_back(browser, played, nonce="other")).status_code == 401
    answer = await browser.get("/api/v1/sessions/oidc/start", centre=HERE.code)
    problem_of(answer, 429, "S3")
