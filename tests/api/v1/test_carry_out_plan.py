"""Act: actions of the active plan are done, goals are reviewed."""

from typing import Any
from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE, World
from tests.factories.plans import TODAY, active, draft

DONE: dict[str, Any] = {"done_on": TODAY, "effect": "achieved", "note": None}
REVIEW = {"reviewed_on": TODAY, "remarks": "Rodzina spłaca zaległości"}


async def test_a_done_action_settles_its_deadline(api: Api, world: World) -> None:
    """Once; the plan tells what came of it."""
    found = await active(api, world)
    path = f"{found.path}/actions/{found.action}/completion"
    assistant = api.as_(HERE.assistant)
    response = await assistant.post(path, DONE, version=found.version)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["progress"] == [DONE | {"action_id": found.action}]
    assert body["actions_done"] == 1
    async with world.acting() as act:
        case = await act.find(Case, found.made.case)
        assert await list_open(act, case, DeadlineKind.PLAN_ACTION) == []
    again = await assistant.post(path, DONE, version=body["version"])
    problem_of(again, 409, "action_done_already")


async def test_an_action_is_done_by_the_assistant_not_in_the_future(api: Api, world: World) -> None:
    """Of this version, of an active plan, on the version that was read."""
    found = await active(api, world)
    path = f"{found.path}/actions/{found.action}/completion"
    assistant, now = api.as_(HERE.assistant), found.version
    future = DONE | {"done_on": "2026-03-11"}
    problem_of(await assistant.post(path, future, version=now), 422, "plan_step_in_future")
    strange = f"{found.path}/actions/{uuid4()}/completion"
    problem_of(await assistant.post(strange, DONE, version=now), 422, "E1")
    problem_of(await assistant.post(path, DONE, version=now - 1), 412, "stale")
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(path, DONE, version=now), 403, "not_your_role")
    other = api.as_(HERE.other_assistant)
    problem_of(await other.post(path, DONE, version=now), 404, "not_found")
    new = await draft(api, world)
    early = f"{new.path}/actions/{new.action}/completion"
    problem_of(await assistant.post(early, DONE, version=1), 409, "illegal_step")


@pytest.mark.rule("E9")
async def test_a_review_of_goals_starts_the_next(api: Api, world: World) -> None:
    """Every three months, as the centre sets it."""
    found = await active(api, world)
    api.clock.travel(days=31)
    assistant, path = api.as_(HERE.assistant), f"{found.path}/goal-reviews"
    said = REVIEW | {"reviewed_on": "2026-04-10"}
    response = await assistant.post(path, said, version=found.version)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["last_reviewed_on"] == "2026-04-10"
    assert [r["remarks"] for r in body["reviews"]] == [REVIEW["remarks"]]
    async with world.acting() as act:
        case = await act.find(Case, found.made.case)
        [due] = await list_open(act, case, DeadlineKind.GOAL_REVIEW)
        assert due.due_on.isoformat() == "2026-07-10"
    before = await assistant.post(path, REVIEW, version=body["version"])
    problem_of(before, 422, "plan_step_in_future")


@pytest.mark.rule("E9")
async def test_goals_are_reviewed_while_the_plan_is_carried_out(api: Api, world: World) -> None:
    """Not of a draft, not after the end of the work, not by others."""
    found = await draft(api, world)
    assistant = api.as_(HERE.assistant)
    refused = await assistant.post(f"{found.path}/goal-reviews", REVIEW, version=1)
    problem_of(refused, 409, "illegal_step")
    running = await active(api, world)
    path = f"{running.path}/goal-reviews"
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(path, REVIEW, version=1), 403, "not_your_role")
    future = REVIEW | {"reviewed_on": "2026-03-11"}
    refused = await assistant.post(path, future, version=running.version)
    problem_of(refused, 422, "plan_step_in_future")
    async with world.acting() as act:
        (await act.find(Case, running.made.case)).state = CaseState.CLOSED
    closed = await assistant.post(path, REVIEW, version=running.version)
    problem_of(closed, 409, "illegal_step")
