"""Attempts of a site: many logins from one place wait in the end, an office never does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from httpx import Response

from app.db.session import NOBODY, Scope
from app.domain.attempts import queries
from app.domain.attempts.rules import (
    FREE,
    SITE_AGAIN,
    SITE_FREE,
    Keys,
    TooManyAttempts,
    site_of,
)
from app.domain.attempts.service import give_back, pass_site, take_turn_of_site
from app.domain.errors import Busy
from app.domain.passwords import service as passwords
from tests.factories.accounts import PASSWORD, Login, make_login
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, World
from tests.factories.scopes import TODAY, count, system_scope

SECOND = timedelta(seconds=1)
KEY = "a site"


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return an assistant who can sign in here; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a site fail three times."""
    monkeypatch.setattr(queries, "SITE_FREE", 3)
    return 3


async def _try(api: Api, login: str, password: str = PASSWORD) -> Response:
    said = {"centre": HERE.code, "login": login, "password": password}
    return await api.as_(None).post("/sessions", said)


async def _spray(api: Api, times: int) -> None:
    for n in range(times):
        problem_of(await _try(api, f"osoba.{n}"), 401, "wrong_credentials")


@pytest.mark.rule("S3")
async def test_who_tries_every_login_once_waits_in_the_end(
    api: Api, login: Login, few: int
) -> None:
    await _spray(api, few)
    answer = await _try(api, login.login)
    assert problem_of(answer, 429, "S3")["facts"] == {"retry_after": 10}
    elsewhere = await _try(api.at("203.0.113.7"), login.login)
    assert elsewhere.status_code == 201, "another site is not concerned"
    api.clock.instant += SITE_AGAIN - SECOND
    assert (await _try(api, login.login)).headers["retry-after"] == "1"
    api.clock.instant += SECOND
    assert (await _try(api, login.login)).status_code == 201


async def test_networks_of_one_site_wait_together(api: Api, login: Login, few: int) -> None:
    for n in range(few):
        await _spray(api.at(f"2001:db8:1:{n}::1"), 1)
    same, other = api.at("2001:db8:1:ffff::1"), api.at("2001:db8:2::1")
    problem_of(await _try(same, login.login), 429, "S3")
    assert (await _try(other, login.login)).status_code == 201


async def test_right_passwords_are_not_counted(
    api: Api, login: Login, few: int, database: OneConnection
) -> None:
    for _ in range(few + 1):
        assert (await _try(api, login.login)).status_code == 201
    async with database.begin(system_scope()) as session:
        assert await count(session, "attempt") == 0, "nothing is kept of who has not failed"
    await _spray(api, few - 1)
    assert (await _try(api, login.login)).status_code == 201
    await _spray(api, 1)
    problem_of(await _try(api, login.login), 429, "S3")


async def test_who_was_sent_away_because_others_wait_has_not_failed(
    api: Api, login: Login, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise Busy

    with monkeypatch.context() as crowded:
        crowded.setattr(passwords, "fits", full)
        for _ in range(max(few, FREE) + 1):
            answer = await _try(api, login.login)
            problem_of(answer, 503, "busy")
            assert answer.headers["retry-after"] == "2"
    assert (await _try(api, login.login)).status_code == 201


async def test_an_office_of_two_hundred_may_all_err_at_once(world: World) -> None:
    assert SITE_FREE >= 200
    async with world.acting() as act:
        for _ in range(SITE_FREE):
            await take_turn_of_site(act, KEY)
        with pytest.raises(TooManyAttempts) as refused:
            await take_turn_of_site(act, KEY)
    assert refused.value.facts == {"retry_after": SITE_AGAIN.total_seconds()}


async def test_failures_of_a_site_pass_one_by_one(world: World, few: int) -> None:
    async with world.acting() as act:
        for _ in range(few):
            await take_turn_of_site(act, KEY)
    world.clock.instant += 2 * SITE_AGAIN
    async with world.acting() as act:
        for _ in range(2):
            await take_turn_of_site(act, KEY)
        with pytest.raises(TooManyAttempts):
            await take_turn_of_site(act, KEY)


async def test_a_long_rest_gives_no_more_than_was_free(world: World, few: int) -> None:
    async with world.acting() as act:
        await take_turn_of_site(act, KEY)
    world.clock.instant += timedelta(hours=5)
    async with world.acting() as act:
        for _ in range(few):
            await take_turn_of_site(act, KEY)
        with pytest.raises(TooManyAttempts):
            await take_turn_of_site(act, KEY)


async def test_what_is_given_back_is_free_again_and_no_more(world: World, few: int) -> None:
    async with world.acting() as act:
        for _ in range(few):
            await take_turn_of_site(act, KEY)
        await give_back(act, Keys("mine", KEY), 2)
        await pass_site(act, "another site")
        for _ in range(2):
            await take_turn_of_site(act, KEY)
        with pytest.raises(TooManyAttempts):
            await take_turn_of_site(act, KEY)


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        (None, "unknown"),
    ],
)
def test_a_site_is_what_one_office_has(host: str | None, site: str) -> None:
    assert site_of(host) == site


# Tokens that name a centre which is not there.


async def test_resets_of_invented_centres_wait_together_and_leave_one_row(
    api: Api, login: Login, database: OneConnection
) -> None:
    assert login
    seen = [await _reset(api) for _ in range(FREE + 25)]
    assert [answer.status_code for answer in seen] == [422] * FREE + [429] * 25
    nobody = Scope.system(NOBODY, today=TODAY, request=uuid4(), operation="test")
    async with database.begin(nobody) as session:
        assert await count(session, "attempt") == 1


async def _reset(api: Api) -> Response:
    said = {"reset_token": uuid4().hex + "a" * 43, "password": PASSWORD}
    return await api.as_(None).post("/sessions/password-reset", said)


async def test_refreshing_in_an_invented_centre_opens_no_transaction(
    api: Api, database: OneConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "begin", None)
    said = {"refresh_token": uuid4().hex + "a" * 43}
    problem_of(await api.as_(None).post("/sessions/refresh", said), 401, "session_over")
