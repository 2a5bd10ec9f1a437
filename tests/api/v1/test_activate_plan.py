"""Act: the plan is consulted, agreed, signed by the family, and takes effect."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.placements.rules import CareForm
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import HERE, World
from tests.factories.placements import add_placement
from tests.factories.plans import TODAY, MadePlan, activate, active, consult, draft


async def send(api: Api, found: MadePlan, **changes: Any) -> Any:
    """Try to activate a plan, signed by the mother."""
    said = {"signed_by": [str(found.made.mother)]} | changes
    assistant = api.as_(HERE.assistant)
    return await assistant.post(f"{found.path}/activation", said, version=found.version)


async def test_the_first_plan_starts_the_work(api: Api, world: World) -> None:
    """The case is in progress; its deadlines are those of the plan."""
    made = await make_case(world, CaseState.DIAGNOSIS_DONE)
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        start(act, case, DeadlineKind.PLAN, started_on=act.today, due_on=act.today)
    found = await active(api, world, made)
    assert found.body["state"] == "active"
    assert found.body["activated_on"] == TODAY
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        assert case.state is CaseState.IN_PROGRESS
        due = {d.kind: d for d in await list_open(act, case)}
        assert set(due) == {DeadlineKind.PLAN_ACTION, DeadlineKind.GOAL_REVIEW}
        assert str(due[DeadlineKind.PLAN_ACTION].subject_id) == found.action
        assert due[DeadlineKind.PLAN_ACTION].due_on.isoformat() == "2026-04-10"
        assert due[DeadlineKind.GOAL_REVIEW].due_on.isoformat() == "2026-06-10"


@pytest.mark.rule("E2")
async def test_without_consultation_the_plan_does_not_take_effect(api: Api, world: World) -> None:
    """The screen says so before the command does."""
    found = await draft(api, world)
    assert found.blocked()["activate"] == "E2"
    refused = problem_of(await send(api, found), 409, "E2")
    assert refused["type"].endswith("consultation_missing")
    await consult(api, found)
    found.body = (await api.as_(HERE.assistant).get(found.path)).json()
    assert found.blocked()["activate"] is None
    await activate(api, found)


@pytest.mark.rule("E2")
async def test_without_family_the_plan_does_not_take_effect(api: Api, world: World) -> None:
    """Somebody of the family takes part, and signs."""
    alone = await draft(api, world, participants=[])
    await consult(api, alone)
    refused = problem_of(await send(api, alone), 409, "E2")
    assert refused["type"].endswith("participants_missing")
    found = await draft(api, world)
    await consult(api, found)
    problem_of(await send(api, found, signed_by=[]), 409, "E2")
    problem_of(await send(api, found, signed_by=[str(found.made.child)]), 422, "E2")


@pytest.mark.rule("A1")
async def test_without_consent_the_plan_does_not_take_effect(api: Api, world: World) -> None:
    """Withdrawn consent stops the plan."""
    found = await draft(api, world)
    await consult(api, found)
    async with world.acting() as act:
        (await act.find(Case, found.made.case)).consent_withdrawn_on = act.today
    shown = (await api.as_(HERE.assistant).get(found.path)).json()
    [step] = [a for a in shown["allowed_actions"] if a["action"] == "activate"]
    assert (step["allowed"], step["rule"]) == (False, "A1")
    problem_of(await send(api, found), 409, "A1")


@pytest.mark.rule("E1")
async def test_a_deadline_that_has_passed_since_the_draft_is_refused(
    api: Api, world: World
) -> None:
    """The draft must be brought up to date first."""
    found = await draft(api, world)
    await consult(api, found)
    api.clock.travel(days=32)
    problem_of(await send(api, found), 422, "E1")


@pytest.mark.parametrize(
    ("activated_on", "status"),
    [("2026-03-09", 422), ("2026-03-10", 200), ("2026-03-11", 200), ("2026-03-12", 422)],
)
async def test_the_plan_takes_effect_between_consultation_and_today(
    api: Api, world: World, activated_on: str, status: int
) -> None:
    """Neither before the consultation nor tomorrow."""
    found = await draft(api, world)
    await consult(api, found)
    api.clock.travel(days=1)
    response = await send(api, found, activated_on=activated_on)
    assert response.status_code == status, response.text


@pytest.mark.rule("E3")
async def test_the_coordinator_of_a_child_in_family_care_agrees(api: Api, world: World) -> None:
    """The plan is coordinated with the child's plan (art. 15(1)(2))."""
    found = await draft(api, world)
    agreement = {"agreed_on": TODAY, "child_plan_ref": "PPD/3/2026", "remarks": "Spójny"}
    coordinator, path = api.as_(HERE.coordinator), f"{found.path}/agreement"
    problem_of(await coordinator.post(path, agreement, version=1), 404, "not_found")
    await add_placement(world, found.made, coordinator=HERE.coordinator)
    await consult(api, found)
    found.body = (await api.as_(HERE.assistant).get(found.path)).json()
    assert found.blocked()["activate"] == "E3"
    refused = problem_of(await send(api, found), 409, "E3")
    assert refused["facts"]["missing"] == ["coordinator"]
    future = agreement | {"agreed_on": "2026-03-11"}
    wrong = await coordinator.post(path, future, version=found.version)
    problem_of(wrong, 422, "plan_step_in_future")
    response = await coordinator.post(path, agreement, version=found.version)
    assert response.status_code == 200, response.text
    [agreed] = response.json()["agreements"]
    assert (agreed["partner"], agreed["reference"]) == ("coordinator", "PPD/3/2026")
    assert agreed["by"]["id"] == str(HERE.coordinator.id)
    found.version = response.json()["version"]
    await activate(api, found)
    assert found.body["warnings"] == []


