"""Hot commands go the short way: as strict as the long one, whoever else is at it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from app.db.brief import Lock
from app.db.session import Database
from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.visits.queries import RECORD_VISIT
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, problem_of
from tests.factories.assignments import transfer
from tests.factories.cases import MadeCase, make_case
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count, scalar, system_scope
from tests.factories.visits import visit_said, withdraw_consent

TRACES = ("visit", "event", "idempotency_key", "audit_entry")


@pytest.fixture
async def pools(kept_url: str) -> AsyncIterator[Database]:
    """Return real pools on which four hundred may wait for each other."""
    database = Database(kept_url, MASTER, reads=4, writes=4, timeout_ms=30_000)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def settled(pools: Database, clock: TestClock) -> World:
    """Return a world whose acts are committed."""
    return World(pools, clock)


@pytest.fixture
def busy(settings: Settings, pools: Database, clock: TestClock) -> Api:
    """Return the application on real pools: requests run beside each other and commit."""
    return Api(create_app(settings, database=pools, clock=clock), clock)


async def _record(api: Api, made: MadeCase, key: str, **said: Any) -> Any:
    path, headers = f"/cases/{made.case}/visits", {"idempotency-key": key}
    return await api.as_(HERE.assistant).post(path, visit_said(made, **said), headers=headers)


async def _traces(database: Database) -> list[int]:
    async with database.begin(system_scope()) as session:
        return [await count(session, table) for table in TRACES]


async def test_a_visit_leaves_one_row_its_event_its_key_and_its_audit(
    busy: Api, settled: World, pools: Database
) -> None:
    made = await make_case(settled, CaseState.IN_PROGRESS)
    before = await _traces(pools)
    response = await _record(busy, made, str(uuid4()))
    assert response.status_code == 201, response.text
    assert [n - m for n, m in zip(await _traces(pools), before, strict=True)] == [1, 1, 1, 1]
    async with pools.begin(system_scope()) as session:
        who = await scalar(
            session,
            "SELECT array[a.account_id::text, a.request_id::text, a.operation, a.verb, a.subject,"
            " a.family_id::text] FROM audit_entry a WHERE a.subject_id = :id",
            id=response.json()["id"],
        )
    request = response.headers["x-request-id"]
    assert who == [
        *(str(HERE.assistant.id), request, "record_visit", "insert", "visit", str(made.family))
    ]


@pytest.mark.parametrize("refusal", ["consent", "content", "missing"])
async def test_a_refused_visit_leaves_nothing(
    busy: Api, settled: World, pools: Database, refusal: str
) -> None:
    made, key = await make_case(settled, CaseState.IN_PROGRESS), str(uuid4())
    strange = await make_case(settled, CaseState.IN_PROGRESS, ELSEWHERE)
    if refusal == "consent":
        await withdraw_consent(settled, made)
    before = await _traces(pools)
    of = strange if refusal == "missing" else made
    ends = "09:00" if refusal == "content" else "11:30"
    response = await _record(busy, of, key, ends=ends)
    assert response.status_code == {"consent": 409, "content": 422, "missing": 404}[refusal]
    assert await _traces(pools) == before, "the key is free as well"


async def test_a_key_is_good_for_one_visit(busy: Api, settled: World) -> None:
    made, other = [await make_case(settled, CaseState.IN_PROGRESS) for _ in range(2)]
    key = str(uuid4())
    first = await _record(busy, made, key)
    again = await _record(busy, made, key)
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    problem_of(await _record(busy, made, key, topics="Inne."), 409, "key_reused")
    problem_of(await _record(busy, other, key), 409, "key_reused")


async def test_a_used_key_is_told_before_anything_else(busy: Api, settled: World) -> None:
    made, key = await make_case(settled, CaseState.IN_PROGRESS), str(uuid4())
    problem_of(await _record(busy, made, key, no_such_field=1), 422, "invalid")
    assert (await _record(busy, made, key)).status_code == 201
    problem_of(await _record(busy, made, key, no_such_field=1), 409, "key_reused")
    path, headers = f"/cases/{made.case}/transfers", {"idempotency-key": key}
    manager, said = busy.as_(HERE.manager), transfer(HERE.other_assistant, busy.clock.today)
    assert (await manager.post(path, said, version=1, headers=headers)).status_code == 409
    problem_of(await manager.post(path, said, headers=headers), 428, "no_precondition")


async def test_a_repeat_does_nothing_and_shows_nothing_when_the_family_is_out_of_sight(
    busy: Api, settled: World, pools: Database
) -> None:
    made, key = await make_case(settled, CaseState.IN_PROGRESS), str(uuid4())
    first = await _record(busy, made, key)
    async with pools.begin(system_scope()) as session:
        query = (
            "UPDATE access_grant SET valid_to = valid_from WHERE family_id = :family RETURNING 1"
        )
        assert await scalar(session, query, family=made.family) == 1
    problem_of(await _record(busy, made, str(uuid4())), 404, "not_found")
    assert first.status_code == 201
    before = await _traces(pools)
    problem_of(await _record(busy, made, key), 404, "not_found")
    assert await _traces(pools) == before


async def test_twenty_visits_said_twenty_times_at_once_are_twenty(
    busy: Api, settled: World, pools: Database
) -> None:
    made = await make_case(settled, CaseState.IN_PROGRESS)
    keys = [str(uuid4()) for _ in range(20)]
    before = await _traces(pools)
    answers = await asyncio.gather(*(_record(busy, made, key) for key in keys * 20))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 20
    replayed = Counter(answer.headers.get("idempotency-replayed") for answer in answers)
    assert replayed == {None: 20, "true": 380}
    assert [n - m for n, m in zip(await _traces(pools), before, strict=True)] == [20] * 4


async def test_a_visit_waits_for_the_case_and_judges_what_it_finds_then(
    busy: Api, settled: World, pools: Database
) -> None:
    made = await make_case(settled, CaseState.IN_PROGRESS)
    async with settled.acting() as act:
        await lock_case(act, made.case)
        waiting = asyncio.create_task(_record(busy, made, str(uuid4())))
        await _until_somebody_waits(pools)
        withdrawn = (
            "UPDATE consent_signature SET withdrawn_on = :day WHERE case_id = :id RETURNING 1"
        )
        assert await scalar(act.session, withdrawn, day=act.today, id=made.case) == 1
    problem = problem_of(await waiting, 409, "A1")
    assert problem["facts"] == {"missing": [str(made.mother)]}


async def test_who_gives_up_waiting_leaves_nothing(
    busy: Api, settled: World, pools: Database
) -> None:
    made, key = await make_case(settled, CaseState.IN_PROGRESS), str(uuid4())
    before = await _traces(pools)
    async with settled.acting() as act:
        await lock_case(act, made.case)
        waiting = asyncio.create_task(_record(busy, made, key))
        await _until_somebody_waits(pools)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not any(c.is_in_transaction() for c in pools._brief._idle)
    assert await _traces(pools) == before
    assert (await _record(busy, made, key)).status_code == 201


async def _until_somebody_waits(pools: Database) -> None:
    waits = "SELECT count(*) FROM pg_locks, pg_sleep(0.01) WHERE NOT granted"
    async with asyncio.timeout(10):
        while not await pools._pool.fetchval(waits):
            pass


def test_a_lock_reads_its_columns_under_the_names_they_are_given() -> None:
    assert Lock("account", ":id", ("roles", "active AS there")).names == ["roles", "there"]
    assert RECORD_VISIT.reads[:2] == ("family_id", "state")
