"""Unusual access reaches the manager: noted by the nightly job, on the worklist until looked at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.cli_signs import note_signs
from app.domain.oversight import service
from app.domain.oversight.rules import UnusualSign
from app.domain.oversight.tables import AccessSign
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_family
from tests.factories.databases import OneConnection
from tests.factories.looking import read_at
from tests.factories.people import ELSEWHERE, HERE, Person, World

MONDAY_NIGHT, MONDAY = "2026-03-09T22:00:00+01:00", "2026-03-09T10:00:00+01:00"
TODAY_NIGHT = "2026-03-10T06:00:00+01:00"  # the clock stands at 10:00 of this Tuesday
FOUND = {"finding": "not_justified", "note": "Rozmowa z pracownikiem; upomnienie na piśmie."}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three signs be a batch, so that two runs of the loop are needed."""
    monkeypatch.setattr("app.cli_signs.MOST_NOTED", 3)
    monkeypatch.setattr("app.domain.oversight.rules.MOST_NOTED", 3)


async def _family(world: World, **changes: Any) -> UUID:
    async with world.acting() as act:
        return (await make_family(act, **changes)).id


async def _night(database: OneConnection, api: Api, town: Any = HERE) -> int:
    return await note_signs(database, town.id, api.clock.instant, lambda: None)


async def _desk(api: Api, person: Person = HERE.manager) -> list[dict[str, Any]]:
    shown = (await api.as_(person).get("/worklist")).json()
    assert shown["counts"]["access_signs"] == len(shown["access_signs"])
    return list(shown["access_signs"])


async def _count(world: World, sql: str) -> Any:
    async with world.acting() as act:
        return await act.session.scalar(text(sql))


@pytest.mark.rule("K9.1")
async def test_what_stands_out_is_on_the_managers_worklist_until_looked_at(
    api: Api, world: World, database: OneConnection
) -> None:
    family = await _family(world)
    await read_at(world, HERE.assistant, family, MONDAY_NIGHT)
    await read_at(world, HERE.assistant, family, MONDAY_NIGHT)
    assert await _desk(api) == [], "the worklist does not look through the audit"
    assert await _night(database, api) == 1
    (sign,) = await _desk(api)
    assert (sign["sign"], sign["times"], sign["day"]) == ("outside_hours", 2, "2026-03-09")
    assert sign["person"]["id"] == str(HERE.assistant.id)
    assert (sign["family_id"], sign["first_at"]) == (str(family), "2026-03-09T21:00:00.000000Z")
    path = f"/access-signs/{sign['id']}"
    done = await api.as_(HERE.manager).post(f"{path}/review", FOUND, version=1)
    assert done.status_code == 200, done.text
    seen = done.json()
    assert (seen["finding"], seen["review_note"]) == (FOUND["finding"], FOUND["note"])
    assert seen["reviewed_by"]["id"] == str(HERE.manager.id)
    assert seen["reviewed_at"].startswith("2026-03-10T09:00:00")
    assert await _desk(api) == []
    assert await _night(database, api) == 0, "what was looked at is not noted again"
    again = await api.as_(HERE.manager).post(f"{path}/review", FOUND, version=2)
    problem_of(again, 409, "K9.1")


@pytest.mark.rule("K9.1")
async def test_a_second_run_notes_nothing_twice(
    api: Api, world: World, database: OneConnection
) -> None:
    families = [await _family(world) for _ in range(4)]
    for family in families:
        await read_at(world, HERE.assistant, family, MONDAY_NIGHT)
    assert await _night(database, api) == 4, "in two batches"
    assert await _night(database, api) == 0
    assert len(await _desk(api)) == 4
    api.clock.travel(days=1)
    assert await _night(database, api) == 0


async def test_the_database_itself_refuses_a_sign_twice(world: World) -> None:
    async with world.acting() as act:
        said: dict[str, Any] = {"day": act.today, "first_at": act.now, "last_at": act.now}
        said |= {"account_id": HERE.assistant.id, "sign": UnusualSign.MANY_FAMILIES, "times": 41}
        act.add(AccessSign(**said))
        await act.flush()
        act.add(AccessSign(**said))
        with pytest.raises(Exception, match="access_sign_once"):
            await act.flush()


