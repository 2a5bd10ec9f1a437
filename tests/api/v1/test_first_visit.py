"""Act: the joint first visit, and the social worker's confirmation."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.centres.tables import CentreSettings
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.visits import COOPERATION, first_visit_said, see, visit_said, withdraw_consent

NEW = CaseState.ASSIGNED


async def facts_of(world: World, made: MadeCase) -> tuple[CaseState, dict[DeadlineKind, date]]:
    """Return the case's state and what is due when."""
    async with world.acting() as act:
        case = await lock_case(act, made.case)
        return case.state, {d.kind: d.due_on for d in await list_open(act, case)}


async def let_alone(world: World) -> None:
    """Set that the first visit need not be joint."""
    async with world.acting() as act:
        act.add(CentreSettings(valid_from=date(2026, 1, 1), joint_first_visit_required=False))


@pytest.mark.rule("B10")
async def test_the_social_workers_confirmation_moves_the_case(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, NEW)
    async with world.acting() as act:
        case = await lock_case(act, made.case)
        due = date(2026, 3, 24)
        start(act, case, DeadlineKind.FIRST_VISIT, started_on=act.today, due_on=due)
    assistant, worker = api.as_(HERE.assistant), api.as_(HERE.social_worker)
    recorded = await assistant.post(f"/cases/{made.case}/first-visit", first_visit_said(made))
    assert recorded.status_code == 201, recorded.text
    visit = recorded.json()
    assert visit["kind"] == "first_joint"
    assert visit["confirmed_on"] is None
    assert visit["social_worker"]["id"] == str(HERE.social_worker.id)
    assert await facts_of(world, made) == (NEW, {DeadlineKind.FIRST_VISIT: due})
    clock.travel(days=2)
    path = f"/visits/{visit['id']}/confirmation"
    confirmed = await worker.post(path, version=visit["version"])
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["confirmed_on"] == "2026-03-12"
    assert confirmed.json()["confirmed_by"]["id"] == str(HERE.social_worker.id)
    thirty_days_on = {DeadlineKind.DIAGNOSIS: date(2026, 4, 11)}
    assert await facts_of(world, made) == (CaseState.FIRST_VISIT_DONE, thirty_days_on)
    problem_of(await worker.post(path, version=2), 409, "B10")


@pytest.mark.rule("B10")
async def test_where_the_setting_is_off_the_record_moves_the_case(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    await let_alone(world)
    said = first_visit_said(made, social_worker_id=None)
    recorded = await api.as_(HERE.assistant).post(f"/cases/{made.case}/first-visit", said)
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["confirmed_on"] is None
    state, due = await facts_of(world, made)
    assert state is CaseState.FIRST_VISIT_DONE
    assert due == {DeadlineKind.DIAGNOSIS: date(2026, 4, 9)}


async def test_the_rules_of_cooperation_are_kept_by_version(
    api: Api, world: World, database: OneConnection
) -> None:
    made = await make_case(world, NEW)
    await let_alone(world)
    assistant = api.as_(HERE.assistant)
    await assistant.post(f"/cases/{made.case}/first-visit", first_visit_said(made))
    path = f"/cases/{made.case}/cooperation-agreements"
    said = COOPERATION | {"agreed_on": "2026-03-10", "duration": "pół roku"}
    later = await assistant.post(path, said)
    assert later.status_code == 201, later.text
    listed = (await api.as_(HERE.social_worker).get(path)).json()["items"]
    assert [rules["version_no"] for rules in listed] == [2, 1]
    assert listed[1]["visit_id"] is not None
    assert (await assistant.get(later.headers["location"])).json() == listed[0]
    told = await database.connection.execute(
        text("SELECT type FROM event WHERE case_id = :case ORDER BY id"), {"case": made.case}
    )
    assert told.scalars().all() == ["rules_agreed", "first_visit_held", "rules_agreed"]
    problem_of(
        await assistant.post(path, said | {"agreed_on": "2026-03-11"}), 422, "visit_in_future"
    )
    foreign = api.as_(HERE.other_assistant)
    problem_of(await foreign.get(later.headers["location"]), 404, "not_found")
    problem_of(await foreign.post(path, said), 404, "not_found")
    problem_of(await foreign.get(path), 404, "not_found")


@pytest.mark.rule("B10")
async def test_rules_are_not_renewed_before_the_first_visit(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    said = COOPERATION | {"agreed_on": "2026-03-10"}
    path = f"/cases/{made.case}/cooperation-agreements"
    problem_of(await api.as_(HERE.assistant).post(path, said), 409, "B10")


@pytest.mark.rule("B10")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"social_worker_id": None}, "B10"),
        ({"social_worker_id": str(HERE.manager.id)}, "B10"),
        ({"social_worker_id": str(ELSEWHERE.social_worker.id)}, "B10"),
        ({"rules_discussed": False}, "B10"),
        ({"held_on": "2026-03-11"}, "visit_in_future"),
        ({"held_on": "2026-03-09"}, "visit_before_assignment"),
        ({"place": None}, "C11"),
        ({"cooperation_rules": {**COOPERATION, "duties_of_family": " "}}, "invalid"),
    ],
)
async def test_a_first_visit_that_can_not_be_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    made = await make_case(world, NEW)
    said = first_visit_said(made, **changes)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/first-visit", said)
    problem_of(response, 422, code)


