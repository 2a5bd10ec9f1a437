"""Managers see who looked at a family and what was changed, and which access stands out."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.oversight import rules
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case, make_family
from tests.factories.looking import read_at, searched_at
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.rights import package_of

TUESDAY = "2026-03-10T10:00:00+01:00"
SETTINGS = {"valid_from": "2026-03-10", "unusual_families_a_day": 3}


async def _family(world: World, **changes: Any) -> UUID:
    async with world.acting() as act:
        return (await make_family(act, **changes)).id


async def _unusual(api: Api, query: str = "day_from=2026-03-09&day_to=2026-03-11") -> list[Any]:
    answer = await api.as_(HERE.manager).get(f"/audit/unusual?{query}")
    assert answer.status_code == 200, answer.text
    return [
        (i["sign"], i["person"]["id"], i["family_id"], i["times"]) for i in answer.json()["items"]
    ]


@pytest.mark.rule("K9")
async def test_the_manager_sees_who_looked_and_who_changed_what(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    path = f"/families/{made.family}"
    read = await api.as_(HERE.assistant).get(path)
    version = read.json()["version"]
    change = {"phone": "+48 600 100 200", "district_id": str(HERE.other_district)}
    done = await api.as_(HERE.social_worker).patch(path, change, version=version)
    assert done.status_code == 200, done.text
    shown = (await api.as_(HERE.manager).get(f"{path}/audit")).json()["items"]
    looked = [i for i in shown if i["agent"]["person"] and i["action"] == "read"]
    assert HERE.assistant.id in {UUID(i["agent"]["person"]["id"]) for i in looked}
    (changed,) = [i for i in shown if i["action"] == "update"]
    assert changed["agent"]["person"]["id"] == str(HERE.social_worker.id)
    assert (changed["operation"], changed["outcome"]) == ("change_family", "success")
    assert changed["purpose_of_event"] == "casework"
    assert changed["changes"] == [
        {
            "field": "district_id",
            "before": str(HERE.district),
            "after": str(HERE.other_district),
            "sensitive": False,
        },
        {"field": "phone", "before": None, "after": None, "sensitive": True},
    ]


@pytest.mark.rule("K9")
async def test_a_package_that_was_put_together_is_in_the_familys_audit(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await package_of(api, made.mother)
    shown = (await api.as_(HERE.manager).get(f"/families/{made.family}/audit")).json()["items"]
    (put,) = [i for i in shown if i["operation"] == "show_person_package"]
    assert (put["action"], put["purpose_of_event"]) == ("read", "subject_access")
    assert put["agent"]["person"]["id"] == str(HERE.manager.id)
    assert put["entity"]["type"] == "rights_request"


async def test_the_list_is_filtered_by_person_and_period(api: Api, world: World) -> None:
    family = await _family(world)
    await read_at(world, HERE.assistant, family, "2026-03-09T23:30:00Z")  # the 10th in Warsaw
    await read_at(world, HERE.coordinator, family, "2026-03-11T10:00:00Z")
    manager, path = api.as_(HERE.manager), f"/families/{family}/audit"

    async def people(query: str) -> list[str]:
        items = (await manager.get(f"{path}?{query}")).json()["items"]
        return [i["agent"]["person"]["id"] for i in items if i["agent"]["person"]]

    first, second = str(HERE.assistant.id), str(HERE.coordinator.id)
    assert await people("day_from=2026-03-10&day_to=2026-03-11") == [second, first]
    assert await people("day_from=2026-03-10&day_to=2026-03-10") == [first]
    assert await people("day_from=2026-03-11&day_to=2026-03-11") == [second]
    assert await people("day_to=2026-03-09") == []
    assert await people(f"person_id={first}&day_to=2026-03-11") == [first]


async def test_another_centres_family_has_no_audit_here(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED, ELSEWHERE)
    answer = await api.as_(HERE.manager).get(f"/families/{made.family}/audit")
    problem_of(answer, 404, "not_found")


async def test_looking_at_the_audit_is_noted_and_not_shown(api: Api, world: World) -> None:
    family = await _family(world)
    manager = api.as_(HERE.manager)
    first = (await manager.get(f"/families/{family}/audit")).json()
    assert (await manager.get(f"/families/{family}/audit")).json() == first
    async with world.acting() as act:
        noted = await act.session.scalar(
            text("SELECT count(*) FROM audit_entry WHERE family_id = :id AND verb = 'read'"),
            {"id": family},
        )
    assert noted == 2


async def test_ones_own_name_stands_out(api: Api, world: World) -> None:
    own, double = (
        await _family(world, surname="ZALESKA"),
        await _family(world, surname="Nowak-Zaleska"),
    )
    other = await _family(world, surname="Zaleskowska")
    for family in (own, double, other):
        await read_at(world, HERE.social_worker, family, TUESDAY)
    await read_at(world, HERE.assistant, own, TUESDAY)
    found = await _unusual(api)
    me = str(HERE.social_worker.id)
    assert sorted(found) == sorted(("own_name", me, str(f), 1) for f in (own, double))


async def test_many_families_stand_out_beyond_the_setting(api: Api, world: World) -> None:
    manager = api.as_(HERE.manager)
    assert (await manager.post("/centre/settings", SETTINGS)).status_code == 201
    families = [await _family(world) for _ in range(4)]
    for family in families[:3]:
        await read_at(world, HERE.assistant, family, TUESDAY)
        await read_at(world, HERE.assistant, family, TUESDAY)
        await read_at(world, HERE.coordinator, family, TUESDAY)
    assert await _unusual(api) == [], "three are what the centre has set, however often"
    await read_at(world, HERE.assistant, families[3], "2026-03-11T10:00:00+01:00")
    assert await _unusual(api) == [], "a day is a day"
    await read_at(world, HERE.assistant, families[3], TUESDAY)
    assert await _unusual(api) == [("many_families", str(HERE.assistant.id), None, 4)]
    assert await _unusual(api, "sign=own_name") == []


@pytest.mark.parametrize(
    ("at", "stands_out"),
    [
        ("2026-03-10T08:00:00+01:00", False),
        ("2026-03-10T07:59:59+01:00", True),
        ("2026-03-10T20:00:00+01:00", False),
        ("2026-03-10T20:00:01+01:00", True),
        ("2026-03-07T12:00:00+01:00", True),  # a Saturday
        ("2026-03-06T12:00:00+01:00", False),
    ],
)
async def test_the_centres_hours_are_kept(
    api: Api, world: World, at: str, stands_out: bool
) -> None:
    family = await _family(world)
    await read_at(world, HERE.assistant, family, at)
    found = await _unusual(api, "day_from=2026-03-01&day_to=2026-03-10")
    expected = [("outside_hours", str(HERE.assistant.id), str(family), 1)]
    assert found == (expected if stands_out else [])


async def test_a_machine_client_reads_at_any_hour(api: Api, world: World) -> None:
    machine = replace(HERE.assistant, name="machine")
    await read_at(world, machine, await _family(world), "2026-03-07T23:00:00+01:00")
    assert await _unusual(api, "day_from=2026-03-01&day_to=2026-03-10") == []


async def test_emergency_access_stands_out(api: Api, world: World) -> None:
    family = await _family(world)
    await read_at(world, HERE.coordinator, family, TUESDAY, "emergency")
    await read_at(world, HERE.coordinator, family, TUESDAY)
    assert await _unusual(api) == [("no_link", str(HERE.coordinator.id), str(family), 2)]


@pytest.mark.rule("K9")
@pytest.mark.parametrize(("more", "signs"), [(0, 0), (1, 1)])
async def test_many_searches_of_a_day_stand_out(
    api: Api, world: World, more: int, signs: int
) -> None:
    times = rules.SEARCHES_A_DAY + more
    await searched_at(world, HERE.social_worker, TUESDAY, times)
    await searched_at(world, HERE.social_worker, "2026-03-09T10:00:00+01:00", 1)
    found = [("many_searches", str(HERE.social_worker.id), None, times)] * signs
    assert await _unusual(api) == found


@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker, HERE.coordinator])
async def test_only_managers_see_the_audit(api: Api, person: Person) -> None:
    for path in (f"/families/{uuid4()}/audit", "/audit/unusual"):
        problem_of(await api.as_(person).get(path), 403, "not_your_role")
