"""Who has a place left, and which families nobody serves."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories.api import Api, problem_of
from tests.factories.assignments import fill, make_assigned, substitution, suspend
from tests.factories.people import ELSEWHERE, HERE, Person, World

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


async def assistants(api: Api, person: Person = HERE.manager) -> dict[str, dict[str, Any]]:
    items = (await api.as_(person).get("/assistants")).json()["items"]
    return {item["id"]: item for item in items}


async def uncovered(api: Api, person: Person) -> list[dict[str, Any]]:
    path = f"/staff/{person.id}/families-without-substitute"
    found: list[dict[str, Any]] = (await api.as_(HERE.manager).get(path)).json()["items"]
    return found


async def test_the_manager_sees_who_has_how_many_families_and_places(
    api: Api, world: World
) -> None:
    await fill(world, HERE.assistant, 3)
    found = await assistants(api)
    assert set(found) == {str(HERE.assistant.id), str(HERE.other_assistant.id)}
    mine = found[str(HERE.assistant.id)]
    assert (mine["families"], mine["family_limit"], mine["free_places"]) == (3, 15, 12)
    assert (mine["suspended"], mine["suspended_from"]) == (False, None)


@pytest.mark.rule("C13")
async def test_places_are_counted_against_the_centres_own_limit(api: Api, world: World) -> None:
    settings = {"valid_from": "2026-03-10", "family_limit": 10}
    await api.as_(HERE.manager).post("/centre/settings", settings)
    await fill(world, HERE.assistant, 12)
    mine = (await assistants(api))[str(HERE.assistant.id)]
    assert (mine["families"], mine["family_limit"], mine["free_places"]) == (12, 10, 0)


async def test_a_place_that_will_be_taken_is_not_free(api: Api, world: World) -> None:
    await fill(world, HERE.assistant, 2)
    await fill(world, HERE.assistant, 1, TODAY + 10 * DAY)
    mine = (await assistants(api))[str(HERE.assistant.id)]
    assert (mine["families"], mine["free_places"]) == (2, 12)


@pytest.mark.rule("C10")
async def test_who_is_suspended_has_no_free_place_from_that_day(api: Api, world: World) -> None:
    await suspend(world, HERE.assistant, TODAY + DAY)
    for day, suspended, free in ((TODAY, False, 15), (TODAY + DAY, True, 0)):
        api.clock.go_to(day)
        mine = (await assistants(api))[str(HERE.assistant.id)]
        assert (mine["suspended"], mine["free_places"]) == (suspended, free)


@pytest.mark.rule("K3")
async def test_who_can_do_nothing_has_no_free_place(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/data-authorisations"
    (standing,) = (await api.as_(HERE.manager).get(path)).json()["items"]
    end = f"{path}/{standing['id']}/end"
    await api.as_(HERE.manager).post(end, {"ends_on": "2026-03-10"}, version=1)
    for day, free in ((TODAY, 15), (TODAY + DAY, 0)):
        api.clock.go_to(day)
        for reader in (HERE.manager, HERE.social_worker):
            found = await assistants(api, reader)
            assert found[str(HERE.assistant.id)]["free_places"] == free
            assert found[str(HERE.other_assistant.id)]["free_places"] == 15


async def test_who_is_blocked_has_no_free_place(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/deactivation"
    shown = (await api.as_(HERE.manager).get(f"/staff/{HERE.assistant.id}")).json()
    assert (await api.as_(HERE.manager).post(path, version=shown["version"])).is_success
    found = await assistants(api, HERE.manager)
    assert found[str(HERE.assistant.id)]["free_places"] == 0
    assert found[str(HERE.other_assistant.id)]["free_places"] == 15


async def test_the_social_worker_looks_for_a_place_too(api: Api, world: World) -> None:
    await fill(world, HERE.assistant, 1)
    assert len(await assistants(api, HERE.social_worker)) == 2
    assert str(HERE.assistant.id) not in await assistants(api, ELSEWHERE.manager)
    for person in (HERE.assistant, HERE.coordinator):
        problem_of(await api.as_(person).get("/assistants"), 403, "not_your_role")


async def test_the_list_comes_in_pages(api: Api, world: World) -> None:
    await fill(world, HERE.assistant, 1)
    manager = api.as_(HERE.manager)
    first = (await manager.get("/assistants?limit=1")).json()
    rest = (await manager.get(f"/assistants?limit=1&cursor={first['next_cursor']}")).json()
    names = [item["full_name"] for item in [*first["items"], *rest["items"]]]
    assert names == ["Joanna Wilczek", "Tomasz Borowik"]


@pytest.mark.rule("C10")
async def test_every_family_of_a_suspended_assistant_needs_a_substitute(
    api: Api, world: World
) -> None:
    _, made = await make_assigned(api, world)
    _, another = await make_assigned(api, world)
    assert await uncovered(api, HERE.assistant) == []
    await suspend(world, HERE.assistant, TODAY)
    found = await uncovered(api, HERE.assistant)
    assert {item["case_id"] for item in found} == {str(made.case), str(another.case)}
    assert {item["rule"] for item in found} == {"C10"}
    assert "art. 13 ust. 1" in found[0]["legal_basis"]


@pytest.mark.rule("C10")
async def test_a_substitute_covers_the_family_on_their_days_only(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await suspend(world, HERE.assistant, TODAY)
    body = substitution(HERE.other_assistant, TODAY + DAY, TODAY + 2 * DAY, reason="art13")
    await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", body)
    for days, families in ((0, 1), (1, 0), (2, 0), (3, 1)):
        api.clock.go_to(TODAY + days * DAY)
        assert len(await uncovered(api, HERE.assistant)) == families, days


async def test_a_substitute_who_is_suspended_covers_nobody(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    body = substitution(HERE.other_assistant, TODAY, TODAY + 2 * DAY)
    await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", body)
    await suspend(world, HERE.other_assistant, TODAY)
    (found,) = await uncovered(api, HERE.other_assistant)
    assert (found["case_id"], found["kind"]) == (str(made.case), "substitute")


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_asks_who_is_uncovered(api: Api, person: Person) -> None:
    path = f"/staff/{HERE.assistant.id}/families-without-substitute"
    problem_of(await api.as_(person).get(path), 403, "not_your_role")


async def test_another_centre_sees_none_of_these_families(api: Api, world: World) -> None:
    await make_assigned(api, world)
    await suspend(world, HERE.assistant, TODAY)
    path = f"/staff/{HERE.assistant.id}/families-without-substitute"
    problem_of(await api.as_(ELSEWHERE.manager).get(path), 404, "not_found")
