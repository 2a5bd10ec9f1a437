"""Act: a foster family gets a coordinator, changes or loses them; at most fifteen to each."""

from datetime import date
from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.placements import add_foster_family, add_placement, placed

TODAY = "2026-03-10"


def said(coordinator: Person = HERE.coordinator, **changes: Any) -> dict[str, Any]:
    """Say an appointment from today on, properly applied and asked for."""
    values = {
        "coordinator_id": str(coordinator.id),
        "application_received_on": "2026-03-01",
        "opinion_asked_on": "2026-03-05",
        "starts_on": TODAY,
    }
    return values | changes


async def test_a_foster_family_is_recorded_by_its_number(api: Api) -> None:
    """No personal names; the number is there once."""
    coordinator = api.as_(HERE.coordinator)
    family = {"register_number": "RZ/7/2026", "town": "Łapy", "kind": "childrens_home"}
    response = await coordinator.post("/foster-families", family)
    assert response.status_code == 201, response.text
    assert response.json()["children_in_care"] == 0
    shown = await api.as_(HERE.assistant).get(response.headers["location"])
    assert shown.json()["register_number"] == "RZ/7/2026"
    again = await coordinator.post("/foster-families", family)
    problem_of(again, 409, "foster_family_known")
    elsewhere = await api.as_(ELSEWHERE.manager).get(response.headers["location"])
    problem_of(elsewhere, 404, "not_found")
    listed = await api.as_(HERE.social_worker).get("/foster-families")
    assert [f["town"] for f in listed.json()["items"]] == ["Łapy"]


@pytest.mark.rule("G2")
async def test_a_coordinator_is_given_on_application(api: Api, world: World) -> None:
    """On the application, not before it, and not from tomorrow."""
    foster = await add_foster_family(world)
    manager = api.as_(HERE.manager)
    path = f"/foster-families/{foster}/coordinations"
    early = said(application_received_on="2026-03-11")
    problem_of(await manager.post(path, early), 422, "G2")
    later = said(starts_on="2026-03-11")
    problem_of(await manager.post(path, later), 422, "coordination_date_wrong")
    response = await manager.post(path, said())
    assert response.status_code == 201, response.text
    assert response.json()["warnings"] == []
    family = (await manager.get(f"/foster-families/{foster}")).json()
    assert family["coordinator_id"] == str(HERE.coordinator.id)
    mine = await manager.get(f"/foster-families?coordinator_id={HERE.coordinator.id}")
    assert len(mine.json()["items"]) == 1


@pytest.mark.rule("G3")
@pytest.mark.parametrize(
    ("asked_on", "warned"), [(TODAY, False), ("2026-03-11", True), (None, True)]
)
async def test_an_opinion_that_was_not_asked_for_is_a_warning(
    api: Api, world: World, asked_on: str | None, warned: bool
) -> None:
    """It never blocks."""
    foster = await add_foster_family(world)
    response = await api.as_(HERE.manager).post(
        f"/foster-families/{foster}/coordinations", said(opinion_asked_on=asked_on)
    )
    assert response.status_code == 201, response.text
    assert [w["rule"] for w in response.json()["warnings"]] == ["G3"] * warned


@pytest.mark.rule("G4")
async def test_the_sixteenth_foster_family_is_refused(api: Api, world: World) -> None:
    """Fifteen foster families and children's homes in total (art. 77(4))."""
    for number in range(14):
        await add_foster_family(world, f"RZ/{number}/2026", HERE.coordinator)
    manager = api.as_(HERE.manager)
    fifteenth = await add_foster_family(world, "RZ/15/2026")
    response = await manager.post(f"/foster-families/{fifteenth}/coordinations", said())
    assert response.status_code == 201, response.text
    sixteenth = await add_foster_family(world, "RZ/16/2026")
    refused = await manager.post(f"/foster-families/{sixteenth}/coordinations", said())
    assert "art. 77 ust. 4" in problem_of(refused, 409, "G4")["legal_basis"]
    found = (await manager.get("/coordinators")).json()["items"]
    full = next(c for c in found if c["id"] == str(HERE.coordinator.id))
    assert (full["families"], full["limit"], full["free"]) == (15, 15, 0)
    problem_of(await api.as_(HERE.coordinator).get("/coordinators"), 403, "not_your_role")


@pytest.mark.rule("K3")
async def test_a_coordinator_who_can_do_nothing_has_no_free_place(api: Api) -> None:
    manager, path = api.as_(HERE.manager), f"/staff/{HERE.coordinator.id}/data-authorisations"
    (standing,) = (await manager.get(path)).json()["items"]
    end = f"{path}/{standing['id']}/end"
    assert (await manager.post(end, {"ends_on": "2026-03-10"}, version=1)).is_success
    for day, free in ((10, 15), (11, 0)):
        api.clock.go_to(date(2026, 3, day))
        found = (await manager.get("/coordinators")).json()["items"]
        mine = next(c for c in found if c["id"] == str(HERE.coordinator.id))
        assert (mine["families"], mine["free"]) == (0, free)


async def test_a_lower_limit_of_the_centre_holds(api: Api, world: World) -> None:
    """The centre may set a lower limit than the statute's."""
    manager = api.as_(HERE.manager)
    limit = {"valid_from": TODAY, "coordinator_family_limit": 1}
    assert (await manager.post("/centre/settings", limit)).status_code == 201
    await add_foster_family(world, coordinator=HERE.coordinator)
    second = await add_foster_family(world, "RZ/2/2026")
    refused = await manager.post(f"/foster-families/{second}/coordinations", said())
    assert problem_of(refused, 409, "G4")["type"].endswith("coordinator_limit_reached")


