"""What row security says of changes that the rows themselves would allow: away, abroad, renamed.

No statement here reads a column, so that the policy of the command decides alone.
"""

import json
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table

from app.db.base import metadata
from app.db.schema import is_append_only
from app.db.session import Scope
from app.domain import rooms
from tests.factories.every_table import acting_as
from tests.factories.people import ELSEWHERE, HERE, Person
from tests.factories.scopes import system_scope

list(rooms("tables"))
TABLES = metadata().sorted_tables
OF_THE_SYSTEM = [table for table in TABLES if table.info.get("of_the_system")]
CHANGED_BY_SYSTEM = [table for table in OF_THE_SYSTEM if not is_append_only(table)]
OF_THEIR_WRITERS = [t for t in TABLES if t.info.get("writers") and not is_append_only(t)]
TRANSIENT = [table for table in TABLES if table.info.get("transient")]
SYSTEM = system_scope()


def _name(table: Table) -> str:
    return table.name


async def _refused(
    connection: Any, table: str, who: Person | Scope, statement: str, *values: Any
) -> None:
    async with acting_as(connection, who):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f'policy for table "{table}"'):
            await connection.execute(statement, *values)


async def _count(connection: Any, table: Table) -> int:
    query = f'SELECT count(*) FROM "{table.name}" WHERE centre_id = $1'
    found: int = await connection.fetchval(query, HERE.id)
    return found


@pytest.mark.parametrize("table", OF_THE_SYSTEM, ids=_name)
async def test_the_system_of_one_centre_adds_nothing_to_another(
    superuser: Any, table: Table
) -> None:
    query = f'SELECT to_json(t) FROM "{table.name}" t WHERE centre_id = $1 LIMIT 1'
    abroad = await superuser.fetchval(query, ELSEWHERE.id)
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    add = (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
        f' FROM jsonb_populate_record(NULL::"{table.name}", $1)'
    )
    await _refused(superuser, table.name, SYSTEM, add, abroad)
    here = json.dumps(json.loads(abroad) | {"centre_id": str(HERE.id)})
    async with acting_as(superuser, SYSTEM):
        assert await superuser.execute(add, here) == "INSERT 0 1"


@pytest.mark.parametrize("table", CHANGED_BY_SYSTEM, ids=_name)
async def test_the_system_of_one_centre_changes_and_moves_its_own_rows_alone(
    superuser: Any, table: Table
) -> None:
    ours = await _count(superuser, table)
    async with acting_as(superuser, SYSTEM):
        done = await superuser.execute(f'UPDATE "{table.name}" SET centre_id = app.centre()')
    assert (done, ours > 0) == (f"UPDATE {ours}", True)
    move = f'UPDATE "{table.name}" SET centre_id = $1'
    await _refused(superuser, table.name, SYSTEM, move, ELSEWHERE.id)


@pytest.mark.parametrize("who", [SYSTEM, HERE.manager], ids=["system", "manager"])
async def test_another_centre_is_neither_changed_nor_made(
    superuser: Any, who: Person | Scope
) -> None:
    rename = "UPDATE centre SET name = $2 WHERE id = $1"
    await _refused(superuser, "centre", who, rename, ELSEWHERE.id, "Inny ośrodek")
    async with acting_as(superuser, who):
        assert await superuser.execute(rename, HERE.id, "Ten ośrodek") == "UPDATE 1"
    names = ", ".join(f'"{c.name}"' for c in metadata().tables["centre"].columns)
    make = (
        f"INSERT INTO centre ({names}) SELECT {names} FROM jsonb_populate_record("
        "(SELECT c FROM centre c WHERE c.id = $1),"
        " jsonb_build_object('id', gen_random_uuid(), 'code', 'nowy'))"
    )
    await _refused(superuser, "centre", who, make, HERE.id)


@pytest.mark.parametrize("table", TRANSIENT, ids=_name)
async def test_what_is_forgotten_is_of_the_own_centre(superuser: Any, table: Table) -> None:
    ours = await _count(superuser, table)
    who = SYSTEM if table in OF_THE_SYSTEM else HERE.manager
    async with acting_as(superuser, who):
        assert await superuser.execute(f'DELETE FROM "{table.name}"') == f"DELETE {ours}"


@pytest.mark.parametrize("table", OF_THEIR_WRITERS, ids=_name)
async def test_whose_row_it_is_gives_it_to_nobody_else(superuser: Any, table: Table) -> None:
    transaction = superuser.transaction()
    await transaction.start()
    await superuser.execute("SET LOCAL session_replication_role = replica")
    for column in table.info["writers"]:
        change = f'UPDATE "{table.name}" SET {column} = $1'
        await superuser.execute(f"{change} WHERE centre_id = $2", HERE.assistant.id, HERE.id)
    for column in table.info["writers"]:
        change = f'UPDATE "{table.name}" SET {column} = $1'
        await _refused(superuser, table.name, HERE.assistant, change, HERE.other_assistant.id)
        async with acting_as(superuser, HERE.assistant):
            done = await superuser.execute(change, HERE.assistant.id)
        assert done != "UPDATE 0"
    await transaction.rollback()
