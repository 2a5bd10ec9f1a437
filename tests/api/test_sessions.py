"""Sessions: who gets in, how long it lasts, and that an end is an end at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.actor import Role
from tests.factories.accounts import Login, make_login, me, refresh, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count, system_scope


@pytest.fixture
def present(clock: TestClock) -> TestClock:
    """Set the clock to the real hour: the end of a session is judged by the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return clock


@pytest.fixture
async def login(world: World, present: TestClock) -> Login:
    """Return an assistant who can sign in here."""
    assert present.today
    return await make_login(world)


def _in(clock: TestClock, **later: int) -> str:
    return (clock.instant + timedelta(**later)).isoformat().replace("+00:00", "Z")


async def _set(world: World, query: str, **values: Any) -> None:
    async with world.acting() as act:
        await act.session.execute(text(query), values)


# Signing in.


async def test_a_password_opens_a_session(api: Api, login: Login) -> None:
    answer = await api.as_(None).post("/sessions", login.said())
    assert answer.status_code == 201, answer.text
    tokens = answer.json()
    assert tokens["account_id"] == str(login.account)
    assert tokens["roles"] == ["assistant"]
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    assert tokens["refresh_expires_at"] == _in(api.clock, minutes=30)
    assert answer.headers["cache-control"] == "no-store"
    shown = await me(api, tokens)
    assert shown.status_code == 200, shown.text
    assert shown.json()["login"] == login.login
    assert shown.json()["data_authorisation"]["number"] == "7/2026"


async def test_each_signing_in_is_a_session_of_its_own(api: Api, login: Login) -> None:
    one, other = await sign_in(api, login), await sign_in(api, login)
    assert one["refresh_token"] != other["refresh_token"]
    await _sign_out(api, one)
    problem_of(await me(api, one), 401, "not_signed_in")
    assert (await me(api, other)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"centre": "nigdzie"},
        {"centre": ELSEWHERE.code},
        {"login": "nikt"},
        {"login": "manager"},
        {"password": "x"},
        {"password": "zielony parasol na wietrze "},
        {"password": "ZIELONY PARASOL NA WIETRZE"},
        {"password": "' OR 1=1 --"},
    ],
)
async def test_whatever_is_wrong_the_refusal_is_the_same(
    api: Api, login: Login, changes: dict[str, Any]
) -> None:
    answer = await api.as_(None).post("/sessions", login.said(**changes))
    problem = problem_of(answer, 401, "wrong_credentials")
    assert problem["title"] == "Ośrodek, login i hasło do siebie nie pasują."
    assert problem["facts"] == {}
    assert problem["errors"] == []


@pytest.mark.usefixtures("present")
async def test_the_login_of_one_centre_is_not_that_of_another(api: Api, world: World) -> None:
    here, there = await make_login(world), await make_login(world, ELSEWHERE)
    assert (await sign_in(api, here))["account_id"] == str(here.account)
    assert (await sign_in(api, there))["account_id"] == str(there.account)
    shown = await me(api, await sign_in(api, there))
    assert shown.json()["centre"]["code"] == ELSEWHERE.code


async def test_an_inactive_account_can_not_sign_in(api: Api, world: World) -> None:
    login = await make_login(world, active=False)
    problem_of(await api.as_(None).post("/sessions", login.said()), 401, "wrong_credentials")


async def test_an_account_without_a_usable_password_can_not_sign_in(api: Api, world: World) -> None:
    for number, stored in enumerate(("!", "", "plain text", "$argon2id$broken")):
        login = await make_login(world, login=f"bez.hasla{number}", password_hash=stored)
        answer = await api.as_(None).post("/sessions", login.said(password=stored or "x"))
        problem_of(answer, 401, "wrong_credentials")


async def test_no_token_lies_in_the_database_in_clear(
    api: Api, login: Login, database: OneConnection
) -> None:
    tokens = await sign_in(api, login)
    async with database.begin(system_scope()) as session:
        where = "position(token_hash IN :token) > 0 OR token_hash = :token"
        assert await count(session, "refresh_token") == 1
        assert await count(session, "refresh_token", where, token=tokens["refresh_token"]) == 0


# The access token.


async def _sign_out(api: Api, tokens: dict[str, Any]) -> None:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await api.as_(None).delete("/sessions/current", headers=headers)).status_code == 204


async def test_signing_out_acts_at_once(api: Api, login: Login) -> None:
    tokens = await sign_in(api, login)
    assert (await me(api, tokens)).status_code == 200
    await _sign_out(api, tokens)
    problem_of(await me(api, tokens), 401, "not_signed_in")
    problem_of(await refresh(api, tokens), 401, "session_over")


