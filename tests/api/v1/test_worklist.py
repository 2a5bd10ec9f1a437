"""The desk of each person: overdue, due, waiting, new."""

from datetime import timedelta
from typing import Any

from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from tests.factories.api import Api
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, Person, World


async def desk(api: Api, person: Person) -> dict[str, Any]:
    """Read somebody's worklist."""
    response = await api.as_(person).get("/worklist")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def due_in(world: World, made: MadeCase, days: int) -> None:
    """Put an assessment on the case's list, due in some days."""
    async with world.acting() as act:
        case = await lock_case(act, made.case)
        due = act.today + timedelta(days=days)
        kind = DeadlineKind.PERIODIC_ASSESSMENT
        start(act, case, kind, started_on=act.today, due_on=due)


async def test_a_deadline_is_due_on_its_day_and_overdue_the_day_after(
    api: Api, world: World
) -> None:
    """The assistant sees both sides of the boundary."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    await due_in(world, made, 0)
    there = await desk(api, HERE.assistant)
    assert (there["counts"]["due"], there["counts"]["overdue"]) == (1, 0)
    assert there["due"][0]["rule"] == "E6"
    api.clock.travel(days=1)
    there = await desk(api, HERE.assistant)
    assert (there["counts"]["due"], there["counts"]["overdue"]) == (0, 1)


async def test_managers_see_what_is_overdue_for_anybody(api: Api, world: World) -> None:
    """A missed assessment is the manager's business, one that is due is not yet."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    await due_in(world, made, 3)
    assert (await desk(api, HERE.manager))["counts"]["due"] == 0
    api.clock.travel(days=4)
    assert (await desk(api, HERE.manager))["counts"]["overdue"] == 1


async def test_a_submitted_application_waits_for_the_manager(api: Api, world: World) -> None:
    """The next step and whose it is come from the machine of the case."""
    await make_case(world, CaseState.APPLICATION_SUBMITTED)
    waiting = (await desk(api, HERE.manager))["waiting"]
    assert [task["action"] for task in waiting] == ["begin_analysis"]
    assert (await desk(api, HERE.social_worker))["waiting"] == []


async def test_news_are_what_others_did(api: Api, world: World) -> None:
    """A withdrawal of consent reaches the assistant and the manager."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    async with world.acting(person=HERE.social_worker) as act:
        kind = EventType.CONSENT_WITHDRAWN
        emit(act, kind, family_id=made.family, case_id=made.case, subject_id=made.case)
    assert [n["type"] for n in (await desk(api, HERE.assistant))["new"]] == ["consent_withdrawn"]
    assert (await desk(api, HERE.manager))["counts"]["new"] == 1
    assert (await desk(api, HERE.other_assistant))["counts"]["new"] == 0


async def test_no_worklist_tells_of_another_centre(api: Api, world: World) -> None:
    """Everything is counted within the scope."""
    made = await make_case(world, CaseState.APPLICATION_SUBMITTED)
    await due_in(world, made, -3)
    empty = {"overdue": 0, "due": 0, "waiting": 0, "new": 0, "emergencies": 0, "access_signs": 0}
    assert (await desk(api, ELSEWHERE.manager))["counts"] == empty
