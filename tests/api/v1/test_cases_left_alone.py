"""A live case whose social worker is not there for it waits for the manager."""

import pytest

from app.domain.cases.rules import ENDED, CaseState
from app.domain.cases.tables import Case
from tests.api.v1.test_hand_over_case import (
    AFTER,
    BEFORE,
    block,
    end_authorisation,
    give_up_district,
    hand_over,
    suspend,
    waits,
)
from tests.api.v1.test_receive_signal import family_of, signal
from tests.factories.api import Api
from tests.factories.cases import make_case
from tests.factories.people import HERE, World

NEEDED = "social_worker_needed"


async def test_a_case_in_good_hands_does_not_wait_for_the_manager(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assert NEEDED not in await waits(api, HERE.manager)
    await hand_over(api, made.case)
    assert NEEDED not in await waits(api, HERE.manager)


@pytest.mark.rule("B12")
async def test_a_family_that_moves_waits_for_the_manager_the_same_day(
    api: Api, world: World
) -> None:
    opened = await api.as_(BEFORE).post("/signals", signal(await family_of(world), urgent=True))
    family, case = opened.json()["family_id"], opened.json()["case_id"]
    moved = {"district_id": str(HERE.other_district)}
    response = await api.as_(BEFORE).patch(f"/families/{family}", moved, version=1)
    assert response.status_code == 200, response.text
    assert await waits(api, HERE.manager) == [NEEDED]
    assert NEEDED not in await waits(api, BEFORE)
    await hand_over(api, case)
    assert await waits(api, HERE.manager) == []


@pytest.mark.rule("B12")
async def test_a_district_given_up_leaves_its_cases_to_the_manager(api: Api, world: World) -> None:
    opened = await api.as_(BEFORE).post("/signals", signal(await family_of(world)))
    assert opened.status_code == 201, opened.text
    api.clock.travel(days=1)
    await give_up_district(world)
    assert await waits(api, HERE.manager) == [NEEDED]


@pytest.mark.rule("B12")
async def test_a_case_given_beyond_the_district_knowingly_does_not_wait(
    api: Api, world: World
) -> None:
    said = signal(await family_of(world), social_worker_id=str(AFTER.id))
    assert (await api.as_(HERE.manager).post("/signals", said)).status_code == 201
    assert await waits(api, HERE.manager) == []


async def test_who_is_suspended_leaves_cases_to_the_manager(api: Api, world: World) -> None:
    await make_case(world, CaseState.IN_PROGRESS)
    await suspend(api, BEFORE)
    assert await waits(api, HERE.manager) == [NEEDED]


async def test_a_blocked_social_worker_leaves_cases_to_the_manager(api: Api, world: World) -> None:
    await make_case(world, CaseState.IN_PROGRESS)
    await block(world, BEFORE)
    assert await waits(api, HERE.manager) == [NEEDED]


async def test_who_lost_the_authorisation_leaves_cases_to_the_manager(
    api: Api, world: World
) -> None:
    await make_case(world, CaseState.IN_PROGRESS)
    async with world.acting() as act:
        await end_authorisation(act, BEFORE)
    assert await waits(api, HERE.manager) == [NEEDED]


@pytest.mark.rule("2.5a")
async def test_cases_of_a_suspended_worker_who_is_covered_do_not_wait(
    api: Api, world: World
) -> None:
    await make_case(world, CaseState.IN_PROGRESS)
    await suspend(api, BEFORE)
    said = {"absent_id": str(BEFORE.id), "covering_id": str(AFTER.id)}
    days = {"from": "2026-03-10", "to": "2026-03-12", "reason": "other"}
    cover = await api.as_(HERE.manager).post("/covers", said | days)
    assert cover.status_code == 201, cover.text
    assert await waits(api, HERE.manager) == []
    await block(world, AFTER)
    assert await waits(api, HERE.manager) == [NEEDED]
    api.clock.travel(days=3)
    assert await waits(api, HERE.manager) == [NEEDED]


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_an_ended_case_waits_for_nobody(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    async with world.acting() as act:
        (await act.find(Case, made.case)).social_worker_id = HERE.assistant.id
    assert await waits(api, HERE.manager) == []
