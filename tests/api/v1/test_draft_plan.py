"""Act: the assistant drafts the plan with the family, and changes the draft."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.db.audit import AuditEntry
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.plans import action, active, consult, draft, goal, plan, revise


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Return a case whose family was diagnosed by the assistant."""
    return await make_case(world, CaseState.DIAGNOSIS_DONE)


async def test_the_first_plan_is_drafted_after_the_diagnosis(
    api: Api, world: World, made: MadeCase
) -> None:
    """The case moves on; the family's own goals come first."""
    mine = goal(owner="assistant", sphere="vocational", goal="Zapis do urzędu pracy")
    response = await api.as_(HERE.assistant).post(
        f"/cases/{made.case}/plans", plan(made, goals=[mine, goal()])
    )
    assert response.status_code == 201, response.text
    body = response.json()
    assert (body["version_no"], body["state"]) == (1, "draft")
    assert [g["owner"] for g in body["goals"]] == ["client", "assistant"]
    async with world.acting() as act:
        assert (await act.find(Case, made.case)).state is CaseState.PLAN_DRAFT
    shown = await api.as_(HERE.social_worker).get(response.headers["location"])
    assert shown.json()["goals"] == body["goals"]


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    "goals",
    [
        [],
        [goal() | {"actions": []}],
        [goal(action(due_on=None))],
        [goal(action(expected_effect=None))],
        [goal(action(who="other"))],
        [goal(action(due_on="2026-03-09"))],
    ],
)
async def test_a_plan_without_actions_deadlines_and_effects_is_refused(
    api: Api, made: MadeCase, goals: list[dict[str, Any]]
) -> None:
    """What art. 15(3) demands."""
    assistant = api.as_(HERE.assistant)
    refused = await assistant.post(f"/cases/{made.case}/plans", plan(made, goals=goals))
    assert "art. 15 ust. 3" in problem_of(refused, 422, "E1")["legal_basis"]


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("due_on", "valid_from", "status"),
    [
        ("2026-03-10", "2026-03-10", 201),
        ("2026-03-09", "2026-03-01", 422),
        ("2026-03-20", "2026-03-20", 201),
        ("2026-03-20", "2026-03-21", 422),
    ],
)
async def test_a_deadline_is_today_or_later_and_not_before_the_plan(
    api: Api, made: MadeCase, due_on: str, valid_from: str, status: int
) -> None:
    """Both sides of each boundary."""
    said = plan(made, goals=[goal(action(due_on=due_on))], valid_from=valid_from)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/plans", said)
    assert response.status_code == status, response.text


async def test_participants_are_of_the_family_and_ids_are_ours(api: Api, made: MadeCase) -> None:
    """A stranger took no part; an invented id is no goal of ours."""
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/plans"
    stranger = plan(made, participants=[str(uuid4())])
    problem_of(await assistant.post(path, stranger), 422, "E2")
    invented = plan(made, goals=[goal(id=str(uuid4()))])
    problem_of(await assistant.post(path, invented), 422, "E5")
    unknown = plan(made, goals=[goal(action(priority=1))])
    problem_of(await assistant.post(path, unknown), 422, "invalid")


async def test_there_is_one_draft_at_a_time(api: Api, world: World) -> None:
    """The first draft is changed, a second is not begun; so with a change of the plan."""
    found = await draft(api, world)
    path = f"/cases/{found.made.case}/plans"
    again = await api.as_(HERE.assistant).post(path, plan(found.made))
    problem_of(again, 409, "illegal_step")
    running = await active(api, world)
    await revise(api, running)
    second = plan(running.made, reason="Jeszcze jedna zmiana")
    refused = await api.as_(HERE.assistant).post(f"/cases/{running.made.case}/plans", second)
    problem_of(refused, 409, "E5")


async def test_a_plan_needs_its_stage_its_consent_and_its_assistant(
    api: Api, world: World, made: MadeCase
) -> None:
    """Not before the diagnosis, not without consent, not by others."""
    early = await make_case(world, CaseState.FIRST_VISIT_DONE)
    assistant = api.as_(HERE.assistant)
    problem_of(await assistant.post(f"/cases/{early.case}/plans", plan(early)), 409, "illegal_step")
    path, said = f"/cases/{made.case}/plans", plan(made)
    for person in (HERE.social_worker, HERE.manager, HERE.coordinator):
        problem_of(await api.as_(person).post(path, said), 403, "not_your_role")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        problem_of(await api.as_(person).post(path, said), 404, "not_found")
    async with world.acting() as act:
        (await act.find(Case, made.case)).consent_withdrawn_on = act.today
    problem_of(await assistant.post(path, said), 409, "A1")


@pytest.mark.rule("E2")
async def test_a_change_of_the_draft_asks_for_a_new_consultation(api: Api, world: World) -> None:
    """What was consulted must be what takes effect."""
    found = await draft(api, world)
    await consult(api, found)
    assistant = api.as_(HERE.assistant)
    changes = {"resources": None, "goals": [*found.body["goals"], goal(sphere="health")]}
    response = await assistant.patch(found.path, changes, version=found.version)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["consultation"] is None
    assert body["resources"] is None
    assert body["goals"][0]["id"] == found.body["goals"][0]["id"]
    assert len(body["goals"]) == 2


async def test_a_change_that_changes_nothing_keeps_the_consultation(api: Api, world: World) -> None:
    """Sending the same words again is no change."""
    found = await draft(api, world)
    await consult(api, found)
    same = {"valid_from": found.body["valid_from"], "goals": found.body["goals"]}
    response = await api.as_(HERE.assistant).patch(found.path, same, version=found.version)
    assert response.status_code == 200, response.text
    assert response.json()["consultation"] is not None


async def test_a_draft_is_changed_by_its_assistant_in_its_present_version(
    api: Api, world: World
) -> None:
    """Incomplete content, an old version, another role, another scope."""
    found = await draft(api, world)
    now = found.version
    assistant = api.as_(HERE.assistant)
    problem_of(await assistant.patch(found.path, {"goals": []}, version=now), 422, "E1")
    problem_of(await assistant.patch(found.path, {}, version=9), 412, "stale")
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.patch(found.path, {}, version=now), 403, "not_your_role")
    other = api.as_(HERE.other_assistant)
    problem_of(await other.patch(found.path, {}, version=now), 404, "not_found")
    problem_of(await other.get(found.path), 404, "not_found")


async def test_reading_a_plan_is_noted(api: Api, world: World) -> None:
    """Who read which family's plan; a list of versions shows no content and is not noted."""
    found = await draft(api, world)
    reader = HERE.social_worker
    before = await readings(world, reader.id)
    assert (await api.as_(reader).get(f"/cases/{found.made.case}/plans")).status_code == 200
    assert await readings(world, reader.id) == before
    assert (await api.as_(reader).get(found.path)).status_code == 200
    assert await readings(world, reader.id) == before + 1


async def readings(world: World, account: UUID) -> int:
    """Count the readings of plans that the audit holds of a person."""
    query = select(func.count()).where(
        col(AuditEntry.account_id) == account,
        col(AuditEntry.verb) == "read",
        col(AuditEntry.subject) == "work_plan",
    )
    async with world.acting() as act:
        return int((await act.session.execute(query)).scalar_one())
