"""Act: a child returns, or its stay in care ends otherwise; the coordinator's right ends too."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.placements import add_placement

RETURNED = {"ended_on": "2026-03-10", "outcome": "returned", "note": "Postanowienie sądu"}


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Return a case in progress."""
    return await make_case(world, CaseState.IN_PROGRESS)


async def test_the_coordinators_right_ends_with_the_return(
    api: Api, world: World, made: MadeCase
) -> None:
    """At once, when the social worker records it."""
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    path, coordinator = f"/placements/{placement}", api.as_(HERE.coordinator)
    assert (await coordinator.get(path)).status_code == 200
    response = await api.as_(HERE.social_worker).post(f"{path}/return", RETURNED, version=1)
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["ended_on"], body["outcome"]) == ("2026-03-10", "returned")
    assert body["coordinator_id"] is None
    problem_of(await coordinator.get(path), 404, "not_found")
    manager = api.as_(HERE.manager)
    foster = (await manager.get(f"/foster-families/{body['foster_family_id']}")).json()
    assert foster["children_in_care"] == 0


async def test_a_coordinator_records_the_return_and_keeps_the_day(
    api: Api, world: World, made: MadeCase
) -> None:
    """Whoever records the end still reads the answer; from tomorrow on the family is gone."""
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    path, coordinator = f"/placements/{placement}", api.as_(HERE.coordinator)
    response = await coordinator.post(f"{path}/return", RETURNED, version=1)
    assert response.status_code == 200, response.text
    assert (await coordinator.get(path)).status_code == 200
    api.clock.travel(days=1)
    problem_of(await coordinator.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ended_on": "2026-03-11"}, "placement_date_wrong"),
        ({"ended_on": "2026-03-09"}, "placement_date_wrong"),
        ({"outcome": "vanished"}, "invalid"),
    ],
)
async def test_a_wrong_end_is_refused(
    api: Api, world: World, made: MadeCase, changes: dict[str, Any], code: str
) -> None:
    """Neither tomorrow nor before the placement began."""
    placement = await add_placement(world, made)
    said = RETURNED | changes
    response = await api.as_(HERE.social_worker).post(
        f"/placements/{placement}/return", said, version=1
    )
    problem_of(response, 422, code)


async def test_a_placement_ends_once(api: Api, world: World, made: MadeCase) -> None:
    """The second return is refused, a stale one too."""
    path = f"/placements/{await add_placement(world, made)}/return"
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(path, RETURNED, version=5), 412, "stale")
    assert (await worker.post(path, RETURNED, version=1)).status_code == 200
    problem_of(await worker.post(path, RETURNED, version=2), 409, "placement_ended")


async def test_the_end_is_the_social_workers_or_the_coordinators(
    api: Api, world: World, made: MadeCase
) -> None:
    """Not the assistant's, not the manager's; strangers do not know the placement."""
    path = f"/placements/{await add_placement(world, made)}/return"
    for person in (HERE.assistant, HERE.manager):
        problem_of(await api.as_(person).post(path, RETURNED, version=1), 403, "not_your_role")
    for person in (HERE.coordinator, HERE.other_social_worker, ELSEWHERE.social_worker):
        problem_of(await api.as_(person).post(path, RETURNED, version=1), 404, "not_found")
