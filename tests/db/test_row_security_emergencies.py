"""Row security in an emergency: one file, read only, until its instant; each reading is noted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.domain.cases.rules import CaseState
from app.domain.emergencies.rules import EmergencyReason
from app.domain.emergencies.tables import EmergencyAccess
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from tests.factories.api import Api
from tests.factories.bodies import Place
from tests.factories.cases import MadeCase, make_case
from tests.factories.clock import TestClock
from tests.factories.commands import INTAKE, WORK
from tests.factories.databases import OneConnection
from tests.factories.emergencies import open_file
from tests.factories.people import HERE, Person, World
from tests.factories.routes import method, operations
from tests.factories.scopes import count, scope_of, system_scope
from tests.factories.walks import Walk

OTHER = HERE.other_assistant
NOW = TestClock().instant
ALMOST = timedelta(microseconds=1)
FAMILY_TABLES = ("person", "family_case", "deadline", "event")
LINKS = {"first_visit": "visit_id", "active_plan": "plan_id"}


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put two families to work; the first is opened by the other assistant for two hours."""
    made = await make_case(world, CaseState.ASSIGNED)
    await make_case(world, CaseState.ASSIGNED)
    async with world.acting() as act:
        act.add(_access(made))
    return made


def _access(made: MadeCase, person: Person = OTHER, hours: int = 2) -> EmergencyAccess:
    return EmergencyAccess(
        account_id=person.id,
        family_id=made.family,
        reason=EmergencyReason.INTERVENTION,
        justification="Nocna interwencja.",
        opened_at=NOW,
        ends_at=NOW + timedelta(hours=hours),
    )


@pytest.mark.rule("K11.1")
@pytest.mark.parametrize(
    ("person", "now", "families"),
    [
        (OTHER, NOW - ALMOST, 0),
        (OTHER, NOW, 1),
        (OTHER, NOW + timedelta(hours=2) - ALMOST, 1),
        (OTHER, NOW + timedelta(hours=2), 0),
        (OTHER, None, 0),
        (HERE.coordinator, NOW, 0),
    ],
    ids=["before", "opened", "last", "end", "no clock", "somebody else"],
)
async def test_one_family_is_seen_until_the_instant(
    database: OneConnection, made: MadeCase, person: Person, now: datetime | None, families: int
) -> None:
    async with database.begin(scope_of(person, now=now)) as session:
        assert await count(session, "family") == families
        assert await count(session, "family", "id = :id", id=made.family) == families
        assert await count(session, "family_case") == families


@pytest.mark.rule("K11.1")
async def test_nothing_in_the_file_is_written(database: OneConnection, made: MadeCase) -> None:
    async with database.begin(scope_of(OTHER, now=NOW)) as session:
        for table in ("family", *FAMILY_TABLES[:3]):
            column = "id" if table == "family" else "family_id"
            query = f'UPDATE "{table}" SET version = 1 WHERE {column} = :id'
            done = await session.execute(text(query), {"id": made.family})
            assert done.rowcount == 0, table  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "person", "may"),
    [
        (EventType.EMERGENCY_OPENED, OTHER, True),
        (EventType.EMERGENCY_OPENED, HERE.coordinator, False),
        (EventType.VISIT_RECORDED, OTHER, False),
    ],
    ids=["opened", "by somebody else", "another event"],
)
async def test_only_that_it_was_opened_is_told(
    database: OneConnection,
    world: World,
    made: MadeCase,
    kind: EventType,
    person: Person,
    *,
    may: bool,
) -> None:
    async with world.acting() as act:
        emit(act, kind, family_id=made.family, subject_id=made.case)
        (event,) = act.session.new
        act.session.expunge(event)

    async def put() -> None:
        async with database.begin(scope_of(person, now=NOW)) as session:
            session.add(event)

    if may:
        await put()
    else:
        with pytest.raises(ProgrammingError, match="row-level security"):
            await put()


@pytest.mark.rule("K11.1")
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ("ends_at = opened_at + interval '24 hours 1 second'", "hours"),
        ("reviewed_at = now(), outcome = 'justified', reviewed_by = account_id", "another_reviews"),
    ],
)
async def test_the_database_itself_refuses_more_than_a_day_and_a_review_of_ones_own(
    database: OneConnection, made: MadeCase, changes: str, constraint: str
) -> None:
    assert made.family

    async def change() -> None:
        async with database.begin(scope_of(OTHER, now=NOW)) as session:
            await session.execute(text(f"UPDATE emergency_access SET {changes}"))

    with pytest.raises(IntegrityError, match=f"ck_emergency_access_{constraint}"):
        await change()


async def test_nobody_opens_a_file_for_somebody_else(
    database: OneConnection, made: MadeCase
) -> None:
    async def put() -> None:
        async with database.begin(scope_of(HERE.coordinator, now=NOW)) as session:
            session.add(_access(made, HERE.other_coordinator))

    with pytest.raises(ProgrammingError, match="row-level security"):
        await put()


def _path(route: APIRoute, place: Place) -> str | None:
    """Fill a path with what the case has; None: it leads into no family's file."""
    known = {"case_id": str(place.made.case), "family_id": str(place.made.family)}
    known |= {"member_id": str(place.made.mother)}
    known |= {LINKS.get(k, f"{k}_id"): v for k, v in place.links.items() if v}
    names = [parameter.alias for parameter in route.dependant.path_params]
    if not names or not set(names) <= known.keys():
        return None
    return route.path.removeprefix("/api/v1").format(**known)


async def _noted(database: OneConnection) -> list[Any]:
    async with database.begin(system_scope()) as session:
        query = "SELECT * FROM audit_entry WHERE account_id = :id AND verb = 'read'"
        return list((await session.execute(text(query), {"id": HERE.other_coordinator.id})).all())


@pytest.mark.rule("K11.1")
async def test_every_reading_in_an_emergency_is_noted_with_its_purpose(
    api: Api, world: World, database: OneConnection
) -> None:
    """Each address of the file, lists too: whatever is shown leaves an entry."""
    walk = Walk(api, world, await make_case(world, CaseState.SIGNAL_RECEIVED))
    for command in (*INTAKE, *WORK):
        response = await walk.give(command, await walk.place())
        assert response.status_code < 300, (command.name, response.text)
    place, shown = await walk.place(), 0
    opened = await open_file(api, HERE.other_coordinator)
    for route in operations():
        path = _path(route, place) if method(route) == "GET" else None
        if path is None:
            continue
        before = len(await _noted(database))
        response = await api.as_(HERE.other_coordinator).get(path)
        if response.status_code == 200:
            shown += 1
            assert len(await _noted(database)) > before, f"{route.name} is read unseen"
    assert shown > 20
    for entry in await _noted(database):
        assert entry.purpose == "emergency"
        assert entry.detail == {"emergency_id": opened["id"]}


async def test_what_is_ones_own_is_read_for_no_emergency(
    api: Api, database: OneConnection, made: MadeCase
) -> None:
    assert (await api.as_(HERE.assistant).get(f"/families/{made.family}")).status_code == 200
    async with database.begin(system_scope()) as session:
        assert await count(session, "audit_entry", "purpose = 'emergency'") == 0
        assert await count(session, "audit_entry", "verb = 'read'") > 0
