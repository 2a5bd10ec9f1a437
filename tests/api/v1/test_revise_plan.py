"""Act: the plan is changed; the old version stays as it was."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.plans.queries import active_plan
from app.domain.plans.tables import WorkPlan
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE, World
from tests.factories.plans import (
    MadePlan,
    action,
    activate,
    active,
    consult,
    draft,
    goal,
    plan,
    revise,
)

DONE = {"done_on": "2026-03-10", "effect": "partly", "note": "Wniosek złożony"}


async def complete(api: Api, found: MadePlan) -> None:
    """Let the assistant record the first action as done."""
    path = f"{found.path}/actions/{found.action}/completion"
    response = await api.as_(HERE.assistant).post(path, DONE, version=found.version)
    assert response.status_code == 200, response.text
    found.body, found.version = response.json(), response.json()["version"]


@pytest.mark.rule("E5")
async def test_a_change_needs_a_reason(api: Api, world: World) -> None:
    """Also when it is taken out again."""
    found = await active(api, world)
    assistant = api.as_(HERE.assistant)
    without = await assistant.post(f"/cases/{found.made.case}/plans", plan(found.made))
    problem_of(without, 422, "E5")
    new = await revise(api, found)
    problem_of(await assistant.patch(new.path, {"reason": None}, version=1), 422, "E5")


@pytest.mark.rule("E5")
async def test_the_new_version_supersedes_the_old_one_which_stays(api: Api, world: World) -> None:
    """What is done stays done, what is to do gets its new deadline."""
    found = await active(api, world, goals=[goal(action(), action(due_on="2026-05-01"))])
    await complete(api, found)
    goals = found.body["goals"]
    goals[0]["actions"][1]["due_on"] = "2026-06-01"
    api.clock.travel(days=40)
    new = await revise(api, found, goals=[*goals, goal(action(due_on="2026-07-01"))])
    assert new.body["version_no"] == 2
    worker = api.as_(HERE.social_worker)
    said = {"consulted_on": "2026-04-19"}
    consulted = await worker.post(f"{new.path}/consultation", said, version=new.version)
    new.version = consulted.json()["version"]
    await activate(api, new)
    old = (await worker.get(found.path)).json()
    assert (old["state"], old["superseded_on"]) == ("superseded", "2026-04-19")
    assert old["goals"][0]["actions"][1]["due_on"] == "2026-05-01"
    assert [p["action_id"] for p in new.body["progress"]] == [found.action]
    listed = (await worker.get(f"/cases/{found.made.case}/plans")).json()["items"]
    assert [(p["version_no"], p["state"]) for p in listed] == [(2, "active"), (1, "superseded")]
    async with world.acting() as act:
        case = await act.find(Case, found.made.case)
        assert case.state is CaseState.IN_PROGRESS
        due = await list_open(act, case, DeadlineKind.PLAN_ACTION)
        assert sorted(d.due_on.isoformat() for d in due) == ["2026-06-01", "2026-07-01"]
        assert len(await list_open(act, case, DeadlineKind.GOAL_REVIEW)) == 1
        plan_now = await active_plan(act, found.made.case)
        assert plan_now is not None
        assert str(plan_now.id) == new.id


@pytest.mark.rule("E5")
async def test_no_version_that_took_effect_can_be_changed(api: Api, world: World) -> None:
    """Neither through the API nor past it."""
    found = await active(api, world)
    assistant = api.as_(HERE.assistant)
    refused = await assistant.patch(found.path, {"resources": "Inne"}, version=found.version)
    problem_of(refused, 409, "illegal_step")
    said = {"consulted_on": "2026-03-10"}
    worker = api.as_(HERE.social_worker)
    again = await worker.post(f"{found.path}/consultation", said, version=found.version)
    problem_of(again, 409, "illegal_step")
    with pytest.raises(IntegrityError, match="immutable"):
        await _change_past_the_api(world, found)


async def _change_past_the_api(world: World, found: MadePlan) -> None:
    async with world.acting() as act:
        row = await active_plan(act, found.made.case)
        assert isinstance(row, WorkPlan)
        row.resources = "Po cichu zmienione"


@pytest.mark.rule("E5")
async def test_a_draft_of_a_change_can_be_abandoned(api: Api, world: World) -> None:
    """The active version goes on, and another change can be begun."""
    found = await active(api, world)
    new = await revise(api, found)
    worker = api.as_(HERE.social_worker)
    path = f"{new.path}/abandonment"
    problem_of(await worker.post(path, version=new.version), 403, "not_your_role")
    response = await api.as_(HERE.assistant).post(path, version=new.version)
    assert response.status_code == 200, response.text
    assert response.json()["state"] == "abandoned"
    assert all(not a["allowed"] for a in response.json()["allowed_actions"])
    third = await revise(api, found)
    assert third.body["version_no"] == 3


async def test_the_first_draft_can_not_be_abandoned(api: Api, world: World) -> None:
    """The work needs a plan."""
    found = await draft(api, world)
    assert found.blocked()["abandon"] == "E1"
    refused = await api.as_(HERE.assistant).post(f"{found.path}/abandonment", version=1)
    problem_of(refused, 409, "E1")


async def test_a_suspended_case_keeps_its_draft(api: Api, world: World) -> None:
    """No step of a draft while the cooperation rests."""
    found = await active(api, world)
    new = await revise(api, found)
    await consult(api, new)
    async with world.acting() as act:
        (await act.find(Case, found.made.case)).state = CaseState.SUSPENDED
    assistant = api.as_(HERE.assistant)
    said = {"signed_by": [str(found.made.mother)]}
    refused = await assistant.post(f"{new.path}/activation", said, version=new.version)
    problem_of(refused, 409, "illegal_step")
