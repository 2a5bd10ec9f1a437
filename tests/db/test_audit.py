"""The audit: every change and every reading leaves an entry, and no entry repeats a value."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.schema import OWNER_ROLE, UNCHANGEABLE
from app.db.views import One
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.families.tables import Family
from app.domain.families.tables import Person as Member
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection, of_database
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count, scope_of, system_scope

SETTINGS = {"valid_from": "2026-04-01", "family_limit": 10}


async def _entries(database: OneConnection, where: str, **values: Any) -> list[Any]:
    async with database.begin(system_scope()) as session:
        query = f"SELECT * FROM audit_entry WHERE {where} ORDER BY id"
        return list((await session.execute(text(query), values)).all())


async def test_a_command_leaves_who_what_when_and_in_which_request(
    api: Api, database: OneConnection
) -> None:
    answer = await api.as_(HERE.manager).post("/centre/settings", SETTINGS)
    assert answer.status_code == 201
    request = UUID(answer.headers["x-request-id"])
    (entry,) = await _entries(database, "request_id = :id", id=request)
    assert entry.account_id == HERE.manager.id
    assert entry.centre_id == HERE.id
    assert (entry.operation, entry.verb) == ("change_settings", "insert")
    assert (entry.subject, str(entry.subject_id)) == ("centre_settings", answer.json()["id"])
    assert entry.at is not None
    assert entry.changed is None


@pytest.mark.parametrize("table", sorted(UNCHANGEABLE))
@pytest.mark.parametrize("command", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}"])
async def test_the_owner_of_the_audit_changes_nothing_of_it(
    database_url: str, superuser_url: str, table: str, command: str
) -> None:
    name = str(make_url(database_url).database)
    owner = await asyncpg.connect(
        of_database(superuser_url, name), server_settings={"role": OWNER_ROLE}
    )
    try:
        for statement in (command.format(table), f"TRUNCATE {table}"):
            change = owner.transaction()
            await change.start()
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is append-only"):
                await owner.execute(statement)
            await change.rollback()
    finally:
        await owner.close()


async def test_a_change_names_its_columns_and_no_values(
    database: OneConnection, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    scope = scope_of(HERE.assistant)
    async with database.begin(scope) as session:
        family = await session.get_one(Family, (HERE.id, made.family))
        family.phone, family.street = "+48 600 100 200", "ul. Nowa 5"
    (entry,) = await _entries(database, "request_id = :id", id=scope.request)
    assert (entry.subject, entry.verb) == ("family", "update")
    assert entry.changed == ["phone", "street"], "the version is raised with every change"
    assert entry.family_id == made.family
    assert entry.account_id == HERE.assistant.id
    said = " ".join(str(value) for value in entry)
    for value in ("600 100 200", "ul. Nowa 5", "Źródlana"):
        assert value not in said


async def test_a_change_says_what_was_and_what_is(database: OneConnection, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    scope = scope_of(HERE.manager)
    async with database.begin(scope) as session:
        family = await session.get_one(Family, (HERE.id, made.family))
        family.district_id, family.homeless, family.surname = HERE.other_district, True, "Nowak"
        family.last_registration_gmina = "2061011"
        case = await session.get_one(Case, (HERE.id, made.case))
        case.closed_on = scope.today
    noted = await _entries(database, "request_id = :id", id=scope.request)
    assert {entry.subject: entry.detail for entry in noted} == {
        "family": {
            "values": {
                "district_id": [str(HERE.district), str(HERE.other_district)],
                "homeless": [False, True],
                "last_registration_gmina": [None, "2061011"],
                "sort_name": None,
                "surname": None,
            }
        },
        "family_case": {"values": {"closed_on": [None, scope.today.isoformat()]}},
    }
    for entry in noted:
        assert entry.changed == sorted(entry.detail["values"])
        assert entry.purpose == "supervision"


async def test_a_changed_pesel_is_noted_without_the_number(
    database: OneConnection, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    scope = scope_of(HERE.assistant)
    async with database.begin(scope) as session:
        mother = await session.get_one(Member, (HERE.id, made.mother))
        mother.pesel, mother.participates = "92041112344", False
    (entry,) = await _entries(database, "request_id = :id", id=scope.request)
    assert entry.detail == {
        "values": {"pesel": None, "pesel_index": None, "participates": [True, False]}
    }
    assert entry.purpose == "casework"


async def test_a_raised_version_alone_has_no_values(database: OneConnection, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    async with world.acting() as act:
        case = await act.lock(Case, made.case)
        act.touch(case)
    noted = await _entries(database, "subject_id = :id AND verb = 'update'", id=made.case)
    assert [(entry.changed, entry.detail) for entry in noted] == [([], None)]
    assert [entry.purpose for entry in noted] == ["system"]


async def test_every_row_of_a_command_is_noted_with_its_family(
    database: OneConnection, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    noted = await _entries(database, "family_id = :id", id=made.family)
    for row in (made.family, made.case, made.mother, made.child):
        assert [(e.verb, e.changed) for e in noted if e.subject_id == row] == [("insert", None)]
    assert {"family", "family_case", "person"} <= {entry.subject for entry in noted}
    assert {entry.operation for entry in noted} == {"test_factory"}


async def test_a_refused_command_leaves_nothing(api: Api, database: OneConnection) -> None:
    before = await _entries(database, "true")
    wrong = SETTINGS | {"family_limit": 16}
    problem_of(await api.as_(HERE.manager).post("/centre/settings", wrong), 422, "C13")
    assert len(await _entries(database, "true")) == len(before)


async def test_a_failure_at_the_end_takes_the_entries_with_it(
    database: OneConnection, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    scope = scope_of(HERE.assistant)
    async with database.begin(scope) as session:
        (await session.get_one(Family, (HERE.id, made.family))).phone = "+48 600 100 200"
        await session.flush()
        assert await count(session, "audit_entry", "request_id = :id", id=scope.request) == 1
        await session.rollback()
    assert await _entries(database, "request_id = :id", id=scope.request) == []


async def test_reading_a_file_is_noted(database: OneConnection, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    view = One(
        "SELECT c.id, c.version FROM family_case c WHERE c.id = :id::uuid"
        " AND app.note_reading(c.family_id, 'family_case', c.id)"
    )
    scope = scope_of(HERE.assistant, operation="show_case")
    assert await database.read(scope, view, id=made.case)
    (entry,) = await _entries(database, "request_id = :id", id=scope.request)
    assert (entry.verb, entry.subject, entry.operation) == ("read", "family_case", "show_case")
    assert (entry.subject_id, entry.family_id) == (made.case, made.family)
    assert entry.account_id == HERE.assistant.id


async def test_what_one_may_not_read_is_not_noted_as_read(
    database: OneConnection, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    view = One(
        "SELECT c.id, c.version FROM family_case c WHERE c.id = :id::uuid"
        " AND app.note_reading(c.family_id, 'family_case', c.id)"
    )
    scope = scope_of(HERE.other_assistant)
    assert await database.read(scope, view, id=made.case) is None
    assert await _entries(database, "request_id = :id", id=scope.request) == []


async def test_an_act_of_a_service_is_noted_once_per_row(
    database: OneConnection, world: World, clock: TestClock
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    async with world.acting() as act:
        case = await act.lock(Case, made.case)
        case.closed_on = clock.today
        await act.flush()
        await act.session.refresh(case)
        assert case.version == made.version + 1
    noted = await _entries(database, "subject_id = :id AND verb = 'update'", id=made.case)
    assert [entry.changed for entry in noted] == [["closed_on"]]


async def test_the_audit_of_another_centre_is_not_ours_to_read(
    database: OneConnection, world: World
) -> None:
    await make_case(world, CaseState.ASSIGNED, ELSEWHERE)
    async with database.begin(scope_of(HERE.manager)) as session:
        assert await count(session, "audit_entry", "centre_id <> :id", id=HERE.id) == 0
