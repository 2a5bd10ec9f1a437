"""How strongly a provider knows somebody: what the office demands is verified, the rest is weak."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response

from app.domain.factors.tables import SecondFactor
from tests.factories.accounts import me, refresh
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE, World
from tests.factories.provider import Browser, Played, come_back

HOUR = 3600


def demanding(**said: Any) -> pytest.MarkDecorator:
    """Let the office demand something of its provider."""
    return pytest.mark.parametrize("demands", [said], ids=[" ".join(said)])


def _stamp(browser: Browser, seconds: float = 0) -> int:
    return int(browser.api.clock.instant.timestamp() + seconds)


def _refused(answer: Response) -> None:
    problem_of(answer, 401, "provider_not_believed")


# What is asked for.


@demanding(acr=["loa2", "loa3"], amr=["mfa"], max_age_minutes=60)
async def test_what_the_office_demands_is_asked_for(browser: Browser) -> None:
    told = await browser.start()
    assert (told["acr_values"], told["max_age"]) == ("loa2 loa3", "3600")
    assert "prompt" not in told


async def test_nothing_is_asked_for_that_nobody_demands(browser: Browser) -> None:
    assert not {"acr_values", "max_age", "prompt"} & (await browser.start()).keys()


@demanding(acr=["loa2"], max_age_minutes=60)
async def test_the_provider_looks_again_where_it_is_asked_to(browser: Browser) -> None:
    told = await browser.start(again="true")
    assert (told["prompt"], told["max_age"], told["acr_values"]) == ("login", "0", "loa2")


# What is verified.


@demanding(acr=["loa2", "loa3"])
@pytest.mark.parametrize("acr", [None, "loa1", "", ["loa2"], 2])
async def test_another_class_than_demanded_is_not_believed(
    browser: Browser, played: Played, acr: Any
) -> None:
    _refused(await come_back(browser, played, acr=acr))
    assert (await come_back(browser, played, acr="loa3")).status_code == 201


@demanding(amr=["mfa", "hwk"])
@pytest.mark.parametrize("amr", [None, [], ["pwd"], "mfa", {"mfa": 1}])
async def test_another_method_than_demanded_is_not_believed(
    browser: Browser, played: Played, amr: Any
) -> None:
    _refused(await come_back(browser, played, amr=amr))
    assert (await come_back(browser, played, amr=["pwd", "hwk"])).status_code == 201


@demanding(acr=["loa2"], amr=["mfa"])
async def test_class_and_method_are_both_verified(browser: Browser, played: Played) -> None:
    _refused(await come_back(browser, played, acr="loa2"))
    _refused(await come_back(browser, played, amr=["mfa"]))
    assert (await come_back(browser, played, acr="loa2", amr=["mfa"])).status_code == 201


@demanding(max_age_minutes=60)
@pytest.mark.parametrize(
    ("seconds", "status"), [(-HOUR + 1, 201), (-HOUR, 401), (0, 201), (60, 201), (61, 401)]
)
async def test_a_look_is_good_for_as_long_as_the_office_says(
    browser: Browser, played: Played, seconds: int, status: int
) -> None:
    answer = await come_back(browser, played, auth_time=_stamp(browser, seconds))
    assert answer.status_code == status, answer.text


@demanding(max_age_minutes=60)
@pytest.mark.parametrize("said", [None, True, "1773133200", -1, 1.5])
async def test_a_time_that_is_none_is_not_believed(
    browser: Browser, played: Played, said: Any
) -> None:
    _refused(await come_back(browser, played, auth_time=said))


# What follows.


@demanding(max_age_minutes=60)
async def test_the_session_ends_when_the_provider_would_have_to_look_again(
    browser: Browser, played: Played
) -> None:
    browser.api.clock.instant = datetime.now(UTC).replace(microsecond=0)
    tokens = (await come_back(browser, played, auth_time=_stamp(browser, -HOUR + 600))).json()
    assert datetime.fromisoformat(tokens["refresh_expires_at"]).timestamp() == _stamp(browser, 600)
    browser.api.clock.travel(minutes=9)
    tokens = (await refresh(browser.api, tokens)).json()
    browser.api.clock.travel(minutes=1)
    problem_of(await refresh(browser.api, tokens), 401, "session_over")


async def _enrolled(world: World) -> None:
    async with world.acting() as act:
        act.add(SecondFactor(id=HERE.assistant.id, secret="JBSWY3DPEHPK3PXP", confirmed_at=act.now))


@pytest.mark.rule("S4")
async def test_who_has_a_second_factor_does_not_come_in_by_one(
    browser: Browser, played: Played, world: World
) -> None:
    assert (await come_back(browser, played)).status_code == 201
    await _enrolled(world)
    refused = problem_of(await come_back(browser, played, amr=["mfa"]), 403, "S4")
    assert refused["type"].endswith("factor_not_shown"), "what nobody demanded proves nothing"


@pytest.mark.rule("S4")
@demanding(amr=["mfa"])
async def test_a_second_factor_that_the_provider_shows_is_as_good(
    browser: Browser, played: Played, world: World
) -> None:
    await _enrolled(world)
    assert (await come_back(browser, played, amr=["pwd", "mfa"])).status_code == 201


async def _ends_all(api: Api, tokens: dict[str, Any]) -> Response:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).delete("/me/sessions", headers=headers)


@pytest.mark.parametrize(
    ("seconds", "status"), [(None, 403), (-601, 403), (-590, 204), (0, 204), (50, 204)]
)
async def test_sessions_are_ended_by_whom_the_provider_has_just_looked_at(
    browser: Browser, played: Played, seconds: int | None, status: int
) -> None:
    browser.api.clock.instant = datetime.now(UTC)
    said = None if seconds is None else _stamp(browser, seconds)
    tokens = (await come_back(browser, played, auth_time=said)).json()
    answer = await _ends_all(browser.api, tokens)
    assert answer.status_code == status, answer.text
    if status == 204:
        problem_of(await me(browser.api, tokens), 401, "not_signed_in")


async def test_a_time_in_the_future_does_not_make_a_sign_in_recent_for_longer(
    browser: Browser, played: Played
) -> None:
    browser.api.clock.instant = datetime.now(UTC)
    tokens = (await come_back(browser, played, auth_time=_stamp(browser, 59))).json()
    browser.api.clock.instant += timedelta(minutes=9, seconds=59)
    tokens = (await refresh(browser.api, tokens)).json()
    browser.api.clock.instant += timedelta(seconds=2)
    problem_of(await _ends_all(browser.api, tokens), 403, "sign_in_not_recent")
