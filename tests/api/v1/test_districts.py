"""Act: the manager draws districts and says which social workers serve them."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.hiring import Hiring
from tests.factories.people import ELSEWHERE, HERE, World

WORKERS = f"/districts/{HERE.other_district}/workers"


def _service(**changes: Any) -> dict[str, Any]:
    return {"account_id": str(HERE.social_worker.id), "valid_from": "2026-03-10"} | changes


async def test_everybody_reads_the_districts_with_those_who_serve_them(api: Api) -> None:
    for person in (HERE.assistant, HERE.social_worker, HERE.coordinator, HERE.manager):
        items = (await api.as_(person).get("/districts")).json()["items"]
        assert [district["name"] for district in items] == ["Rejon 1 – Miasto", "Rejon 2 – Wsie"]
        served = items[0]["workers"]
        assert [worker["account_id"] for worker in served] == [str(HERE.social_worker.id)]


async def test_a_manager_adds_and_changes_a_district(api: Api) -> None:
    manager = api.as_(HERE.manager)
    created = await manager.post("/districts", {"name": "Rejon 3", "address": "ul. Leśna 4"})
    assert created.status_code == 201, created.text
    location = created.headers["location"]
    answer = await manager.patch(location, {"address": None}, version=1)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["name"], answer.json()["address"]) == ("Rejon 3", None)
    assert (await api.as_(HERE.assistant).get(location)).json() == answer.json()
    problem_of(await manager.patch(location, {"name": "Rejon 1 – Miasto"}, version=1), 412, "stale")
    taken = await manager.patch(location, {"name": "Rejon 1 – Miasto"}, version=2)
    problem_of(taken, 409, "district_name_taken")
    problem_of(
        await manager.post("/districts", {"name": "Rejon 1 – Miasto"}), 409, "district_name_taken"
    )


@pytest.mark.rule("B12")
async def test_who_serves_a_district_sees_its_families_until_the_end(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    manager, other = api.as_(HERE.manager), api.as_(HERE.other_social_worker)
    problem_of(await other.get(f"/families/{made.family}"), 404, "not_found")
    said = _service(account_id=str(HERE.other_social_worker.id))
    appointed = await manager.post(f"/districts/{HERE.district}/workers", said)
    assert appointed.status_code == 201, appointed.text
    assert (await other.get(f"/families/{made.family}")).status_code == 200
    end = f"/district-workers/{appointed.json()['id']}/end"
    ended = await manager.post(end, {"valid_to": "2026-03-11"}, version=1)
    assert ended.json()["valid_to"] == "2026-03-11"
    assert (await other.get(f"/families/{made.family}")).status_code == 200
    clock.go_to(date(2026, 3, 11))
    problem_of(await other.get(f"/families/{made.family}"), 404, "not_found")
    shown = await manager.get(f"/districts/{HERE.district}")
    assert len(shown.json()["workers"]) == 1
    listed = await manager.get(f"/districts/{HERE.district}/workers")
    assert len(listed.json()["items"]) == 2


@pytest.mark.rule("B12")
async def test_a_district_is_out_of_sight_for_who_is_no_social_worker_any_more(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    path = f"/families/{made.family}"
    assert (await api.as_(HERE.social_worker).get(path)).status_code == 200
    async with world.acting() as act:
        (await act.find(Case, made.case)).social_worker_id = HERE.other_social_worker.id
    known = await Hiring.known(api, HERE.social_worker)
    await known.do("PATCH", "", {"roles": ["assistant"]})
    now = type(HERE.social_worker)("social-worker", HERE.id, HERE.assistant.roles)
    problem_of(await api.as_(now).get(path), 404, "not_found")


@pytest.mark.rule("B12")
@pytest.mark.parametrize(
    "person", [HERE.assistant, HERE.coordinator, HERE.manager], ids=lambda p: p.name
)
async def test_only_social_workers_serve_districts(api: Api, person: Any) -> None:
    said = _service(account_id=str(person.id))
    problem_of(await api.as_(HERE.manager).post(WORKERS, said), 409, "B12")


async def test_only_those_at_work_serve_districts(api: Api) -> None:
    new = await Hiring.of(api, roles=["social_worker"])
    answer = await new.manager.post(WORKERS, _service(account_id=new.id))
    problem_of(answer, 409, "C1")
    known = await Hiring.known(api, HERE.social_worker)
    said = {"suspended_from": "2026-03-10", "reason": "postępowanie"}
    await known.do("POST", "/suspension", said)
    problem_of(await known.manager.post(WORKERS, _service()), 409, "C10")


@pytest.mark.rule("B12")
async def test_nobody_serves_a_district_twice_at_once(api: Api) -> None:
    manager = api.as_(HERE.manager)
    twice = await manager.post(f"/districts/{HERE.district}/workers", _service())
    problem_of(twice, 409, "B12")
    first = await manager.post(WORKERS, _service(valid_to="2026-04-01"))
    assert first.status_code == 201, first.text
    second = await manager.post(WORKERS, _service(valid_from="2026-03-31"))
    problem_of(second, 409, "B12")
    assert (await manager.post(WORKERS, _service(valid_from="2026-04-01"))).status_code == 201
    backwards = _service(valid_from="2026-02-02", valid_to="2026-02-01")
    problem_of(await manager.post(WORKERS, backwards), 422, "ends_before_start")


async def test_a_service_ends_after_it_began_and_is_not_prolonged(api: Api) -> None:
    manager = api.as_(HERE.manager)
    created = await manager.post(WORKERS, _service(valid_to="2026-04-01"))
    end = f"/district-workers/{created.json()['id']}/end"
    early = await manager.post(end, {"valid_to": "2026-03-09"}, version=1)
    problem_of(early, 422, "ends_before_start")
    later = await manager.post(end, {"valid_to": "2026-04-02"}, version=1)
    problem_of(later, 409, "ended_already")
    problem_of(await manager.post(end, {"valid_to": "2026-03-20"}, version=9), 412, "stale")


@pytest.mark.parametrize(
    "person", [HERE.assistant, HERE.social_worker, HERE.coordinator], ids=lambda p: p.name
)
async def test_nobody_but_the_manager_writes(api: Api, person: Any) -> None:
    caller = api.as_(person)
    for answer in (
        await caller.post("/districts", {"name": "Rejon 9"}),
        await caller.patch(f"/districts/{HERE.district}", {"name": "Rejon 9"}, version=1),
        await caller.post(WORKERS, _service()),
        await caller.post(f"/district-workers/{uuid4()}/end", {}, version=1),
    ):
        problem_of(answer, 403, "not_your_role")


async def test_a_district_of_another_centre_does_not_exist(api: Api) -> None:
    stranger = api.as_(ELSEWHERE.manager)
    path = f"/districts/{HERE.district}"
    problem_of(await stranger.get(path), 404, "not_found")
    problem_of(await stranger.patch(path, {"name": "Rejon 9"}, version=1), 404, "not_found")
    said = _service(account_id=str(ELSEWHERE.social_worker.id))
    problem_of(await stranger.post(f"{path}/workers", said), 404, "not_found")
    foreign = await api.as_(HERE.manager).post(WORKERS, said)
    problem_of(foreign, 404, "not_found")
