"""Row security of every table, command and relation: who sees, changes, adds which rows (K11)."""

import json
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import metadata
from app.db.schema import SCOPE_TABLES, is_append_only
from app.db.sensitive import erased_columns
from app.domain import rooms
from app.domain.actor import Role
from tests.factories.every_table import (
    FAMILIES,
    SEEN,
    acting_as,
)
from tests.factories.people import ELSEWHERE, HERE, Person
from tests.factories.scopes import system_scope

list(rooms("tables"))
TABLES = [table for table in metadata().sorted_tables if table.name != "centre"]
CHANGED = [table for table in TABLES if not is_append_only(table)]
EMPTIED = [
    table
    for table in TABLES
    if is_append_only(table) and "family_id" in table.columns and erased_columns(table)
]
OF_PEOPLE = [table for table in CHANGED if not table.info.get("of_the_system")]
SYSTEM = system_scope()
NAMES = {family.id: family.name for family in FAMILIES}


def _name(table: Table) -> str:
    return table.name


def _of_a_family(table: Table) -> bool:
    of_one = "family_id" in table.columns and table.name not in SCOPE_TABLES
    of_one = of_one and "readers" not in table.info
    return of_one or table.name == "family"


def _narrowed(table: Table, person: Person) -> bool:
    return "readers" in table.info and Role.MANAGER not in person.roles


def _family(table: Table) -> str:
    return "id" if table.name == "family" else "family_id" if _of_a_family(table) else "NULL::uuid"


def _expected(table: Table, person: Person) -> set[tuple[object, str | None]]:
    if _of_a_family(table):
        return {(person.centre, name) for name in SEEN[person]}
    if table.info.get("of_the_system"):
        return set()
    if _narrowed(table, person) and table.name != "register_check":
        return (
            set()
        )  # the people whom our rows name are nobody's; everybody's registers are checked
    return {(person.centre, None)}


async def _rows(connection: Any, table: Table) -> list[Any]:
    query = (
        f'SELECT centre_id, {_family(table)} AS family, to_json(t) AS said FROM "{table.name}" t'
    )
    return list(await connection.fetch(query))


@pytest.mark.rule("K11")
@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_a_person_sees_the_rows_of_their_scope_and_no_other(
    superuser: Any, table: Table
) -> None:
    for person in SEEN:
        async with acting_as(superuser, person):
            found = {
                (row["centre_id"], NAMES.get(row["family"]))
                for row in await _rows(superuser, table)
            }
        assert found == _expected(table, person), f"{table.name} as {person.name}"


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_without_a_scope_there_is_nothing(superuser: Any, table: Table) -> None:
    assert await _rows(superuser, table), "the superuser sees the rows"
    async with acting_as(superuser, None):
        assert not await _rows(superuser, table)


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_the_owner_of_a_table_is_bound_as_well(superuser: Any, table: Table) -> None:
    async with acting_as(superuser, None):
        await superuser.execute("SET LOCAL ROLE asysta_owner")
        assert not await _rows(superuser, table), f"{table.name}: FORCE ROW LEVEL SECURITY."


@pytest.mark.parametrize("table", CHANGED, ids=_name)
async def test_a_person_changes_the_rows_of_their_scope_and_no_other(
    superuser: Any, table: Table
) -> None:
    for person in SEEN:
        async with acting_as(superuser, person):
            seen = 0 if _narrowed(table, person) else len(await _rows(superuser, table))
            # No column is read, so that the policy of UPDATE decides alone.
            done = await superuser.execute(f'UPDATE "{table.name}" SET centre_id = app.centre()')
        assert done == f"UPDATE {seen}", f"{table.name} as {person.name}"


async def _refused(
    connection: Any, table: Table, person: Person, statement: str, *values: Any
) -> None:
    """Expect row security to refuse; it speaks before any key, check or trigger could."""
    hidden = f'row-level security policy for table "{table.name}"'
    async with acting_as(connection, person):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=hidden):
            await connection.execute(statement, *values)


@pytest.mark.parametrize("table", OF_PEOPLE, ids=_name)
async def test_a_row_moves_to_no_other_centre_and_to_no_hidden_family(
    superuser: Any, table: Table
) -> None:
    move = f'UPDATE "{table.name}" SET '
    await _refused(superuser, table, HERE.manager, f"{move} centre_id = $1", ELSEWHERE.id)
    if _of_a_family(table) and table.name != "family":
        hidden = next(family.id for family in FAMILIES if family.name == "colleague's")
        await _refused(superuser, table, HERE.assistant, f"{move} family_id = $1", hidden)
    if table.name == "family":
        # Whoever names a row they see must see what becomes of it: the policy of SELECT says so.
        away = f"{move} district_id = NULL WHERE district_id IS NOT NULL"
        await _refused(superuser, table, HERE.social_worker, away)


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_a_row_is_added_to_no_other_centre_and_to_no_hidden_family(
    superuser: Any, table: Table
) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns if c.computed is None)
    add = (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
        f' FROM jsonb_populate_record(NULL::"{table.name}", $1)'
    )
    said = {
        (row["centre_id"], NAMES.get(row["family"])): row["said"]
        for row in await _rows(superuser, table)
    }
    hidden = "colleague's" if _of_a_family(table) else None
    abroad = "elsewhere" if _of_a_family(table) else None
    await _refused(superuser, table, HERE.manager, add, said[ELSEWHERE.id, abroad])
    await _refused(superuser, table, HERE.assistant, add, said[ELSEWHERE.id, abroad])
    if hidden and table.name != "family":  # whoever searched may record a new one
        await _refused(superuser, table, HERE.assistant, add, said[HERE.id, hidden])
        moved = json.dumps(json.loads(said[HERE.id, "own"]) | {"centre_id": str(ELSEWHERE.id)})
        await _refused(superuser, table, HERE.manager, add, moved)
    if table.info.get("of_the_system"):
        await _refused(superuser, table, HERE.manager, add, said[HERE.id, hidden])
    async with acting_as(superuser, SYSTEM if table.info.get("of_the_system") else HERE.manager):
        with pytest.raises(asyncpg.UniqueViolationError):
            await superuser.execute(add, said[HERE.id, hidden])