@pytest.mark.rule("B10")
async def test_there_is_one_first_visit(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/first-visit"
    assert (await assistant.post(path, first_visit_said(made))).status_code == 201
    problem_of(await assistant.post(path, first_visit_said(made)), 409, "B10")


@pytest.mark.rule("A1")
async def test_without_consent_there_is_no_first_visit(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    await withdraw_consent(world, made)
    path = f"/cases/{made.case}/first-visit"
    problem_of(await api.as_(HERE.assistant).post(path, first_visit_said(made)), 409, "A1")


async def test_a_case_that_has_moved_on_takes_no_first_visit(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    path = f"/cases/{made.case}/first-visit"
    problem_of(
        await api.as_(HERE.assistant).post(path, first_visit_said(made)), 409, "illegal_step"
    )


async def test_only_the_familys_assistant_records_it(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    path, said = f"/cases/{made.case}/first-visit", first_visit_said(made)
    for person in (HERE.social_worker, HERE.manager, HERE.coordinator):
        problem_of(await api.as_(person).post(path, said), 403, "not_your_role")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        problem_of(await api.as_(person).post(path, said), 404, "not_found")


@pytest.mark.rule("B10")
async def test_only_the_social_worker_who_was_there_or_the_cases_own_confirms(
    api: Api, world: World
) -> None:
    made = await make_case(world, NEW)
    assistant = api.as_(HERE.assistant)
    visit = (await assistant.post(f"/cases/{made.case}/first-visit", first_visit_said(made))).json()
    path = f"/visits/{visit['id']}/confirmation"
    for person in (HERE.assistant, HERE.manager):
        problem_of(await api.as_(person).post(path, version=1), 403, "not_your_role")
    other = api.as_(HERE.other_social_worker)
    problem_of(await other.post(path, version=1), 404, "not_found")
    await see(world, made, HERE.other_social_worker)
    problem_of(await other.post(path, version=1), 403, "B10")
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(path), 428, "no_precondition")
    problem_of(await worker.post(path, version=7), 412, "stale")


@pytest.mark.rule("B10")
async def test_a_colleague_who_was_there_confirms(api: Api, world: World) -> None:
    made = await make_case(world, NEW)
    await see(world, made, HERE.other_social_worker)
    said = first_visit_said(made, social_worker_id=str(HERE.other_social_worker.id))
    visit = (await api.as_(HERE.assistant).post(f"/cases/{made.case}/first-visit", said)).json()
    path = f"/visits/{visit['id']}/confirmation"
    confirmed = await api.as_(HERE.other_social_worker).post(path, version=1)
    assert confirmed.json()["confirmed_by"]["id"] == str(HERE.other_social_worker.id)


async def test_an_ordinary_visit_is_not_confirmed(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    visit = (
        await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    ).json()
    path = f"/visits/{visit['id']}/confirmation"
    problem_of(await api.as_(HERE.social_worker).post(path, version=1), 409, "B10")
