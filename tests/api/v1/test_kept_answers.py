"""Answers kept for repeats go with the file that they are about; nothing is done twice for it."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.db.vault.ring import Ring
from app.domain.cases.rules import CaseState
from app.domain.closures.tables import ArchivedCase
from app.domain.retention.rules import ErasureGround
from app.domain.retention.service import erase_file
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.erasure import HELD, OVER
from tests.factories.people import HERE, World
from tests.factories.visits import visit_said

ANSWERS = "SELECT count(*) FROM idempotency_key WHERE body IS NOT NULL OR headers <> '{}'"
HASHES = "SELECT count(*) FROM idempotency_key WHERE request_hash <> ''"
RIGHT = "UPDATE access_grant SET valid_to = {} WHERE account_id = :account"


async def _count(world: World, query: str) -> int:
    async with world.acting() as act:
        return int(await act.session.scalar(text(query)) or 0)


async def _hold(api: Api, made: MadeCase, key: str, **said: Any) -> Any:
    path = f"/families/{made.family}/legal-holds"
    return await api.as_(HERE.manager).post(path, HELD | said, headers={"idempotency-key": key})


async def _visit(api: Api, made: MadeCase, key: str) -> Any:
    path, headers = f"/cases/{made.case}/visits", {"idempotency-key": key}
    return await api.as_(HERE.assistant).post(path, visit_said(made), headers=headers)


async def _erase(world: World, made: MadeCase) -> None:
    """End the case, lift what holds it, and erase its file."""
    async with world.acting(person=HERE.manager) as act:
        for change in (
            "UPDATE family_case SET state = 'archived', closed_on = opened_on WHERE id = :case",
            "UPDATE legal_hold SET lifted_on = set_on WHERE family_id = :family",
        ):
            values = {"case": made.case, "family": made.family}
            await act.session.execute(
                text(change), {k: v for k, v in values.items() if k in change}
            )
        act.add(
            ArchivedCase(
                case_id=made.case,
                family_id=made.family,
                archived_on=OVER.replace(year=2015),
                retention_category="B-10",
                retention_until=OVER,
            )
        )
        await act.flush()
        await erase_file(act, made.family, ErasureGround.RETENTION_OVER)


@pytest.mark.rule("RODO17.1")
@pytest.mark.parametrize(
    ("give", "table"), [(_hold, "legal_hold"), (_visit, "visit")], ids=["long", "short"]
)
async def test_a_repeat_after_the_erasure_is_refused_and_does_nothing(
    api: Api, world: World, give: Any, table: str
) -> None:
    made, key = await make_case(world, CaseState.IN_PROGRESS), str(uuid4())
    assert (await give(api, made, key)).status_code == 201
    before = await _count(world, f"SELECT count(*) FROM {table}")
    assert await _count(world, ANSWERS) == 1
    await _erase(world, made)
    assert await _count(world, ANSWERS) == 0
    assert await _count(world, "SELECT count(*) FROM idempotency_key") == 1, "the key stays"
    assert await _count(world, HASHES) == 0
    for _ in range(2):
        problem_of(await give(api, made, key), 409, "answer_erased")
    assert await _count(world, f"SELECT count(*) FROM {table}") == before
    if give is _hold:  # what the key was used for is forgotten: nobody can try what it was
        problem_of(await _hold(api, made, key, reason="claim"), 409, "answer_erased")


async def _fail(api: Api, made: MadeCase, key: str) -> Any:
    path, headers = f"/cases/{made.case}/failed-visits", {"idempotency-key": key}
    said = {"planned_on": str(api.clock.today), "reason": "nobody_home"}
    return await api.as_(HERE.assistant).post(path, said, headers=headers)


async def _set_right(world: World, until: str) -> None:
    async with world.acting() as act:
        await act.session.execute(text(RIGHT.format(until)), {"account": HERE.assistant.id})


@pytest.mark.rule("K11")
@pytest.mark.parametrize(
    ("give", "table"), [(_fail, "failed_visit"), (_visit, "visit")], ids=["long", "short"]
)
async def test_a_repeat_shows_nothing_of_a_family_that_is_no_longer_theirs(
    api: Api, world: World, give: Any, table: str
) -> None:
    made, other = [await make_case(world, CaseState.IN_PROGRESS) for _ in range(2)]
    key = str(uuid4())
    first = await give(api, made, key)
    assert (first.status_code, (await give(api, made, key)).content) == (201, first.content)
    await _set_right(world, "valid_from")
    problem_of(await give(api, made, key), 404, "not_found")
    problem_of(await give(api, other, key), 409, "key_reused")
    assert await _count(world, f"SELECT count(*) FROM {table}") == 1
    await _set_right(world, "NULL")
    again = await give(api, made, key)
    assert (again.status_code, again.content) == (201, first.content)


@pytest.mark.parametrize("give", [_fail, _visit], ids=["long", "short"])
async def test_what_a_request_said_can_not_be_tried_without_the_centres_key(
    api: Api, world: World, database: OneConnection, give: Any
) -> None:
    made, key = await make_case(world, CaseState.IN_PROGRESS), str(uuid4())
    sent = (await give(api, made, key)).request
    said = f"{sent.method} {sent.url.path}\n".encode() + sent.content
    async with world.acting() as act:
        (kept,) = (
            await act.session.scalars(text("SELECT request_hash FROM idempotency_key"))
        ).all()
    ring = await database.ring(HERE.id)
    assert ring is not None
    assert kept == ring.mark("request", said), "what is tried would be found with the key"
    assert len(kept) == 44
    digest = hashlib.sha256(said).digest()
    assert kept not in {digest.hex(), base64.urlsafe_b64encode(digest).decode()}
    other = Ring({}, bytes(32))
    assert kept != other.mark("request", said)
    assert kept != ring.index("request_hash", said.decode()), "each purpose has hashes of its own"


async def test_answers_about_others_stay(api: Api, world: World) -> None:
    made, other = [await make_case(world, CaseState.IN_PROGRESS) for _ in range(2)]
    keys = str(uuid4()), str(uuid4())
    first = await _hold(api, other, keys[0])
    assert (await _visit(api, other, keys[1])).status_code == 201
    settings = {"valid_from": "2026-06-01", "family_limit": 12}
    assert (await api.as_(HERE.manager).post("/centre/settings", settings)).status_code == 201
    await _erase(world, made)
    assert await _count(world, ANSWERS) == 3
    again = await _hold(api, other, keys[0])
    assert (again.status_code, again.content) == (201, first.content)


async def test_an_answer_of_an_earlier_release_goes_too(api: Api, world: World) -> None:
    made, key = await make_case(world, CaseState.IN_PROGRESS), str(uuid4())
    await _hold(api, made, key)
    async with world.acting() as act:
        await act.session.execute(text("UPDATE idempotency_key SET request_id = NULL"))
    await _erase(world, made)
    assert await _count(world, ANSWERS) == 0
    problem_of(await _hold(api, made, key), 409, "answer_erased")