async def test_only_a_coordinator_coordinates(api: Api, world: World) -> None:
    """The office comes before the foster family."""
    foster = await add_foster_family(world)
    path = f"/foster-families/{foster}/coordinations"
    refused = await api.as_(HERE.manager).post(path, said(HERE.assistant))
    assert refused.json()["type"].endswith("not_a_coordinator")


@pytest.mark.rule("K11")
async def test_a_coordinator_appoints_only_themself_and_without_our_children(
    api: Api, world: World
) -> None:
    """An appointment gives a right to files: beyond one's own vacancy it is the manager's."""
    vacant = await add_foster_family(world, "RZ/2/2026")
    coordinator = api.as_(HERE.coordinator)
    path = f"/foster-families/{vacant}/coordinations"
    problem_of(await coordinator.post(path, said(HERE.other_coordinator)), 403, "K11")
    assert (await coordinator.post(path, said())).status_code == 201
    problem_of(await api.as_(HERE.other_coordinator).post(path, said()), 403, "K11")
    made = await make_case(world, CaseState.IN_PROGRESS)
    placement = await add_placement(world, made)
    shown = (await api.as_(HERE.manager).get(f"/placements/{placement}")).json()
    caring = f"/foster-families/{shown['foster_family_id']}/coordinations"
    problem_of(await coordinator.post(caring, said()), 403, "K11")


async def test_a_change_of_coordinator_moves_the_rights(api: Api, world: World) -> None:
    """The new one sees the family, the old one no longer; the period before stays on record."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    path = f"/placements/{placement}"
    foster = (await api.as_(HERE.manager).get(path)).json()["foster_family_id"]
    api.clock.travel(days=1)
    manager, new, old = (
        api.as_(p) for p in (HERE.manager, HERE.other_coordinator, HERE.coordinator)
    )
    change = said(HERE.other_coordinator, starts_on="2026-03-11")
    coordinations = f"/foster-families/{foster}/coordinations"
    response = await manager.post(coordinations, change)
    assert response.status_code == 201, response.text
    assert (await new.get(path)).json()["coordinator_id"] == str(HERE.other_coordinator.id)
    problem_of(await old.get(path), 404, "not_found")
    listed = (await manager.get(coordinations)).json()["items"]
    assert [c["ended_on"] for c in listed] == [None, "2026-03-11"]
    found = (await manager.get("/coordinators")).json()["items"]
    assert {c["id"]: c["families"] for c in found} == {
        str(HERE.coordinator.id): 0,
        str(HERE.other_coordinator.id): 1,
    }


async def test_a_change_on_the_first_day_is_refused(api: Api, world: World) -> None:
    """A coordination lasts at least a day."""
    foster = await add_foster_family(world, coordinator=HERE.coordinator)
    path = f"/foster-families/{foster}/coordinations"
    refused = await api.as_(HERE.manager).post(path, said(HERE.other_coordinator))
    problem_of(refused, 422, "coordination_date_wrong")


async def test_two_periods_do_not_overlap(api: Api, world: World) -> None:
    """A period before the recorded ones is refused by the database itself."""
    foster = await add_foster_family(world, coordinator=HERE.coordinator)
    manager = api.as_(HERE.manager)
    path = f"/foster-families/{foster}/coordinations"
    [running] = (await manager.get(path)).json()["items"]
    api.clock.travel(days=5)
    end = {"ended_on": "2026-03-15"}
    await manager.post(f"/coordinations/{running['id']}/end", end, version=1)
    refused = await manager.post(path, said(starts_on="2026-03-14"))
    assert problem_of(refused, 409, "G2")["type"].endswith("coordination_taken")
    assert (await manager.post(path, said(starts_on="2026-03-15"))).status_code == 201


@pytest.mark.rule("G2")
async def test_without_coordinator_the_organiser_performs_the_tasks(api: Api, world: World) -> None:
    """The end of a coordination frees the place and takes the right away (art. 77(1a))."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    manager, coordinator = api.as_(HERE.manager), api.as_(HERE.coordinator)
    shown = (await coordinator.get(f"/placements/{placement}")).json()
    path = f"/foster-families/{shown['foster_family_id']}/coordinations"
    [running] = (await coordinator.get(path)).json()["items"]
    api.clock.travel(days=1)
    end, address = {"ended_on": "2026-03-11"}, f"/coordinations/{running['id']}"
    problem_of(
        await api.as_(HERE.other_coordinator).post(f"{address}/end", end, version=1), 403, "K11"
    )
    stale = await coordinator.post(f"{address}/end", end, version=7)
    problem_of(stale, 412, "stale")
    response = await coordinator.post(f"{address}/end", end, version=1)
    assert response.status_code == 200, response.text
    problem_of(await coordinator.get(f"/placements/{placement}"), 404, "not_found")
    after = (await manager.get(f"/placements/{placement}")).json()
    assert after["tasks_performed_by"] == "organiser"
    again = await manager.post(f"{address}/end", end, version=2)
    problem_of(again, 409, "coordination_ended")
    assert (await manager.get(address)).json()["ended_on"] == "2026-03-11"


async def test_a_coordinator_of_a_family_in_care_hears_of_later_children(
    api: Api, world: World
) -> None:
    """Whoever says that the organiser performs the tasks is corrected (G2)."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    foster = await add_foster_family(world, coordinator=HERE.coordinator)
    wrong = placed(made, foster_family_id=str(foster), tasks_performed_by="organiser")
    worker = api.as_(HERE.social_worker)
    refused = await worker.post(f"/cases/{made.case}/placements", wrong)
    assert problem_of(refused, 422, "G2")["facts"] == {"performed_by": "coordinator"}
