"""What an identity provider can make us do: ask its own origin, briefly, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from app.api.oidc import KEPT_FOR, LOOK_AGAIN
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE
from tests.factories.provider import OTHER_KEY, Browser, Played, come_back

ELSEWHERE = "https://evil.example"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"])
@pytest.mark.parametrize(
    "value", [f"{ELSEWHERE}/x", "http://169.254.169.254/meta", "file:///etc", 7]
)
async def test_discovery_leads_nowhere_else(
    federated: Api, played: Played, name: str, value: Any
) -> None:
    played.discovery = {name: value}
    answer = await Browser(federated).get("/api/v1/sessions/oidc/start", centre=HERE.code)
    problem_of(answer, 401, "provider_not_believed")


async def test_a_new_key_is_found_and_discovery_is_kept_for_an_hour(
    browser: Browser, played: Played
) -> None:
    assert (await come_back(browser, played)).status_code == 201
    played.keys = [OTHER_KEY]
    too_soon = await come_back(browser, played, key=OTHER_KEY)
    problem_of(too_soon, 401, "provider_not_believed")
    assert played.asked.count("/keys") == 1, "strangers can't make us ask all the time"
    browser.api.clock.instant += timedelta(seconds=LOOK_AGAIN)
    assert (await come_back(browser, played, key=OTHER_KEY)).status_code == 201
    assert (await come_back(browser, played, key=OTHER_KEY)).status_code == 201
    assert played.asked.count("/keys") == 2
    browser.api.clock.instant += timedelta(seconds=KEPT_FOR)
    assert (await come_back(browser, played, key=OTHER_KEY)).status_code == 201
    assert played.asked.count("/keys") == 3


@pytest.mark.parametrize(
    ("status", "raw", "code"),
    [
        (200, b"no json", "provider_not_believed"),
        (200, b"[]", "provider_not_believed"),
        (200, b'{"id_token": 7}', "provider_not_believed"),
        (200, b'{"id_token": "a.b"}', "provider_not_believed"),
        (200, b"{" + b" " * 300_000 + b"}", "provider_not_believed"),
        (302, b"{}", "provider_not_believed"),
        (400, b'{"error": "invalid_grant"}', "provider_not_believed"),
        (502, b"", "busy"),
    ],
)
async def test_a_wrong_answer_is_not_believed_and_a_broken_provider_is_busy(
    browser: Browser, played: Played, status: int, raw: bytes, code: str
) -> None:
    told = await browser.start()
    played.status, played.raw = status, raw
    problem_of(await browser.back(told["state"]), 503 if code == "busy" else 401, code)


async def test_a_centre_without_a_provider_signs_in_by_password(federated: Api, api: Api) -> None:
    for caller, centre in ((federated, "lipowo"), (federated, "nigdzie"), (api, HERE.code)):
        answer = await Browser(caller).get("/api/v1/sessions/oidc/start", centre=centre)
        problem_of(answer, 404, "no_identity_provider")
