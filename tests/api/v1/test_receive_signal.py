"""Act: the centre learns of a family in difficulty."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case, make_family
from tests.factories.people import ELSEWHERE, HERE, World


def signal(family: object, **changes: Any) -> dict[str, Any]:
    return {
        "family_id": str(family),
        "received_on": "2026-03-10",
        "source": "institution",
        "institution": "Szkoła Podstawowa nr 5",
        "urgent": False,
        "description": "Dziecko opuszcza lekcje; matka nie odbiera telefonu.",
    } | changes


async def family_of(world: World, **changes: Any) -> str:
    async with world.acting() as act:
        return str((await make_family(act, **changes)).id)


async def test_a_signal_opens_the_case_of_the_district_and_its_interview_is_due(
    api: Api, world: World
) -> None:
    worker = api.as_(HERE.social_worker)
    response = await worker.post("/signals", signal(await family_of(world)))
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["case_state"] == "signal_received"
    assert body["interview_due_on"] == "2026-03-30"
    assert body["social_worker"]["id"] == str(HERE.social_worker.id)
    assert body["warnings"] == []
    shown = await worker.get(response.headers["location"])
    assert shown.json() == body


@pytest.mark.rule("B2")
async def test_an_urgent_signal_gives_two_working_days(api: Api, world: World) -> None:
    family = await family_of(world)
    said = signal(family, urgent=True, received_on="2026-03-06")
    response = await api.as_(HERE.social_worker).post("/signals", said)
    assert response.json()["interview_due_on"] == "2026-03-10"


@pytest.mark.rule("B2")
async def test_the_fourteen_days_leave_out_easter_monday(api: Api, world: World) -> None:
    api.clock.travel(days=20)
    said = signal(await family_of(world), received_on="2026-03-30")
    response = await api.as_(HERE.social_worker).post("/signals", said)
    assert response.json()["interview_due_on"] == "2026-04-20"


@pytest.mark.rule("B11")
async def test_an_institutions_signal_goes_to_the_social_worker_of_the_district(
    api: Api, world: World
) -> None:
    said = signal(await family_of(world))
    response = await api.as_(HERE.manager).post("/signals", said)
    assert response.json()["social_worker"]["id"] == str(HERE.social_worker.id)


@pytest.mark.rule("B12")
async def test_a_social_worker_of_another_district_may_take_the_case_with_a_warning(
    api: Api, world: World
) -> None:
    said = signal(await family_of(world), social_worker_id=str(HERE.other_social_worker.id))
    response = await api.as_(HERE.manager).post("/signals", said)
    assert response.status_code == 201, response.text
    assert [found["rule"] for found in response.json()["warnings"]] == ["B12"]
    seen = await api.as_(HERE.other_social_worker).get(response.headers["location"])
    assert seen.status_code == 200


@pytest.mark.rule("B12")
async def test_a_case_is_not_given_to_an_assistant(api: Api, world: World) -> None:
    said = signal(await family_of(world), social_worker_id=str(HERE.assistant.id))
    problem_of(await api.as_(HERE.manager).post("/signals", said), 422, "B12")


@pytest.mark.rule("B12")
async def test_a_manager_names_a_social_worker_where_there_is_no_district(
    api: Api, world: World
) -> None:
    said = signal(await family_of(world, district_id=None))
    problem_of(await api.as_(HERE.manager).post("/signals", said), 422, "B12")


async def test_a_signal_of_tomorrow_is_refused(api: Api, world: World) -> None:
    said = signal(await family_of(world), received_on="2026-03-11")
    problem_of(await api.as_(HERE.social_worker).post("/signals", said), 422, "B1")


async def test_a_family_has_one_open_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await api.as_(HERE.social_worker).post("/signals", signal(made.family))
    problem_of(response, 409, "case_open_already")


async def test_a_family_without_need_may_come_again(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.NO_NEED)
    response = await api.as_(HERE.social_worker).post("/signals", signal(made.family))
    assert response.status_code == 201, response.text


@pytest.mark.rule("E14")
async def test_a_relapse_ends_the_monitoring_and_links_the_new_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.MONITORING)
    said = signal(made.family, previous_case_id=str(made.case))
    response = await api.as_(HERE.social_worker).post("/signals", said)
    assert response.status_code == 201, response.text
    assert response.json()["previous_case_id"] == str(made.case)
    async with world.acting() as act:
        assert (await act.find(Case, made.case)).state is CaseState.ARCHIVED


@pytest.mark.rule("E14")
async def test_a_case_in_progress_can_not_be_relapsed_from(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = signal(made.family, previous_case_id=str(made.case))
    problem_of(await api.as_(HERE.social_worker).post("/signals", said), 409, "illegal_step")


@pytest.mark.rule("E14")
async def test_a_relapse_is_for_the_social_worker(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.MONITORING)
    said = signal(made.family, previous_case_id=str(made.case))
    problem_of(await api.as_(HERE.manager).post("/signals", said), 403, "not_your_role")


@pytest.mark.rule("E14")
async def test_the_previous_case_is_of_the_same_family(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.MONITORING)
    said = signal(await family_of(world), previous_case_id=str(made.case))
    problem_of(await api.as_(HERE.social_worker).post("/signals", said), 422, "E14")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.coordinator])
async def test_others_do_not_receive_signals(api: Api, world: World, person: Any) -> None:
    response = await api.as_(person).post("/signals", signal(await family_of(world)))
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.manager])
async def test_a_family_out_of_scope_does_not_exist(api: Api, world: World, person: Any) -> None:
    said = signal(await family_of(world))
    problem_of(await api.as_(person).post("/signals", said), 404, "not_found")


async def test_signals_are_listed_and_those_that_wait_alone(api: Api, world: World) -> None:
    worker = api.as_(HERE.social_worker)
    await make_case(world, CaseState.IN_PROGRESS)
    waits = await worker.post("/signals", signal(await family_of(world)))
    both = (await worker.get("/signals")).json()["items"]
    waiting = (await worker.get("/signals?waiting=true")).json()["items"]
    assert len(both) == 2
    assert [found["id"] for found in waiting] == [waits.json()["id"]]
    assert (await api.as_(HERE.other_social_worker).get("/signals")).json()["items"] == []


async def test_signals_come_in_pages(api: Api, world: World) -> None:
    for _ in range(3):
        await make_case(world, CaseState.SIGNAL_RECEIVED)
    manager = api.as_(HERE.manager)
    first = (await manager.get("/signals?limit=2")).json()
    second = (await manager.get(f"/signals?limit=2&cursor={first['next_cursor']}")).json()
    ids = [found["id"] for found in first["items"] + second["items"]]
    assert len(set(ids)) == 3
    assert second["next_cursor"] is None
