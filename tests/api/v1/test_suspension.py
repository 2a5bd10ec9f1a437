"""Act: the manager suspends the cooperation and resumes it (12s)."""

from datetime import date
from typing import Any

import pytest
from httpx import Response

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.endings import make_assisted, state_of, version_of
from tests.factories.people import ELSEWHERE, HERE, Person, World

HOSPITAL = {"reason": "hospital", "starts_on": "2026-03-10"}
REVIEW = DeadlineKind.SUSPENSION_REVIEW


async def suspend(api: Api, world: World, made: MadeCase, **changes: Any) -> Response:
    """Suspend as the manager."""
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/suspension"
    return await api.as_(HERE.manager).post(path, HOSPITAL | changes, version=version)


async def resume(api: Api, world: World, made: MadeCase, on: date) -> Response:
    """Resume as the manager."""
    said = {"resumed_on": on.isoformat(), "note": "Powrót do domu."}
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/resumption"
    return await api.as_(HERE.manager).post(path, said, version=version)


async def due_dates(world: World, made: MadeCase) -> dict[DeadlineKind, date]:
    """Return what is due in the case."""
    async with world.acting() as act:
        found = await list_open(act, await act.find(Case, made.case))
        return {deadline.kind: deadline.due_on for deadline in found}


async def test_the_work_rests_until_a_review(api: Api, world: World) -> None:
    made = await make_assisted(world)
    response = await suspend(api, world, made)
    assert response.status_code == 201, response.text
    assert response.json()["review_on"] == "2026-04-09"
    assert await state_of(world, made.case) is CaseState.SUSPENDED
    assert (await due_dates(world, made))[REVIEW] == date(2026, 4, 9)
    shown = await api.as_(HERE.assistant).get(response.headers["location"])
    assert shown.json() == response.json()


async def test_it_grants_the_motion_that_asked_for_it(api: Api, world: World) -> None:
    made = await make_assisted(world)
    said = {"kind": "suspension", "suspension_reason": "hospital"}
    moved = await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)
    response = await suspend(api, world, made, motion_id=moved.json()["id"])
    assert response.json()["motion_id"] == moved.json()["id"]
    shown = await api.as_(HERE.assistant).get(f"/motions/{moved.json()['id']}")
    assert shown.json()["state"] == "granted"


async def test_a_motion_for_something_else_is_not_granted_by_it(api: Api, world: World) -> None:
    made = await make_assisted(world)
    said = {"kind": "release", "text": "Konflikt."}
    moved = await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)
    response = await suspend(api, world, made, motion_id=moved.json()["id"])
    problem_of(response, 409, "E13")


@pytest.mark.rule("12s")
@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "other"},
        {"starts_on": "2026-03-11"},
        {"starts_on": "2026-03-09"},
        {"review_on": "2026-03-10"},
        {"review_on": "2026-09-11"},
    ],
)
async def test_a_suspension_is_explained_and_dated(
    api: Api, world: World, changes: dict[str, str]
) -> None:
    made = await make_assisted(world)
    problem_of(await suspend(api, world, made, **changes), 422, "12s")


@pytest.mark.parametrize("state", [CaseState.PLAN_DRAFT, CaseState.SUSPENDED, CaseState.CLOSED])
async def test_only_work_in_progress_is_suspended(api: Api, world: World, state: CaseState) -> None:
    made = await make_assisted(world, state)
    problem_of(await suspend(api, world, made), 409, "illegal_step")


async def test_the_case_must_not_have_changed(api: Api, world: World) -> None:
    made = await make_assisted(world)
    manager = api.as_(HERE.manager)
    path = f"/cases/{made.case}/suspension"
    problem_of(await manager.post(path, HOSPITAL, version=99), 412, "stale")
    problem_of(await manager.post(path, HOSPITAL), 428, "no_precondition")


@pytest.mark.parametrize("act", ["suspension", "resumption"])
@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_the_manager_decides(
    api: Api, world: World, person: Person, act: str
) -> None:
    made = await make_assisted(world)
    response = await api.as_(person).post(f"/cases/{made.case}/{act}", HOSPITAL, version=1)
    problem_of(response, 403, "not_your_role")


