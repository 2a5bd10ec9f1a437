"""The social worker is told whom nobody has handed the centre's notice yet (art. 13 GDPR)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api
from tests.factories.cases import MadeCase, make_case
from tests.factories.notices import hand, handed, publish
from tests.factories.people import ELSEWHERE, HERE, Person, World


async def _tasks(api: Api, person: Person = HERE.social_worker) -> list[dict[str, Any]]:
    shown = (await api.as_(person).get("/worklist")).json()
    assert shown["counts"]["waiting"] == len(shown["waiting"])
    return [task for task in shown["waiting"] if task["kind"] == "notice_to_hand"]


async def _change(world: World, member: UUID, **values: Any) -> None:
    said = ", ".join(f"{name} = :{name}" for name in values)
    async with world.acting() as act:
        await act.session.execute(
            text(f"UPDATE person SET {said} WHERE id = :id"), values | {"id": member}
        )


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family to work: a mother of no known age and a child."""
    return await make_case(world, CaseState.IN_PROGRESS)


@pytest.mark.rule("RODO13.1")
async def test_an_adult_without_a_notice_is_a_task_until_it_is_handed(
    api: Api, made: MadeCase
) -> None:
    assert await _tasks(api) == [], "no notice is in force"
    notice = await publish(api)
    (task,) = await _tasks(api)
    assert (task["subject_id"], task["family_id"]) == (str(made.mother), str(made.family))
    assert (task["case_id"], task["since"]) == (str(made.case), "2026-03-10")
    await hand(api, HERE.assistant, made.mother, handed(notice))
    assert await _tasks(api) == []
    await publish(api)
    assert await _tasks(api) == [], "a later version is no new duty"


async def test_the_notice_of_another_centre_obliges_nobody_here(api: Api, made: MadeCase) -> None:
    assert made.family
    await publish(api, ELSEWHERE)
    assert await _tasks(api) == []


async def test_it_is_the_task_of_the_cases_social_worker_alone(
    api: Api, world: World, made: MadeCase
) -> None:
    await publish(api)
    for person in (HERE.other_social_worker, HERE.assistant, HERE.manager, HERE.coordinator):
        assert await _tasks(api, person) == []
    async with world.acting() as act:
        (await act.find(Case, made.case)).social_worker_id = HERE.other_social_worker.id
    seen = await api.as_(HERE.social_worker).get(f"/cases/{made.case}")
    assert seen.status_code == 200, "still of this one's district"
    assert await _tasks(api) == []


@pytest.mark.parametrize(
    ("born_on", "tasks"), [("2008-03-10", 2), ("2008-03-11", 1), ("2019-05-01", 1)]
)
async def test_whoever_is_of_age_is_told(
    api: Api, world: World, made: MadeCase, born_on: str, tasks: int
) -> None:
    notice = await publish(api)
    await _change(world, made.child, born_on=api.clock.today.fromisoformat(born_on))
    assert len(await _tasks(api)) == tasks
    await hand(api, HERE.social_worker, made.mother, handed(notice))
    assert len(await _tasks(api)) == tasks - 1, "each is told for themselves"


async def test_who_has_left_the_family_is_not_told(api: Api, world: World, made: MadeCase) -> None:
    await publish(api)
    await _change(world, made.mother, left_on=api.clock.today, left_reason="moved_out")
    assert await _tasks(api) == []


@pytest.mark.parametrize(
    ("state", "tasks"),
    [
        (CaseState.SIGNAL_RECEIVED, 0),
        (CaseState.INTERVIEW_IN_PROGRESS, 1),
        (CaseState.MONITORING, 1),
        (CaseState.ARCHIVED, 0),
        (CaseState.NO_NEED, 0),
    ],
)
async def test_the_duty_begins_with_the_interview_and_ends_with_the_case(
    api: Api, world: World, state: CaseState, tasks: int
) -> None:
    await publish(api)
    await make_case(world, state)
    assert len(await _tasks(api)) == tasks
