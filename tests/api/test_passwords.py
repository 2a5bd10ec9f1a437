"""Passwords: hard to guess, changed by oneself, set anew by a token that somebody hands over."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

import pytest
from httpx import Response
from pyotp import TOTP
from sqlalchemy import text

from app.domain.identity.tables import Account
from tests.factories.accounts import (
    NEXT,
    PASSWORD,
    Login,
    finish_reset,
    make_login,
    me,
    reset,
    sign_in,
)
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.hiring import somebody
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.scopes import count, system_scope

ADMITTED = text(
    "UPDATE staff_profile SET state = 'active', activated_on = app.today() WHERE id = :id"
)
EASY = {
    "a known one": "Password12345678",
    "a row of keys": "qwertyuiop12345",
    "one letter": "x" * 15,
    "itself again": "parasolparasolparasol",
    "Polish ones": "mojehasłomojehasło1",
    "the trade": "AsystentRodziny2026",
    "the centre's": "dabrowa-dabrowa-2026",
}


@pytest.fixture
async def login(world: World, clock: TestClock) -> Login:
    """Return an assistant who can sign in here; the clock is the database's own."""
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    return await make_login(world)


async def _change(api: Api, tokens: dict[str, Any], **changes: str) -> Response:
    said = {"present_password": PASSWORD, "password": NEXT} | changes
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return await api.as_(None).post("/me/password", said, headers=headers)


async def _opens(api: Api, login: Login, password: str) -> int:
    return (await api.as_(None).post("/sessions", login.said(password=password))).status_code


# One's own.


async def test_a_changed_password_replaces_the_old_and_ends_the_other_sessions(
    api: Api, login: Login
) -> None:
    here, other = await sign_in(api, login), await sign_in(api, login)
    assert (await _change(api, here)).status_code == 204
    assert (await me(api, here)).status_code == 200
    problem_of(await me(api, other), 401, "not_signed_in")
    assert await _opens(api, login, PASSWORD) == 401
    assert await _opens(api, login, NEXT) == 201


async def test_the_present_password_is_asked_for_and_guessing_it_waits(
    api: Api, login: Login
) -> None:
    tokens = await sign_in(api, login)
    for _ in range(5):
        problem = problem_of(
            await _change(api, tokens, present_password="x"), 422, "present_password_wrong"
        )
        assert [error["pointer"] for error in problem["errors"]] == ["#/present_password"]
    answer = await _change(api, tokens)
    problem_of(answer, 429, "S3")
    assert answer.headers["retry-after"] == "2"
    api.clock.instant += timedelta(seconds=2)
    assert (await _change(api, tokens)).status_code == 204


# What makes a password good enough.


@pytest.mark.rule("S2")
@pytest.mark.parametrize("password", EASY.values(), ids=EASY)
async def test_a_password_that_is_easy_to_guess_is_refused(
    api: Api, login: Login, password: str
) -> None:
    hired = await api.as_(HERE.manager).post("/staff", somebody(password=password))
    changed = await _change(api, await sign_in(api, login), password=password)
    for answer in (hired, changed):
        problem = problem_of(answer, 422, "S2")
        assert [error["pointer"] for error in problem["errors"]] == ["#/password"]
        assert "art. 7 ust. 3" in problem["legal_basis"]
        assert password not in answer.text
    assert await _opens(api, login, PASSWORD) == 201


@pytest.mark.rule("S2")
async def test_a_password_is_not_made_of_ones_own_words(api: Api) -> None:
    said = {"login": "teofila.brzozowicz", "full_name": "Teofila Brzozowicz"}
    own = somebody(**said, password="TeofilaBrzozowicz1")
    problem_of(await api.as_(HERE.manager).post("/staff", own), 422, "S2")
    anothers = somebody(login="inna", password="TeofilaBrzozowicz1")
    assert (await api.as_(HERE.manager).post("/staff", anothers)).status_code == 201


@pytest.mark.parametrize(
    ("password", "status"), [("żółty kogut 7!", 422), ("żółty kogut 73!", 201)]
)
async def test_letters_are_counted_in_one_spelling(api: Api, password: str, status: int) -> None:
    apart = normalize("NFD", password)
    assert len(apart) >= 15
    answer = await api.as_(HERE.manager).post("/staff", somebody(password=apart))
    assert answer.status_code == status, answer.text


async def test_a_keyboard_that_spells_letters_otherwise_opens_as_well(
    api: Api, login: Login
) -> None:
    assert (await _change(api, await sign_in(api, login))).status_code == 204
    assert normalize("NFD", NEXT) != NEXT
    assert await _opens(api, login, normalize("NFD", NEXT)) == 201


@pytest.mark.parametrize(
    "password", ["siedemkotównapłocie", "97538642075319864", "§¤¶☂€✓ ☃ ♜ ⚓ ✿ ☘ ✈"]
)
async def test_a_password_needs_no_kinds_of_characters(api: Api, password: str) -> None:
    answer = await api.as_(HERE.manager).post("/staff", somebody(password=password))
    assert answer.status_code == 201, answer.text


async def test_every_letter_of_a_long_password_counts(api: Api, login: Login) -> None:
    words = "wczesnym rankiem siedem żółtych łodzi wypłynęło na jezioro, a wieczorem wróciły trzy; "
    long = (words * 3)[:200]
    tokens = await sign_in(api, login)
    assert (await _change(api, tokens, password=long)).status_code == 204
    for wrong in (long[:-1], f"{long[:-1]}!", f"{long} ", long.upper(), long[:72]):
        assert await _opens(api, login, wrong) in {401, 422}, wrong
    api.clock.instant += timedelta(seconds=2)
    assert await _opens(api, login, long) == 201
    too_long = await _change(api, tokens, present_password=long, password=f"{long}.")
    problem_of(too_long, 422, "invalid")