async def test_an_access_token_lives_ten_minutes(api: Api, login: Login) -> None:
    tokens = await sign_in(api, login)
    api.clock.travel(minutes=9)
    assert (await me(api, tokens)).status_code == 200
    api.clock.travel(minutes=1)
    problem_of(await me(api, tokens), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("UPDATE account SET active = false WHERE id = :id", 401, "not_signed_in"),
        ("UPDATE account SET roles = '{manager}' WHERE id = :id", 401, "not_signed_in"),
        ("UPDATE user_session SET ended_at = now() WHERE account_id = :id", 401, "not_signed_in"),
        ("UPDATE user_session SET expires_at = now() WHERE account_id = :id", 401, "not_signed_in"),
    ],
    ids=["inactive", "another role", "ended", "expired"],
)
async def test_what_is_taken_away_is_gone_with_the_next_request(
    api: Api, world: World, login: Login, query: str, status: int, code: str
) -> None:
    tokens = await sign_in(api, login)
    assert (await me(api, tokens)).status_code == 200, "from now on the token is remembered"
    await _set(world, query, id=login.account)
    problem_of(await me(api, tokens), status, code)


@pytest.mark.rule("K3")
async def test_the_end_of_the_data_authorisation_stops_reading_and_writing(
    api: Api, world: World
) -> None:
    query = "UPDATE data_authorisation SET valid_to = '2026-03-10' WHERE account_id = :id"
    await _set(world, query, id=HERE.manager.id)
    manager = api.as_(HERE.manager)
    assert (await manager.get("/centre")).status_code == 200, "the last day counts"
    api.clock.travel(days=1)
    problem = problem_of(await manager.get("/centre"), 403, "K3")
    assert "art. 7 ust. 4" in problem["legal_basis"]
    said = {"valid_from": "2026-05-01"}
    problem_of(await manager.post("/centre/settings", said), 403, "K3")


# The refresh token.


async def test_a_refresh_token_is_exchanged_for_the_next(api: Api, login: Login) -> None:
    first = await sign_in(api, login)
    api.clock.travel(minutes=20)
    answer = await refresh(api, first)
    assert answer.status_code == 201, answer.text
    second = answer.json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["refresh_expires_at"] == _in(api.clock, minutes=30)
    assert (await me(api, second)).status_code == 200
    problem_of(await me(api, first), 401, "not_signed_in")


async def test_using_a_refresh_token_twice_ends_the_session_for_both(
    api: Api, login: Login
) -> None:
    first = await sign_in(api, login)
    second = (await refresh(api, first)).json()
    other = await sign_in(api, login)
    problem_of(await refresh(api, first), 401, "session_over")
    problem_of(await me(api, second), 401, "not_signed_in")
    problem_of(await refresh(api, second), 401, "session_over")
    assert (await me(api, other)).status_code == 200, "another session is not concerned"


@pytest.mark.parametrize(("minutes", "status"), [(29, 201), (30, 401), (31, 401)])
async def test_a_refresh_token_lives_thirty_minutes(
    api: Api, login: Login, minutes: int, status: int
) -> None:
    tokens = await sign_in(api, login)
    api.clock.travel(minutes=minutes)
    assert (await refresh(api, tokens)).status_code == status


async def test_a_session_ends_after_ten_hours_however_busy(api: Api, login: Login) -> None:
    tokens = await sign_in(api, login)
    for _ in range(23):
        api.clock.travel(minutes=25)
        tokens = (await refresh(api, tokens)).json()
    api.clock.travel(minutes=24)
    answer = await refresh(api, tokens)
    assert answer.status_code == 201, "9 h 59 min"
    assert answer.json()["refresh_expires_at"] == _in(api.clock, minutes=1), "ten hours, not more"
    api.clock.travel(minutes=1)
    problem_of(await refresh(api, answer.json()), 401, "session_over")


async def test_a_refreshed_session_has_the_roles_of_today(
    api: Api, world: World, login: Login
) -> None:
    tokens = await sign_in(api, login)
    await _set(world, "UPDATE account SET roles = '{manager}' WHERE id = :id", id=login.account)
    fresh = (await refresh(api, tokens)).json()
    assert fresh["roles"] == [Role.MANAGER.value]
    assert (await me(api, fresh)).status_code == 200


async def test_an_inactive_account_can_not_refresh(api: Api, world: World, login: Login) -> None:
    tokens = await sign_in(api, login)
    await _set(world, "UPDATE account SET active = false WHERE id = :id", id=login.account)
    problem_of(await refresh(api, tokens), 401, "session_over")


async def test_a_refresh_token_that_is_not_ours_is_refused(api: Api, login: Login) -> None:
    token = (await sign_in(api, login))["refresh_token"]
    head, tail = token[:32], token[32:]
    for wrong in (ELSEWHERE.id.hex + tail, "0" * 32 + tail, "z" * 32 + tail, head + tail[::-1]):
        problem_of(await refresh(api, {"refresh_token": wrong}), 401, "session_over")
    assert (await refresh(api, {"refresh_token": token})).status_code == 201
