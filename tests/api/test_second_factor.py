"""The second factor: a code works once, a recovery code too; a centre may demand it of a role."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from pyotp import TOTP

from app.domain.actor import Role
from app.domain.attempts.rules import FREE
from tests.factories.accounts import PASSWORD, Login, make_login, me, refresh, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, Person, World
from tests.factories.scopes import count, system_scope

KEEPERS = [HERE.manager, HERE.administrator]


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return a manager who can sign in here; the clock is the database's own, at a whole step."""
    clock.instant = datetime.fromtimestamp(datetime.now(UTC).timestamp() // 30 * 30, UTC)
    return await make_login(world, roles=[Role.MANAGER.value])


async def _post(api: Api, tokens: dict[str, Any], what: str, said: dict[str, str]) -> Response:
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).post(f"/me/second-factor{what}", said, headers=headers)


async def _enrol(api: Api, tokens: dict[str, Any]) -> tuple[TOTP, list[str]]:
    begun = await _post(api, tokens, "", {"present_password": PASSWORD})
    assert begun.status_code == 200, begun.text
    totp = TOTP(begun.json()["secret"])
    assert begun.json()["otpauth_uri"] == totp.provisioning_uri(
        name="ada.lipska", issuer_name="Asysta"
    )
    done = await _post(api, tokens, "/confirmation", {"code": totp.at(api.clock.instant)})
    assert done.status_code == 200, done.text
    return totp, done.json()["recovery_codes"]


async def _try(api: Api, login: Login, code: str) -> Response:
    return await api.as_(None).post("/sessions", login.said(code=code))


@pytest.mark.rule("S4")
async def test_who_has_a_second_factor_sends_a_code_and_each_works_once(
    api: Api, login: Login
) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    needed = await api.as_(None).post("/sessions", login.said())
    assert problem_of(needed, 401, "S4")["type"].endswith("second_factor_needed")
    wrong = problem_of(await _try(api, login, totp.at(api.clock.instant)), 401, "S4")
    assert wrong["type"].endswith("second_factor_wrong"), "it has confirmed the factor"
    api.clock.instant += timedelta(seconds=30)
    code = totp.at(api.clock.instant)
    assert (await _try(api, login, code)).status_code == 201
    problem_of(await _try(api, login, code), 401, "S4")


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 401), (30, 201), (60, 401)])
async def test_a_phone_may_be_half_a_minute_off(
    api: Api, login: Login, seconds: int, status: int
) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    code = totp.at(api.clock.instant + timedelta(seconds=seconds))
    assert (await _try(api, login, code)).status_code == status


async def test_a_wrong_password_does_not_tell_of_the_factor(api: Api, login: Login) -> None:
    await _enrol(api, await sign_in(api, login))
    answer = await api.as_(None).post("/sessions", login.said(password="x", code="000000"))
    problem_of(answer, 401, "wrong_credentials")


async def test_guessing_codes_waits_like_guessing_passwords(api: Api, login: Login) -> None:
    await _enrol(api, await sign_in(api, login))
    for _ in range(5):
        problem_of(await _try(api, login, "000000"), 401, "S4")
    problem_of(await _try(api, login, "000000"), 429, "S3")


@pytest.mark.rule("S3")
async def test_codes_are_counted_by_the_account_from_however_many_networks(
    api: Api, login: Login
) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    seen = []
    for n in range(40):
        elsewhere = api.at(f"2001:db8:{n:x}::1")
        seen += [(await _try(elsewhere, login, "000000")).status_code for _ in range(4)]
    assert seen == [401] * FREE + [429] * (160 - FREE)
    api.clock.instant += timedelta(seconds=30)
    code = totp.at(api.clock.instant)
    assert (await _try(api, login, code)).status_code == 201, "it has waited, and not for good"
    wrong = [(await _try(api.at("203.0.113.7"), login, "000000")).status_code for _ in range(2)]
    assert wrong == [401, 401], "who gets in has begun anew"


async def test_without_the_password_nobody_lets_an_account_wait(api: Api, login: Login) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    said = login.said(password="x", code="000000")
    for n in range(3 * FREE):
        elsewhere = api.at(f"2001:db8:{n:x}::1").as_(None)
        problem_of(await elsewhere.post("/sessions", said), 401, "wrong_credentials")
    api.clock.instant += timedelta(seconds=30)
    assert (await _try(api, login, totp.at(api.clock.instant))).status_code == 201


async def test_to_be_asked_for_a_code_is_no_wrong_code(api: Api, login: Login) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    for n in range(2 * FREE):
        elsewhere = api.at(f"2001:db8:{n:x}::1").as_(None)
        problem_of(await elsewhere.post("/sessions", login.said()), 401, "S4")
    api.clock.instant += timedelta(seconds=30)
    assert (await _try(api, login, totp.at(api.clock.instant))).status_code == 201


async def test_removing_a_factor_counts_wrong_codes_as_signing_in_does(
    api: Api, login: Login
) -> None:
    tokens = await sign_in(api, login)
    totp, _ = await _enrol(api, tokens)
    said = {"present_password": PASSWORD, "code": "000000"}
    for _ in range(FREE):
        problem_of(await _post(api, tokens, "/removal", said), 422, "S4")
    problem_of(await _post(api, tokens, "/removal", said), 429, "S3")
    code = totp.at(api.clock.instant + timedelta(seconds=30))
    problem_of(await _try(api.at("203.0.113.7"), login, code), 429, "S3")


