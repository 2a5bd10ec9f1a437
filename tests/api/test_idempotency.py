"""Idempotency keys: one intention, one effect, however often it is sent."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from app.db.session import Database
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, Caller, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE
from tests.factories.scopes import count, system_scope

PATH = "/centre/settings"
SAID = {"valid_from": "2026-06-01", "family_limit": 12}


def _key(key: str = "one-intention") -> dict[str, str]:
    return {"idempotency-key": key}


async def _rows(database: Database) -> int:
    async with database.begin(system_scope()) as session:
        return await count(session, "centre_settings")


async def test_a_repeat_gets_the_first_answer_again(api: Api, database: OneConnection) -> None:
    manager = api.as_(HERE.manager)
    first = await manager.post(PATH, SAID, headers=_key())
    again = await manager.post(PATH, SAID, headers=_key())
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await _rows(database) == 1


async def test_a_repeat_gets_the_first_answer_even_when_things_have_changed(api: Api) -> None:
    manager = api.as_(HERE.manager)
    first = await manager.post(PATH, SAID, headers=_key())
    api.clock.travel(days=300)
    again = await manager.post(PATH, SAID, headers=_key())
    assert again.content == first.content, "the day has passed, and the answer stands"


async def test_the_same_intention_under_another_key_is_another(api: Api) -> None:
    manager = api.as_(HERE.manager)
    assert (await manager.post(PATH, SAID, headers=_key())).status_code == 201
    answer = await manager.post(PATH, SAID, headers=_key("another-one"))
    problem_of(answer, 422, "settings_overlap")


@pytest.mark.parametrize(
    ("path", "said"),
    [(PATH, SAID | {"family_limit": 11}), (PATH, SAID | {"valid_from": "2026-07-01"})],
    ids=["limit", "day"],
)
async def test_a_key_is_good_for_one_request(
    api: Api, database: OneConnection, path: str, said: dict[str, Any]
) -> None:
    manager = api.as_(HERE.manager)
    await manager.post(PATH, SAID, headers=_key())
    problem_of(await manager.post(path, said, headers=_key()), 409, "key_reused")
    assert await _rows(database) == 1


async def test_a_key_is_good_for_one_operation(api: Api) -> None:
    manager = api.as_(HERE.manager)
    await manager.post(PATH, SAID, headers=_key())
    answer = await manager.post("/districts", {"name": "Rejon 3"}, headers=_key())
    problem_of(answer, 409, "key_reused")


@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 129, "with space", "ąęśżźćół", "a/b/c/d/e", "12345678\n"]
)
async def test_a_creating_request_needs_a_good_key(
    api: Api, database: OneConnection, key: str | None
) -> None:
    async with api.client() as client:
        headers = api.as_(HERE.manager).headers()
        if key is not None:
            headers["idempotency-key"] = key
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = await client.post(f"/api/v1{PATH}", json=SAID, headers=sent)
    problem_of(answer, 400, "no_idempotency_key")
    assert await _rows(database) == 0


@pytest.mark.parametrize(
    "key", ["x" * 8, "x" * 128, "A-z_0-9-", "0193b3c0-0000-7000-8000-000000000009"]
)
async def test_a_good_key_is_accepted(api: Api, key: str) -> None:
    assert (await api.as_(HERE.manager).post(PATH, SAID, headers=_key(key))).status_code == 201


async def test_the_key_of_another_person_is_another_key(api: Api) -> None:
    mine = await api.as_(HERE.manager).post(PATH, SAID, headers=_key())
    theirs = await api.as_(ELSEWHERE.manager).post(PATH, SAID, headers=_key())
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotency-replayed" not in theirs.headers


async def test_a_refusal_does_not_use_the_key_up(api: Api) -> None:
    manager = api.as_(HERE.manager)
    wrong = SAID | {"family_limit": 16}
    problem_of(await manager.post(PATH, wrong, headers=_key()), 422, "C13")
    assert (await manager.post(PATH, SAID, headers=_key())).status_code == 201


async def test_a_repeat_needs_the_right_to_ask(api: Api) -> None:
    await api.as_(HERE.manager).post(PATH, SAID, headers=_key())
    problem_of(await api.as_(None).post(PATH, SAID, headers=_key()), 401, "not_signed_in")
    api.clock.travel(minutes=11)
    stale = api.as_(HERE.manager).headers()
    api.clock.travel(minutes=11)
    answer = await api.as_(None).post(PATH, SAID, headers=_key() | stale)
    problem_of(answer, 401, "not_signed_in")


@pytest.fixture
def busy(settings: Settings, pools: Database, clock: TestClock) -> Api:
    """Return the application on real pools: requests run beside each other and commit."""
    return Api(create_app(settings, database=pools, clock=clock), clock)


async def _at_once(caller: Caller, said: dict[str, Any], keys: list[str]) -> list[Any]:
    posts = (caller.post(PATH, said, headers=_key(key)) for key in keys)
    return list(await asyncio.gather(*posts))


async def test_twenty_repeats_at_once_have_one_effect(busy: Api, pools: Database) -> None:
    before = await _rows(pools)
    answers = await _at_once(busy.as_(HERE.manager), SAID, [str(uuid4())] * 20)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotency-replayed") for answer in answers)
    assert replayed == {None: 1, "true": 19}
    assert await _rows(pools) == before + 1


async def test_twenty_intentions_at_once_of_which_one_is_possible(
    busy: Api, pools: Database
) -> None:
    before = await _rows(pools)
    said = {"valid_from": "2027-01-01"}
    answers = await _at_once(busy.as_(HERE.manager), said, [str(uuid4()) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 19
    assert await _rows(pools) == before + 1
