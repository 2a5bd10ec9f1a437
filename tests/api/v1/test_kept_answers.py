"""Answers kept for repeats go with the file that they are about; nothing is done twice for it."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.closures.tables import ArchivedCase
from app.domain.retention.rules import ErasureGround
from app.domain.retention.service import erase_file
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.erasure import HELD, OVER
from tests.factories.people import HERE, World
from tests.factories.visits import visit_said

ANSWERS = "SELECT count(*) FROM idempotency_key WHERE body IS NOT NULL OR headers <> '{}'"


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
    for _ in range(2):
        problem_of(await give(api, made, key), 409, "answer_erased")
    assert await _count(world, f"SELECT count(*) FROM {table}") == before
    if give is _hold:
        problem_of(await _hold(api, made, key, reason="claim"), 409, "key_reused")


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