async def test_a_password_does_not_run_out(api: Api, login: Login, world: World) -> None:
    async with world.acting() as act:
        account = await act.find(Account, login.account)
        account.created_at = datetime(2019, 1, 1, tzinfo=UTC)
    assert await _opens(api, login, PASSWORD) == 201


# Set anew.


async def _reset(api: Api, login: Login, by: Person = HERE.manager) -> dict[str, str]:
    answer = await reset(api, login.account, by)
    assert answer.status_code == 200, answer.text
    said: dict[str, str] = answer.json()
    return said


@pytest.fixture
async def hired(api: Api, login: Login, request: pytest.FixtureRequest) -> Login:
    """Return somebody who was taken on over the API, so that they have a profile."""
    del login
    said = somebody(password=PASSWORD, roles=[getattr(request, "param", "assistant")])
    created = await api.as_(HERE.manager).post("/staff", said)
    return Login(HERE.code, "nowa.osoba", created.json()["id"])


@pytest.mark.parametrize(
    ("by", "hired"),
    [(HERE.manager, "assistant"), (HERE.administrator, "administrator")],
    indirect=["hired"],
    ids=["manager", "administrator"],
)
async def test_a_reset_ends_what_was_and_its_token_works_once(
    api: Api, hired: Login, by: Person
) -> None:
    before = await sign_in(api, hired)
    token = (await _reset(api, hired, by))["reset_token"]
    problem_of(await me(api, before), 401, "not_signed_in")
    assert await _opens(api, hired, PASSWORD) == 401, "the lost password opens no more"
    problem = problem_of(await finish_reset(api, token, EASY["one letter"]), 422, "S2")
    assert problem["errors"]
    assert (await finish_reset(api, token)).status_code == 204
    assert await _opens(api, hired, NEXT) == 201
    problem = problem_of(await finish_reset(api, token), 422, "reset_token_over")
    assert problem["errors"][0]["pointer"] == "#/reset_token"


@pytest.mark.parametrize(("minutes", "status"), [(24 * 60 - 1, 204), (24 * 60, 422)])
async def test_a_reset_token_works_for_a_day(
    api: Api, hired: Login, minutes: int, status: int
) -> None:
    said = await _reset(api, hired)
    ends = (api.clock.instant + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert said["expires_at"] == ends
    api.clock.travel(minutes=minutes)
    assert (await finish_reset(api, said["reset_token"])).status_code == status


async def test_a_second_token_makes_the_first_void(api: Api, hired: Login) -> None:
    tokens = [(await _reset(api, hired))["reset_token"] for _ in range(2)]
    problem_of(await finish_reset(api, tokens[0]), 422, "reset_token_over")
    assert (await finish_reset(api, tokens[1])).status_code == 204


async def test_tokens_are_not_guessed_and_not_stored_in_clear(
    api: Api, hired: Login, database: OneConnection
) -> None:
    token = (await _reset(api, hired))["reset_token"]
    async with database.begin(system_scope()) as session:
        assert await count(session, "password_reset") == 1
        clear = "position(token_hash IN :token) > 0 OR token_hash = :token"
        assert await count(session, "password_reset", clear, token=token) == 0
    for wrong in (ELSEWHERE.id.hex + token[32:], token[:32] + token[32:][::-1], "z" * 70):
        problem_of(await finish_reset(api, wrong), 422, "reset_token_over")
    for _ in range(4):
        await finish_reset(api, token[:-1] + "-")
    problem_of(await finish_reset(api, token), 429, "S3")


async def test_a_reset_does_not_get_around_the_second_factor(
    api: Api, world: World, hired: Login
) -> None:
    day = str(api.clock.today)
    may_work = {"number": "3", "valid_from": day, "undertaking_signed_on": day}
    given = await api.as_(HERE.manager).post(
        f"/staff/{hired.account}/data-authorisations", may_work
    )
    assert given.status_code == 201, given.text
    async with world.acting() as act:
        await act.session.execute(ADMITTED, {"id": hired.account})
    headers = {"authorization": f"Bearer {(await sign_in(api, hired))['access_token']}"}
    caller, path = api.as_(None), "/me/second-factor"
    begun = await caller.post(path, {"present_password": PASSWORD}, headers=headers)
    code = TOTP(begun.json()["secret"]).at(api.clock.instant)
    done = await caller.post(f"{path}/confirmation", {"code": code}, headers=headers)
    assert done.status_code == 200, done.text
    token = (await _reset(api, hired))["reset_token"]
    assert (await finish_reset(api, token)).status_code == 204
    problem = problem_of(await caller.post("/sessions", hired.said(password=NEXT)), 401, "S4")
    assert problem["type"].endswith("second_factor_needed")


async def test_nobody_resets_the_own_password_or_a_strangers(api: Api) -> None:
    own = f"/staff/{HERE.manager.id}/password-reset"
    problem_of(await api.as_(HERE.manager).post(own, version=1), 409, "not_on_yourself")
    stranger = f"/staff/{HERE.assistant.id}/password-reset"
    problem_of(await api.as_(ELSEWHERE.manager).post(stranger, version=1), 404, "not_found")