async def test_the_manager_of_another_centre_sees_no_case(api: Api, world: World) -> None:
    made = await make_assisted(world)
    manager = api.as_(ELSEWHERE.manager)
    path = f"/cases/{made.case}/suspension"
    assert (await manager.post(path, HOSPITAL, version=1)).status_code == 404
    assert (await manager.get(f"/cases/{made.case}/suspensions")).status_code == 404


@pytest.mark.rule("12s")
async def test_resuming_moves_what_was_paused_and_not_the_statutes_period(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        kind, due = DeadlineKind.GOAL_REVIEW, date(2026, 6, 10)
        start(act, case, kind, started_on=act.today, due_on=due)
    await suspend(api, world, made)
    api.clock.travel(days=20)
    response = await resume(api, world, made, date(2026, 3, 30))
    assert response.status_code == 200, response.text
    assert response.json()["ended_on"] == "2026-03-30"
    assert await state_of(world, made.case) is CaseState.IN_PROGRESS
    assert await due_dates(world, made) == {
        DeadlineKind.GOAL_REVIEW: date(2026, 6, 30),
        DeadlineKind.PERIODIC_ASSESSMENT: date(2026, 9, 10),
    }
    shown = (await api.as_(HERE.assistant).get(f"/cases/{made.case}")).json()
    pauses = {due["kind"]: due["pauses"] for due in shown["deadlines"]}
    paused = {"from": "2026-03-10", "to": "2026-03-30", "days": 20, "reason": "hospital"}
    assert pauses == {"goal_review": [paused], "periodic_assessment": []}
    listed = await api.as_(HERE.manager).get(f"/cases/{made.case}/suspensions")
    assert [item["id"] for item in listed.json()["items"]] == [response.json()["id"]]


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 31)])
async def test_it_is_not_resumed_before_the_suspension_or_tomorrow(
    api: Api, world: World, day: date
) -> None:
    made = await make_assisted(world)
    await suspend(api, world, made)
    api.clock.travel(days=20)
    problem_of(await resume(api, world, made, day), 422, "12s")


async def test_work_that_goes_on_is_not_resumed(api: Api, world: World) -> None:
    made = await make_assisted(world)
    problem_of(await resume(api, world, made, date(2026, 3, 10)), 409, "illegal_step")


@pytest.mark.rule("12s")
@pytest.mark.parametrize(
    ("began", "due", "paused"),
    [
        (date(2026, 3, 20), date(2026, 6, 20), 10),
        (date(2026, 3, 29), date(2026, 6, 11), 1),
        (date(2026, 3, 30), date(2026, 6, 10), 0),
    ],
)
async def test_what_began_during_a_suspension_is_paused_from_its_own_start(
    api: Api, world: World, began: date, due: date, paused: int
) -> None:
    made = await make_assisted(world)
    await suspend(api, world, made)
    async with world.acting() as act:
        kind, case = DeadlineKind.GOAL_REVIEW, await act.find(Case, made.case)
        start(act, case, kind, started_on=began, due_on=date(2026, 6, 10))
    api.clock.travel(days=20)
    assert (await resume(api, world, made, date(2026, 3, 30))).status_code == 200
    assert (await due_dates(world, made))[kind] == due
    shown = (await api.as_(HERE.assistant).get(f"/cases/{made.case}")).json()
    (review,) = [due for due in shown["deadlines"] if due["kind"] == "goal_review"]
    assert [pause["days"] for pause in review["pauses"]] == [paused][: bool(paused)]


@pytest.mark.rule("12s")
async def test_no_day_is_suspended_twice(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await suspend(api, world, made)
    api.clock.travel(days=20)
    await resume(api, world, made, date(2026, 3, 20))
    problem = problem_of(await suspend(api, world, made, starts_on="2026-03-19"), 422, "12s")
    assert problem["facts"] == {"starts_on": "2026-03-19", "ended_on": "2026-03-20"}
    assert await state_of(world, made.case) is CaseState.IN_PROGRESS
    assert (await suspend(api, world, made, starts_on="2026-03-20")).status_code == 201
