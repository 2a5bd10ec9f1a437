"""Row security of machine clients: what their operations read, their own rows, nothing written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Table

from app.db.base import metadata
from app.db.machines import OWN, READ
from app.db.schema import is_append_only
from app.db.session import Scope
from app.domain import rooms
from app.domain.clients.rules import ClientArea
from tests.factories.every_table import acting_as
from tests.factories.people import HERE
from tests.factories.scopes import TODAY

list(rooms("tables"))
TABLES = [table for table in metadata().sorted_tables if table.name != "centre"]
CHANGED = [table for table in TABLES if not is_append_only(table)]
CLIENT, SECRET = uuid4(), uuid4()
ALL = [area.scope for area in ClientArea]


def _name(table: Table) -> str:
    return table.name


def _of_families(table: Table) -> bool:
    if table.name == "access_grant":  # ids of who was given a family: scopes are made of them
        return False
    return "family_id" in table.columns or table.name == "family" or "readers" in table.info


@pytest.fixture
async def connection(superuser: Any) -> AsyncIterator[Any]:
    """Return the superuser's connection, with a machine that was granted every area."""
    transaction = superuser.transaction()
    await transaction.start()
    await superuser.execute("SET LOCAL session_replication_role = replica")
    await superuser.execute(
        "INSERT INTO api_client (centre_id, id, name, purpose, operator, agreement_ref,"
        " agreed_on, expires_on, scopes, active)"
        " VALUES ($1, $2, 'x', 'x', 'x', 'x', $3, $3, $4, true)",
        *(HERE.id, CLIENT, TODAY, ALL),
    )
    await superuser.execute(
        "INSERT INTO client_secret (centre_id, id, client_id, secret_hash)"
        " VALUES ($1, $2, $3, 'x')",
        *(HERE.id, SECRET, CLIENT),
    )
    yield superuser
    await transaction.rollback()


@asynccontextmanager
async def _asking(connection: Any, *scopes: str) -> AsyncIterator[None]:
    scope = Scope(HERE.id, CLIENT, SECRET, scopes, TODAY, uuid4(), "test")
    async with acting_as(connection, scope):
        yield


async def _seen(connection: Any, table: Table) -> int:
    return int(await connection.fetchval(f'SELECT count(*) FROM "{table.name}"'))


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_a_machine_with_every_scope_sees_what_operations_for_machines_read(
    connection: Any, table: Table
) -> None:
    async with _asking(connection, *ALL):
        assert bool(await _seen(connection, table)) == (table.name in READ | set(OWN))


@pytest.mark.parametrize("table", [t for t in TABLES if _of_families(t)], ids=_name)
async def test_without_the_families_scope_there_is_no_family(connection: Any, table: Table) -> None:
    async with _asking(connection, *(scope for scope in ALL if scope != "families:read")):
        assert not await _seen(connection, table)


@pytest.mark.parametrize("name", OWN)
async def test_a_machine_sees_itself_and_no_other(connection: Any, name: str) -> None:
    async with _asking(connection, *ALL):
        own = f"SELECT {OWN[name]} FROM {name}"
        assert [row[0] for row in await connection.fetch(own)] == [CLIENT]


@pytest.mark.parametrize("table", CHANGED, ids=_name)
async def test_a_machine_changes_nothing(connection: Any, table: Table) -> None:
    async with _asking(connection, *ALL):
        done = "UPDATE 0"
        with suppress(asyncpg.InsufficientPrivilegeError):
            done = await connection.execute(f'UPDATE "{table.name}" SET centre_id = app.centre()')
        assert done == "UPDATE 0"


@pytest.mark.parametrize("table", [t for t in TABLES if t.name != "audit_entry"], ids=_name)
async def test_a_machine_adds_nothing_but_what_it_read(connection: Any, table: Table) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns if c.computed is None)
    row = await connection.fetchval(
        f'SELECT to_json(t) FROM "{table.name}" t WHERE centre_id = $1 LIMIT 1', HERE.id
    )
    async with _asking(connection, *ALL):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(
                f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
                f' FROM jsonb_populate_record(NULL::"{table.name}", $1)',
                row,
            )
