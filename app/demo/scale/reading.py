"""Reading a master's rows out of the scratch database, by whatever tables the catalogue has."""

from functools import cache

import asyncpg
from sqlalchemy import Table

import app.db.audit
import app.db.idempotency  # noqa: F401 - its table joins the catalogue
from app.db.base import metadata
from app.demo.scale.plates import Row, Rows
from app.domain import rooms

# Traces of single requests: a copy has its own, or none.
_PASSING = frozenset({"family_search", "idempotency_key", "refresh_token"})
# A copy of a centre has keys of its own.
_OWN = frozenset({"centre_key"})


@cache
def tables() -> tuple[Table, ...]:
    """Return every table, those that others point to first."""
    list(rooms("tables"))
    return tuple(table for table in metadata().sorted_tables if table.name not in _PASSING | _OWN)


def columns(name: str) -> tuple[str, ...]:
    """Return the columns of a table that are written: not the generated ones, no place drawn."""
    (table,) = (table for table in tables() if table.name == name)
    # `place.period` is added by the table's own SQL and is generated; the catalogue lacks it.
    return tuple(c.name for c in table.columns if c.computed is None and c.name != "position")


async def read(connection: asyncpg.Connection, table: str, condition: str, *values: object) -> Rows:
    """Return the rows of a table as COPY writes them, sorted by id."""
    names = columns(table)
    listed = ", ".join(f'"{name}"' for name in names)
    query = f'SELECT {listed} FROM "{table}" WHERE {condition} ORDER BY id'
    written: list[bytes] = []

    async def keep(data: bytes) -> None:
        written.append(data)

    await connection.copy_from_query(query, *values, output=keep)
    lines = b"".join(written).decode().splitlines()
    rows: list[Row] = [dict(zip(names, line.split("\t"), strict=True)) for line in lines]
    return {table: rows} if rows else {}


async def family_rows(connection: asyncpg.Connection, family_id: str, *, audit: bool) -> Rows:
    """Return every row about a family, its places among them; its audit if asked for."""
    rows = await read(connection, "family", "id = $1", family_id)
    for table in tables():
        if "family_id" in table.columns and (audit or table.name != "audit_entry"):
            rows |= await read(connection, table.name, "family_id = $1", family_id)
    sources = [row["id"] for found in rows.values() for row in found]
    return rows | await read(connection, "place", "source_id = ANY ($1)", sources)


async def person_rows(connection: asyncpg.Connection, account_id: str) -> Rows:
    """Return every row about somebody of the centre, with the district that they serve."""
    rows: Rows = {}
    for table in tables():
        if table.name in {"account", "staff_profile"}:
            rows |= await read(connection, table.name, "id = $1", account_id)
        elif "account_id" in table.columns and "family_id" not in table.columns:
            rows |= await read(connection, table.name, "account_id = $1", account_id)
    served = [row["district_id"] for row in rows.get("district_worker", [])]
    return rows | await read(connection, "district", "id = ANY ($1)", served)


async def coordinator_rows(connection: asyncpg.Connection, account_id: str) -> Rows:
    """Return every row about a coordinator, with the foster family that they coordinate."""
    rows = await person_rows(connection, account_id)
    rows |= await read(connection, "foster_family", "coordinator_id = $1", account_id)
    rows |= await read(connection, "coordination", "coordinator_id = $1", account_id)
    return rows | await read(connection, "place", "worker_id = $1", account_id)


async def office_rows(connection: asyncpg.Connection) -> Rows:
    """Return the centre itself and its settings."""
    centre = await read(connection, "centre", "true")
    return centre | await read(connection, "centre_settings", "true")
