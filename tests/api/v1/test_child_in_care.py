"""A placement is the child's, not the case's (E3, E4, K11)."""

from datetime import date

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.consents import add_consent
from tests.factories.endings import add_active_plan, make_assisted
from tests.factories.people import HERE, World
from tests.factories.placements import add_placement
from tests.factories.plans import consult, draft


async def next_case(world: World, made: MadeCase) -> MadeCase:
    """Put the file away and begin another case of the family, ready for its plan."""
    async with world.acting() as act:
        (await lock_case(act, made.case)).state = CaseState.ARCHIVED
        await act.flush()
        case = Case(
            family_id=made.family,
            state=CaseState.DIAGNOSIS_DONE,
            opened_on=act.today,
            social_worker_id=HERE.social_worker.id,
            work_started_on=act.today,
        )
        act.add(case)
        await act.flush()
        await add_consent(act, made.family, case.id, made.mother)
        return MadeCase(made.family, case.id, made.mother, made.child)


@pytest.mark.rule("E3")
async def test_a_child_who_was_placed_in_an_earlier_case_is_still_in_care(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await add_placement(world, made, coordinator=HERE.coordinator)
    plan = await draft(api, world, await next_case(world, made))
    await consult(api, plan)
    said = {"signed_by": [str(made.mother)]}
    response = await api.as_(HERE.assistant).post(
        f"{plan.path}/activation", said, version=plan.version
    )
    problem_of(response, 409, "E3")


@pytest.mark.rule("E3")
@pytest.mark.parametrize("placed_first", [True, False])
async def test_an_active_plan_waits_to_be_coordinated_once_a_child_is_placed(
    api: Api, world: World, *, placed_first: bool
) -> None:
    made = await make_assisted(world)
    await add_active_plan(world, made)
    if placed_first:
        await add_placement(world, made, coordinator=HERE.coordinator)
    for person, told in ((HERE.assistant, placed_first), (HERE.manager, False)):
        waiting = (await api.as_(person).get("/worklist")).json()["waiting"]
        assert ("plan_to_coordinate" in [task["kind"] for task in waiting]) is told


@pytest.mark.rule("K11")
async def test_a_child_leaves_the_family_once_the_stay_in_care_has_its_end(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    stay = await add_placement(world, made, coordinator=HERE.coordinator)
    worker = api.as_(HERE.social_worker)
    path, left = f"/members/{made.child}/departure", {"left_reason": "adopted"}
    left["left_on"] = api.clock.today.isoformat()
    refused = await worker.post(path, left, version=1)
    problem_of(refused, 409, "placement_open_already")
    ended = {"ended_on": date(2026, 3, 10).isoformat(), "outcome": "adopted"}
    shown = await worker.get(f"/placements/{stay}")
    done = await worker.post(f"/placements/{stay}/return", ended, version=shown.json()["version"])
    assert done.status_code == 200, done.text
    assert (await worker.post(path, left, version=1)).status_code == 200
