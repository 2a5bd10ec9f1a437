"""Attempts to sign in: wrong ones make the same network wait for the same login, never for good."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response

from app.db.session import NOBODY, Database, Scope
from app.domain.act import Act
from app.domain.actor import Actor
from app.domain.attempts.rules import FREE, LONGEST_WAIT, WAITS, TooManyAttempts, network_of
from app.domain.attempts.service import take_turn
from tests.factories.accounts import Login, make_login
from tests.factories.api import BASE, Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, World
from tests.factories.scopes import TODAY, count, system_scope


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return an assistant who can sign in here; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world)


async def _try(api: Api, who: Login, **changes: str) -> Response:
    return await api.as_(None).post("/sessions", who.said(**changes))


async def _fail(api: Api, who: Login, times: int = FREE, **changes: str) -> None:
    for _ in range(times):
        answer = await _try(api, who, **{"password": "x"} | changes)
        problem_of(answer, 401, "wrong_credentials")


@pytest.mark.rule("S3")
async def test_after_five_wrong_passwords_the_right_one_waits_as_well(
    api: Api, login: Login
) -> None:
    await _fail(api, login)
    answer = await _try(api, login)
    problem = problem_of(answer, 429, "S3")
    assert (answer.headers["retry-after"], problem["facts"]) == ("2", {"retry_after": 2})
    assert "art. 7 ust. 3" in problem["legal_basis"]
    api.clock.instant += timedelta(seconds=1)
    assert (await _try(api, login)).headers["retry-after"] == "1"
    api.clock.instant += timedelta(seconds=1)
    assert (await _try(api, login)).status_code == 201


async def test_a_language_that_nobody_can_read_undoes_no_attempt(api: Api, login: Login) -> None:
    odd: dict[str, Any] = {"accept-language": "en;q=²".encode("latin-1")}
    said = login.said(password="x")
    for _ in range(FREE):
        problem_of(
            await api.as_(None).post("/sessions", said, headers=odd), 401, "wrong_credentials"
        )
    problem_of(await api.as_(None).post("/sessions", said, headers=odd), 429, "S3")


async def test_four_wrong_passwords_make_nobody_wait(api: Api, login: Login) -> None:
    await _fail(api, login, FREE - 1)
    assert (await _try(api, login)).status_code == 201
    await _fail(api, login, FREE - 1)


async def test_each_wrong_password_doubles_the_wait_up_to_a_quarter_of_an_hour(
    api: Api, login: Login
) -> None:
    await _fail(api, login)
    waits = []
    for _ in range(len(WAITS) - FREE + 3):
        waits.append(int((await _try(api, login)).headers["retry-after"]))
        api.clock.instant += timedelta(seconds=waits[-1])
        await _fail(api, login, 1)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, *[LONGEST_WAIT] * 3]
    assert max(WAITS) == LONGEST_WAIT == 900


async def test_hammering_makes_nobody_wait_longer(api: Api, login: Login) -> None:
    await _fail(api, login)
    for _ in range(20):
        assert (await _try(api, login, password="x")).headers["retry-after"] == "2"
    api.clock.instant += timedelta(seconds=2)
    assert (await _try(api, login)).status_code == 201


async def test_nobody_can_lock_somebody_else_out(api: Api, login: Login, world: World) -> None:
    other = await make_login(world, login="inna.osoba")
    await _fail(api, login)
    problem_of(await _try(api, login), 429, "S3")
    assert (await _try(api, other)).status_code == 201, "another login is not concerned"
    transport = ASGITransport(app=api.app, client=("203.0.113.7", 4711))
    async with AsyncClient(transport=transport, base_url=BASE) as elsewhere:
        answer = await elsewhere.post("/api/v1/sessions", json=login.said())
    assert answer.status_code == 201, "nor is the same login from another network"


@pytest.mark.parametrize("changes", [{"login": "nikt"}, {"centre": "nigdzie"}])
async def test_who_does_not_exist_waits_like_everybody(
    api: Api, login: Login, changes: dict[str, str]
) -> None:
    await _fail(api, login, FREE, **changes)
    problem_of(await _try(api, login, **changes), 429, "S3")


@pytest.mark.parametrize(("hours", "status"), [(23, 429), (25, 401)])
async def test_after_a_day_attempts_are_forgotten(
    api: Api, login: Login, hours: int, status: int
) -> None:
    await _fail(api, login)
    api.clock.instant += timedelta(seconds=2, hours=hours)
    await _fail(api, login, 1)
    assert (await _try(api, login, password="x")).status_code == status


async def test_old_rows_are_deleted_and_hold_nobodys_data(
    api: Api, login: Login, database: OneConnection
) -> None:
    await _fail(api, login, 1, login="janina.nowak")
    async with database.begin(system_scope()) as session:
        assert await count(session, "attempt") == 2
        assert await count(session, "attempt", "key ~ '^[0-9a-f]{64}$'") == 2
    api.clock.instant += timedelta(hours=25)
    assert (await _try(api, login)).status_code == 201
    async with database.begin(system_scope()) as session:
        assert await count(session, "attempt") == 0


@pytest.mark.rule("S3")
async def test_attempts_at_once_do_not_slip_through(pools: Database) -> None:
    key, now = uuid4().hex, datetime.now(UTC)

    async def attempt() -> bool:
        scope = Scope.system(HERE.id, today=TODAY, request=uuid4(), operation="test")
        async with pools.begin(scope) as session:
            act = Act(session, Actor(NOBODY, HERE.id, None, frozenset()), TODAY, now)
            try:
                await take_turn(act, key)
            except TooManyAttempts:
                return False
        return True

    let_in = await asyncio.gather(*(attempt() for _ in range(20)))
    assert sum(let_in) == FREE


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        (None, "unknown"),
        ("unix", "unknown"),
    ],
)
def test_a_network_is_what_one_subscriber_has(host: str | None, network: str) -> None:
    assert network_of(host) == network


async def test_two_attempts_at_once_may_arrive_in_the_other_order(world: World) -> None:
    """The later one is stored first: nobody has to wait yet, and both count."""
    key = uuid4().hex
    for _ in range(FREE):
        async with world.acting() as act:
            await take_turn(act, key)
        world.clock.instant -= timedelta(milliseconds=5)
    async with world.acting() as act:
        with pytest.raises(TooManyAttempts):
            await take_turn(act, key)