async def test_a_recovery_code_stands_in_once_however_it_is_typed(
    api: Api, login: Login, database: OneConnection
) -> None:
    _, codes = await _enrol(api, await sign_in(api, login))
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){5}", c) for c in codes), (
        "24 letters of five bits each: 120 bits, which a plain hash may keep"
    )
    async with database.begin(system_scope()) as session:
        assert await count(session, "recovery_code", "code_hash = ANY(:codes)", codes=codes) == 0
    opened = await _try(api, login, codes[3].upper())
    assert opened.status_code == 201
    problem_of(await _try(api, login, codes[3]), 401, "S4")
    headers = {"authorization": f"Bearer {opened.json()['access_token']}"}
    shown = (await api.as_(None).get("/me/second-factor", headers=headers)).json()
    assert (shown["enrolled"], shown["demanded"], shown["recovery_codes_left"]) == (True, False, 9)


async def test_a_factor_counts_only_once_it_is_confirmed(api: Api, login: Login) -> None:
    tokens = await sign_in(api, login)
    said = {"code": "000000"}
    problem_of(await _post(api, tokens, "/confirmation", said), 409, "S4")
    await _post(api, tokens, "", {"present_password": PASSWORD})
    problem_of(await _post(api, tokens, "/confirmation", said), 422, "S4")
    assert (await api.as_(None).post("/sessions", login.said())).status_code == 201
    await _enrol(api, tokens)
    problem_of(await _post(api, tokens, "", {"present_password": PASSWORD}), 409, "S4")


async def test_a_session_that_was_left_open_enrols_and_removes_nothing(
    api: Api, login: Login
) -> None:
    tokens = await sign_in(api, login)
    wrong = {"present_password": "x"}
    problem_of(await _post(api, tokens, "", wrong), 422, "present_password_wrong")
    totp, codes = await _enrol(api, tokens)
    said = wrong | {"code": codes[0]}
    problem_of(await _post(api, tokens, "/removal", said), 422, "present_password_wrong")
    said = {"present_password": PASSWORD, "code": totp.at(api.clock.instant)}
    problem_of(await _post(api, tokens, "/removal", said), 422, "S4")
    said["code"] = codes[0]
    assert (await _post(api, tokens, "/removal", said)).status_code == 204
    assert (await api.as_(None).post("/sessions", login.said())).status_code == 201


async def _demand(api: Api, *roles: str) -> None:
    said = {"valid_from": str(api.clock.today), "second_factor_roles": list(roles)}
    answer = await api.as_(HERE.administrator).post("/centre/settings", said)
    assert answer.status_code == 201, answer.text


@pytest.mark.rule("S4")
async def test_where_it_is_demanded_a_session_without_it_may_only_enrol(
    api: Api, login: Login
) -> None:
    before = await sign_in(api, login)
    await _demand(api, "manager")
    tokens = await sign_in(api, login)
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    caller = api.as_(None)
    problem = problem_of(await caller.get("/cases", headers=headers), 403, "S4")
    assert "art. 7 ust. 3" in problem["legal_basis"]
    problem_of(await caller.post("/staff", {}, headers=headers), 403, "S4")
    problem_of(await caller.get("/me/sessions", headers=headers), 403, "S4")
    assert (await me(api, tokens)).status_code == 200
    continued = (await refresh(api, before)).json()
    headers = {"authorization": f"Bearer {continued['access_token']}"}
    problem_of(await caller.get("/cases", headers=headers), 403, "S4")
    totp, codes = await _enrol(api, continued)
    assert (await caller.get("/cases", headers=headers)).status_code == 200
    said = {"present_password": PASSWORD, "code": codes[0]}
    problem_of(await _post(api, continued, "/removal", said), 409, "S4")
    api.clock.instant += timedelta(seconds=30)
    full = (await _try(api, login, totp.at(api.clock.instant))).json()
    headers = {"authorization": f"Bearer {full['access_token']}"}
    assert (await caller.get("/cases", headers=headers)).status_code == 200


async def test_it_is_demanded_of_the_named_roles_alone(api: Api, login: Login) -> None:
    await _demand(api, "assistant", "administrator")
    tokens = await sign_in(api, login)
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await api.as_(None).get("/cases", headers=headers)).status_code == 200


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.name)
async def test_who_keeps_accounts_removes_the_factor_of_a_lost_phone(
    api: Api, login: Login, keeper: Person
) -> None:
    tokens = await sign_in(api, login)
    await _enrol(api, tokens)
    path = f"/staff/{login.account}/second-factor/removal"
    assert (await api.as_(keeper).post(path)).status_code == 204
    problem_of(await me(api, tokens), 401, "not_signed_in")
    assert (await api.as_(None).post("/sessions", login.said())).status_code == 201
    problem_of(await api.as_(keeper).post(path), 409, "S4")
    own = f"/staff/{keeper.id}/second-factor/removal"
    problem_of(await api.as_(keeper).post(own), 409, "not_on_yourself")


async def test_the_secret_is_sealed_in_the_database(
    api: Api, login: Login, database: OneConnection
) -> None:
    totp, _ = await _enrol(api, await sign_in(api, login))
    async with database.begin(system_scope()) as session:
        assert await count(session, "second_factor") == 1
        clear = "position(:secret IN secret) > 0"
        assert await count(session, "second_factor", clear, secret=totp.secret) == 0