@pytest.mark.rule("E4")
@pytest.mark.parametrize(
    ("form", "partner", "other", "rule"),
    [
        (CareForm.INSTITUTION, "educator", "organiser", "E4"),
        (CareForm.FAMILY, "organiser", "educator", "E3"),
    ],
)
async def test_the_educator_or_the_organiser_agrees_through_the_assistant(
    api: Api, world: World, form: CareForm, partner: str, other: str, rule: str
) -> None:
    """They have no account here; the agreement that is needed is recorded, and no other."""
    found = await draft(api, world)
    await add_placement(world, found.made, form=form)
    await consult(api, found)
    refused = problem_of(await send(api, found), 409, rule)
    assert refused["facts"]["missing"] == [partner]
    assistant, path = api.as_(HERE.assistant), f"{found.path}/external-agreement"
    said = {"partner": partner, "name": "Halina Wiśniowiecka", "agreed_on": TODAY}
    wrong = await assistant.post(path, said | {"partner": other}, version=found.version)
    problem_of(wrong, 409, "E4")
    not_theirs = said | {"partner": "coordinator"}
    problem_of(await assistant.post(path, not_theirs, version=found.version), 422, "invalid")
    response = await assistant.post(path, said, version=found.version)
    assert response.status_code == 200, response.text
    found.version = response.json()["version"]
    again = await assistant.post(path, said, version=found.version)
    assert [a["partner"] for a in again.json()["agreements"]] == [partner]
    found.version = again.json()["version"]
    await activate(api, found)


async def test_an_agreement_that_nobody_needs_is_refused(api: Api, world: World) -> None:
    """No child is in care."""
    found = await draft(api, world)
    said = {"partner": "educator", "name": "Halina Wiśniowiecka", "agreed_on": TODAY}
    response = await api.as_(HERE.assistant).post(
        f"{found.path}/external-agreement", said, version=found.version
    )
    problem_of(response, 409, "E4")


@pytest.mark.rule("E3")
async def test_a_placement_after_the_activation_is_a_warning(api: Api, world: World) -> None:
    """The plan goes on, but asks for a new agreed version."""
    found = await active(api, world)
    assert found.body["warnings"] == []
    await add_placement(world, found.made, coordinator=HERE.coordinator)
    shown = await api.as_(HERE.coordinator).get(found.path)
    assert [w["rule"] for w in shown.json()["warnings"]] == ["E3"]


@pytest.mark.rule("E2")
async def test_the_consultation_is_the_social_workers(api: Api, world: World) -> None:
    """Of this family's; not in the future; on the present version."""
    found = await draft(api, world)
    path, said = f"{found.path}/consultation", {"consulted_on": TODAY}
    for person in (HERE.assistant, HERE.manager, HERE.coordinator):
        problem_of(await api.as_(person).post(path, said, version=1), 403, "not_your_role")
    other = api.as_(HERE.other_social_worker)
    problem_of(await other.post(path, said, version=1), 404, "not_found")
    worker = api.as_(HERE.social_worker)
    future = {"consulted_on": "2026-03-11"}
    problem_of(await worker.post(path, future, version=1), 422, "plan_step_in_future")
    problem_of(await worker.post(path, said, version=8), 412, "stale")
    problem_of(await worker.post(path, said), 428, "no_precondition")


async def test_only_the_assistant_activates(api: Api, world: World) -> None:
    """Not the manager, not another assistant."""
    found = await draft(api, world)
    said = {"signed_by": [str(found.made.mother)]}
    path = f"{found.path}/activation"
    for person in (HERE.manager, HERE.social_worker):
        problem_of(await api.as_(person).post(path, said, version=1), 403, "not_your_role")
    other = api.as_(HERE.other_assistant)
    problem_of(await other.post(path, said, version=1), 404, "not_found")
