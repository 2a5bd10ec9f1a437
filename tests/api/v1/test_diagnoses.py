"""Act: the assistant makes the diagnosis, and revises it later."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.diagnoses.queries import latest_diagnosis
from app.domain.families.rules import DepartureReason, FamilyRole, Sphere
from app.domain.families.tables import Person as Member
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.diagnoses import child_said, diagnosis_said, spheres
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.visits import withdraw_consent

READY = CaseState.FIRST_VISIT_DONE
WHY = {"reason": "Matka podjęła pracę."}


async def add_child(world: World, made: MadeCase, **changes: Any) -> str:
    """Add another child to the family; return its id."""
    said = {"first_name": "Zosia", "last_name": "Żółkiewska", "role": FamilyRole.CHILD}
    async with world.acting() as act:
        child = Member(**(said | changes), family_id=made.family)
        act.add(child)
    return str(child.id)


async def test_a_diagnosis_moves_the_case_and_starts_the_plan(
    api: Api, world: World, database: OneConnection
) -> None:
    made = await make_case(world, READY)
    async with world.acting() as act:
        case, due = await lock_case(act, made.case), date(2026, 4, 9)
        start(act, case, DeadlineKind.DIAGNOSIS, started_on=act.today, due_on=due)
    said = diagnosis_said(made)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/diagnoses", said)
    assert response.status_code == 201, response.text
    diagnosis = response.json()
    assert (diagnosis["version_no"], diagnosis["in_force"]) == (1, True)
    assert diagnosis["spheres"] == said["spheres"]
    assert diagnosis["children"] == [child_said(made.child, not_heard_reason=None)]
    async with world.acting() as act:
        case = await lock_case(act, made.case)
        assert case.state is CaseState.DIAGNOSIS_DONE
        open_now = {d.kind: d.due_on for d in await list_open(act, case)}
        assert open_now == {DeadlineKind.PLAN: date(2026, 4, 9)}
        latest = await latest_diagnosis(act, made.case)
        assert latest is not None
        assert str(latest.id) == diagnosis["id"]
    told = await database.connection.execute(
        text("SELECT type FROM event WHERE case_id = :case"), {"case": made.case}
    )
    assert told.scalars().all() == ["diagnosis_made"]


@pytest.mark.rule("A8")
async def test_a_child_that_was_not_heard_needs_a_reason(api: Api, world: World) -> None:
    made = await make_case(world, READY)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/diagnoses"
    silent = diagnosis_said(made, children=[child_said(made.child, heard=False)])
    assert "art. 4a" in problem_of(await assistant.post(path, silent), 422, "A8")["legal_basis"]
    explained = child_said(made.child, heard=False, not_heard_reason="Dziecko nie mówi.")
    response = await assistant.post(path, diagnosis_said(made, children=[explained]))
    assert response.status_code == 201, response.text


@pytest.mark.rule("A8")
async def test_every_child_of_the_family_is_there_once(api: Api, world: World) -> None:
    made = await make_case(world, READY)
    sister = await add_child(world, made)
    await add_child(world, made, first_name="Ewa", born_on=date(2008, 3, 10))
    left = {"left_on": date(2026, 3, 10), "left_reason": DepartureReason.INDEPENDENT}
    await add_child(world, made, first_name="Adam", **left)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/diagnoses"
    brother = str(made.child)
    for named in ([brother], [brother, sister, sister], [brother, sister, str(made.mother)]):
        said = diagnosis_said(made, children=[child_said(child) for child in named])
        problem_of(await assistant.post(path, said), 422, "A8")
    said = diagnosis_said(made, children=[child_said(brother), child_said(sister)])
    assert (await assistant.post(path, said)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"made_on": "2026-03-11"}, "diagnosis_in_future"),
        ({"made_on": "2026-03-09"}, "diagnosis_too_early"),
        ({"spheres": spheres(Sphere.HEALTH)}, "spheres_incomplete"),
        ({"spheres": spheres() + spheres()[:1]}, "spheres_incomplete"),
        ({"strengths": []}, "invalid"),
        ({"parenting": "  "}, "invalid"),
        ({"children": [{"person_id": "x"}]}, "invalid"),
    ],
)
async def test_content_that_can_not_be_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    made = await make_case(world, READY)
    said = diagnosis_said(made, **changes)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/diagnoses", said)
    problem_of(response, 422, code)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CaseState.ASSIGNED, "B10"),
        (CaseState.DIAGNOSIS_DONE, "illegal_step"),
        (CaseState.SUSPENDED, "illegal_step"),
    ],
)
async def test_the_diagnosis_follows_the_first_visit(
    api: Api, world: World, state: CaseState, code: str
) -> None:
    made = await make_case(world, state)
    path = f"/cases/{made.case}/diagnoses"
    problem_of(await api.as_(HERE.assistant).post(path, diagnosis_said(made)), 409, code)


@pytest.mark.rule("A1")
async def test_without_consent_there_is_no_diagnosis(api: Api, world: World) -> None:
    made = await make_case(world, READY)
    await withdraw_consent(world, made)
    path = f"/cases/{made.case}/diagnoses"
    problem_of(await api.as_(HERE.assistant).post(path, diagnosis_said(made)), 409, "A1")


async def test_only_the_familys_assistant_diagnoses(api: Api, world: World) -> None:
    made = await make_case(world, READY)
    path, said = f"/cases/{made.case}/diagnoses", diagnosis_said(made)
    for person in (HERE.social_worker, HERE.manager, HERE.coordinator):
        problem_of(await api.as_(person).post(path, said), 403, "not_your_role")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        problem_of(await api.as_(person).post(path, said), 404, "not_found")


async def diagnosed(api: Api, world: World) -> tuple[MadeCase, str]:
    """Make a diagnosis; return its case and path."""
    made = await make_case(world, READY)
    said = diagnosis_said(made)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/diagnoses", said)
    assert response.status_code == 201, response.text
    return made, f"/diagnoses/{response.json()['id']}"


async def test_a_revision_is_a_new_version_and_the_old_one_stays(
    api: Api, world: World, clock: TestClock
) -> None:
    made, path = await diagnosed(api, world)
    assistant = api.as_(HERE.assistant)
    first = (await assistant.get(path)).json()
    clock.travel(days=30)
    said = diagnosis_said(made, made_on="2026-04-09", crisis_causes="Zadłużenie.") | WHY
    response = await assistant.post(f"{path}/revisions", said)
    assert response.status_code == 201, response.text
    second = response.json()
    assert (second["version_no"], second["reason"]) == (2, WHY["reason"])
    assert (await assistant.get(path)).json() == first | {"in_force": False}
    listed = (await assistant.get(f"/cases/{made.case}/diagnoses?limit=1")).json()
    assert [(d["version_no"], d["in_force"]) for d in listed["items"]] == [(2, True)]
    assert listed["next_cursor"] is not None
    problem_of(await assistant.post(f"{path}/revisions", said), 409, "diagnosis_superseded")
    early = said | {"made_on": "2026-04-08"}
    newest = f"/diagnoses/{second['id']}/revisions"
    problem_of(await assistant.post(newest, early), 422, "diagnosis_too_early")


async def test_a_revision_is_judged_like_a_diagnosis(api: Api, world: World) -> None:
    made, path = await diagnosed(api, world)
    assistant, said = api.as_(HERE.assistant), diagnosis_said(made)
    problem_of(await assistant.post(f"{path}/revisions", said), 422, "invalid")
    nobody = said | WHY | {"children": []}
    problem_of(await assistant.post(f"{path}/revisions", nobody), 422, "A8")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        response = await api.as_(person).post(f"{path}/revisions", said | WHY)
        problem_of(response, 404, "not_found")
    problem_of(
        await api.as_(HERE.manager).post(f"{path}/revisions", said | WHY), 403, "not_your_role"
    )


async def test_reading_it_is_an_entry_of_the_audit(
    api: Api, world: World, database: OneConnection
) -> None:
    made, path = await diagnosed(api, world)
    for person in (HERE.other_assistant, HERE.coordinator, ELSEWHERE.manager):
        problem_of(await api.as_(person).get(path), 404, "not_found")
        listed = await api.as_(person).get(f"/cases/{made.case}/diagnoses")
        problem_of(listed, 404, "not_found")
    assert (await api.as_(HERE.social_worker).get(path)).status_code == 200
    said = await database.connection.execute(
        text("SELECT account_id FROM audit_entry WHERE verb = 'read' AND subject = 'diagnosis'")
    )
    assert said.scalars().all() == [HERE.social_worker.id]