async def test_what_a_stopped_run_has_noted_stays_and_the_next_goes_on(
    api: Api, world: World, database: OneConnection
) -> None:
    for family in [await _family(world) for _ in range(5)]:
        await read_at(world, HERE.assistant, family, MONDAY_NIGHT)
    async with world.acting() as act:
        assert await service.note_signs(act, act.today - timedelta(1)) == 3
    assert await _night(database, api) == 2
    assert len(await _desk(api)) == 5


@pytest.mark.parametrize(
    ("at", "noted"),
    [
        (TODAY_NIGHT, 0),  # this day is not over
        (MONDAY_NIGHT, 1),
        ("2026-03-03T05:00:00+01:00", 1),  # seven days back
        ("2026-03-02T23:59:59+01:00", 0),
    ],
)
async def test_the_seven_days_before_today_are_looked_at(
    api: Api, world: World, database: OneConnection, at: str, noted: int
) -> None:
    await read_at(world, HERE.assistant, await _family(world), at)
    assert await _night(database, api) == noted


async def test_many_families_are_one_sign_without_a_family(
    api: Api, world: World, database: OneConnection
) -> None:
    said = {"valid_from": "2026-03-10", "unusual_families_a_day": 1}
    assert (await api.as_(HERE.manager).post("/centre/settings", said)).status_code == 201
    for family in [await _family(world) for _ in range(2)]:
        await read_at(world, HERE.assistant, family, MONDAY)
    assert await _night(database, api) == 1
    (sign,) = await _desk(api)
    assert (sign["sign"], sign["family_id"], sign["times"]) == ("many_families", None, 2)


async def test_an_emergency_is_no_second_task(
    api: Api, world: World, database: OneConnection
) -> None:
    await read_at(world, HERE.coordinator, await _family(world), MONDAY, "emergency")
    assert await _night(database, api) == 0


async def test_what_a_machine_client_did_is_no_task(
    api: Api, world: World, database: OneConnection
) -> None:
    family = await _family(world)
    await read_at(world, HERE.assistant, family, MONDAY_NIGHT)
    await read_at(world, replace(HERE.assistant, name="machine"), family, MONDAY_NIGHT)
    assert await _night(database, api) == 1


@pytest.mark.rule("K9.1")
async def test_nobody_judges_their_own_access(
    api: Api, world: World, database: OneConnection
) -> None:
    await read_at(world, HERE.manager, await _family(world), MONDAY_NIGHT)
    assert await _night(database, api) == 1
    assert await _desk(api) == []
    manager = api.as_(HERE.manager)
    (sign,) = (await manager.get("/access-signs?reviewed=false")).json()["items"]
    path = f"/access-signs/{sign['id']}/review"
    problem_of(await manager.post(path, FOUND, version=1), 409, "K9.1")
    assert (await manager.get("/access-signs?reviewed=true")).json()["items"] == []


async def test_noting_and_looking_are_told_and_audited_at_once(
    api: Api, world: World, database: OneConnection
) -> None:
    await read_at(world, HERE.assistant, await _family(world), MONDAY_NIGHT)
    await _night(database, api)
    (sign,) = await _desk(api)
    path = f"/access-signs/{sign['id']}/review"
    await api.as_(HERE.manager).post(path, FOUND, version=1)
    told = (
        "SELECT array_agg(type::text ORDER BY id) FROM office_event WHERE type LIKE 'access_sign%'"
    )
    assert await _count(world, told) == ["access_sign_noted", "access_sign_reviewed"]
    audited = "SELECT array_agg(verb ORDER BY position) FROM audit_entry WHERE subject_id = '{}'"
    assert await _count(world, audited.format(sign["id"])) == ["insert", "update", "read"]


async def test_another_centre_has_its_own_signs(
    api: Api, world: World, database: OneConnection
) -> None:
    await read_at(world, HERE.assistant, await _family(world), MONDAY_NIGHT)
    assert await _night(database, api, ELSEWHERE) == 0
    await _night(database, api)
    (sign,) = await _desk(api)
    assert await _desk(api, ELSEWHERE.manager) == []
    other = api.as_(ELSEWHERE.manager)
    problem_of(await other.get(f"/access-signs/{sign['id']}"), 404, "not_found")
    for person in (HERE.assistant, HERE.social_worker, HERE.coordinator):
        assert await _desk(api, person) == []
        problem_of(await api.as_(person).get("/access-signs"), 403, "not_your_role")