@pytest.mark.parametrize("table", [t for t in TABLES if t.info.get("writers")], ids=_name)
async def test_a_row_is_written_in_nobody_elses_name(superuser: Any, table: Table) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    add = (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
        f' FROM jsonb_populate_record(NULL::"{table.name}", $1)'
    )
    said = next(r["said"] for r in await _rows(superuser, table) if r["centre_id"] == HERE.id)

    def by(person: Person) -> str:
        names = dict.fromkeys(table.info["writers"], str(person.id))
        return json.dumps(json.loads(said) | names)

    await _refused(superuser, table, HERE.assistant, add, by(HERE.social_worker))
    async with acting_as(superuser, HERE.assistant):
        with pytest.raises(asyncpg.UniqueViolationError):
            await superuser.execute(add, by(HERE.assistant))


@pytest.mark.parametrize("table", [t for t in TABLES if t.info.get("writers") == ()], ids=_name)
async def test_a_register_of_the_manager_is_written_by_nobody_else(
    superuser: Any, table: Table
) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    add = (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
        f' FROM jsonb_populate_record(NULL::"{table.name}", $1)'
    )
    said = next(r["said"] for r in await _rows(superuser, table) if r["centre_id"] == HERE.id)
    for person in (HERE.assistant, HERE.administrator):
        await _refused(superuser, table, person, add, said)


@pytest.mark.parametrize("table", [t for t in CHANGED if "version" in t.columns], ids=_name)
async def test_a_change_raises_the_version_and_is_noted(superuser: Any, table: Table) -> None:
    version = f'SELECT id, version FROM "{table.name}" ORDER BY id LIMIT 1'
    async with acting_as(superuser, SYSTEM if table.info.get("of_the_system") else HERE.manager):
        before = await superuser.fetchrow(version)
        await superuser.execute(f'UPDATE "{table.name}" SET created_at = created_at')
        assert await superuser.fetchrow(version) == (before["id"], before["version"] + 1)
        noted = await superuser.fetchval(
            "SELECT count(*) FROM audit_entry WHERE subject = $1 AND subject_id = $2"
            " AND verb = 'update' AND operation = 'test'",
            *(table.name, before["id"]),
        )
    assert noted == (1 if table.info.get("audited", True) else 0)


@pytest.mark.parametrize("table", EMPTIED, ids=_name)
async def test_what_is_written_once_is_emptied_of_erased_files_alone(
    superuser: Any, table: Table
) -> None:
    column = table.c[erased_columns(table)[0]]
    empty = "'[]'" if isinstance(column.type, JSONB) else "'{}'"
    erased = [family.id for family in FAMILIES if family.name in {"own", "elsewhere"}]
    transaction = superuser.transaction()
    await transaction.start()
    await superuser.execute("SET LOCAL session_replication_role = replica")
    await superuser.execute("DELETE FROM erased_file WHERE family_id <> ALL ($1)", erased)
    changed = {}
    for person in (HERE.manager, HERE.assistant, ELSEWHERE.manager):
        async with acting_as(superuser, person):
            done = await superuser.execute(f'UPDATE "{table.name}" SET {column.name} = {empty}')
            changed[person.centre, person.name] = done
    await transaction.rollback()
    assert list(changed.values()) == ["UPDATE 1", "UPDATE 0", "UPDATE 1"]


@pytest.mark.parametrize("name", ["register_check", "staff_suspension", "audit_entry"])
async def test_what_is_narrower_than_the_centre_is_for_whom_it_names_alone(
    superuser: Any, name: str
) -> None:
    people = (HERE.manager, HERE.administrator, HERE.assistant, HERE.other_assistant)
    own = f"UPDATE {name} SET account_id = $1 WHERE centre_id = $2"
    seen = set()
    transaction = superuser.transaction()
    await transaction.start()
    await superuser.execute("SET LOCAL session_replication_role = replica")
    await superuser.execute(own, HERE.assistant.id, HERE.id)
    for person in people:
        async with acting_as(superuser, person):
            if await superuser.fetchval(f"SELECT count(*) FROM {name}"):
                seen.add(person.name)
    await transaction.rollback()
    assert (
        seen
        == {
            "register_check": {"manager", "administrator", "assistant"},
            "staff_suspension": {"manager"},
            "audit_entry": {"manager", "assistant"},
        }[name]
    )


@pytest.mark.parametrize("name", ["register_check", "staff_suspension", "centre_key"])
async def test_who_keeps_accounts_writes_nothing_of_what_is_not_theirs(
    superuser: Any, name: str
) -> None:
    async with acting_as(superuser, HERE.administrator):
        done = await superuser.execute(f"UPDATE {name} SET centre_id = app.centre()")
    assert done == "UPDATE 0"


async def test_the_system_reads_the_keys_of_its_centre(superuser: Any) -> None:
    async with acting_as(superuser, SYSTEM):
        found = await superuser.fetch("SELECT DISTINCT centre_id FROM centre_key")
    assert [row["centre_id"] for row in found] == [HERE.id]
