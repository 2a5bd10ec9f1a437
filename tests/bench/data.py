"""The families that the benchmark works on: some told as stories, the rest copies of them.

The stories go through the product's own API, so every row is one that the product makes. Copies
get ids of their own (the first 48 bits stay: the order in time), in the same centre with other
assistants, and in further centres.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import ARRAY, Column, Table, Uuid

from app.db.base import metadata
from app.db.session import Database
from app.demo import load, people
from app.demo.centres import CENTRES
from app.domain import rooms
from app.domain.identity.service import hash_password
from app.settings import Settings
from tests.factories.databases import new_database

TOLD = 60
PER_CENTRE = 960
# What nobody reads here, or what would be wrong as a copy.
NOT_COPIED = {"audit_entry", "idempotency_key", "refresh_token", "user_session", "family_search"}
# Which rows belong to a centre once, whatever the number of its families.
_ASSISTANTS = "(SELECT id FROM account WHERE 'assistant' = ANY (roles))"
_COPY_ID = """
CREATE FUNCTION pg_temp.copied(id uuid, office uuid[], k int, j int) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT (left(id::text, 13) || '-7' || substr(h, 1, 3) || '-8' || substr(h, 4, 3) || '-'
            || substr(h, 7, 12))::uuid
      FROM md5(id::text || k || '/' || CASE WHEN id = ANY (office) THEN 0 ELSE j END) h
$$"""
_ONE_OF_A_KIND = {("account", "login"), ("centre", "code")}
_LEFT_EMPTY = {("person", "pesel")}
_SIGN_IN = """
INSERT INTO user_session (centre_id, id, account_id, expires_at)
SELECT centre_id, uuidv7(), id, '2099-01-01' FROM account"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a database holds."""

    url: str
    families: int
    centres: int


async def load_families(
    superuser_url: str,
    database: str,
    settings: Settings,
    *,
    families: int,
    told: int = TOLD,
    per_centre: int = PER_CENTRE,
) -> Loaded:
    """Make a database with about so many families; return the application's address of it."""
    url = await new_database(superuser_url, database)
    told = min(told, families)
    await _tell(settings, url, told)
    centres = math.ceil(families / per_centre)
    blocks = math.ceil(families / centres / told)

    async def copy(admin: asyncpg.Connection) -> None:
        await _copy(admin, centres, blocks)
        await admin.execute(_SIGN_IN)

    await as_superuser(superuser_url, database, copy)
    return Loaded(url, centres * blocks * told, centres)


async def as_superuser(
    superuser_url: str, database: str, work: Callable[[asyncpg.Connection], Awaitable[None]]
) -> None:
    """Do something in a database without triggers and foreign keys, then gather statistics."""
    admin = await asyncpg.connect(
        superuser_url, database=database, server_settings={"session_replication_role": "replica"}
    )
    try:
        await work(admin)
        await admin.execute("VACUUM (ANALYZE)")
    finally:
        await admin.close()


async def _tell(settings: Settings, url: str, families: int) -> None:
    database = Database(url)
    await database.open()
    hashed = await hash_password(people.PASSWORD)
    assistants = max(2, families // 12)
    settled = await people.settle(database, CENTRES[0], None, hashed, assistants=assistants)
    chosen = settings.model_copy(update={"database_url": url})
    await load.fill(chosen, database, settled, families, lambda: None)
    await database.close()


async def _copy(admin: asyncpg.Connection, centres: int, blocks: int) -> None:
    """Copy everything into `centres` centres with `blocks` times the told families each."""
    if centres * blocks == 1:
        return
    list(rooms("tables"))
    tables = [t for t in metadata().sorted_tables if t.name not in NOT_COPIED]
    office = " UNION ".join(
        f"SELECT id FROM {t.name} WHERE {_office(t)}" for t in tables if "family_id" not in t.c
    )
    ids = await admin.fetchval(f"SELECT array_agg(id) FROM ({office}) o")
    await admin.execute(_COPY_ID)
    for table in tables:
        await admin.execute(_insert(table), ids, centres, blocks, timeout=1800)


def _office(table: Table) -> str:
    """Say which rows of a table are the office's: there is one of each in a centre."""
    if table.name == "family" or "family_id" in table.c:
        return "false"
    if table.name in {"account", "staff_profile"}:
        return f"id NOT IN {_ASSISTANTS}"
    owner = next((n for n in ("account_id", "worker_id") if n in table.c), None)
    return f"{owner} NOT IN {_ASSISTANTS}" if owner else "true"


def _insert(table: Table) -> str:
    columns = [c for c in table.columns if c.computed is None]
    names = ", ".join(f'"{c.name}"' for c in columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {', '.join(map(_copied, columns))}"
        f" FROM {table.name} x, generate_series(0, $2::int - 1) k,"
        " generate_series(0, $3::int - 1) j"
        f" WHERE (k, j) <> (0, 0) AND (j = 0 OR NOT (x.id = ANY ($1::uuid[])))"
    )


def _copied(column: Column[Any]) -> str:
    name, at = f'x."{column.name}"', (column.table.name, column.name)
    if at in _LEFT_EMPTY:
        return "NULL"
    if at in _ONE_OF_A_KIND:
        return f"{name} || CASE WHEN k + j > 0 THEN '.' || k || '.' || j ELSE '' END"
    if column.name == "centre_id" or at == ("centre", "id"):
        return f"CASE WHEN k = 0 THEN {name} ELSE pg_temp.copied({name}, $1, k, 0) END"
    if isinstance(column.type, Uuid):
        # The first centre's office stays itself for every block of its families.
        return (
            f"CASE WHEN k = 0 AND {name} = ANY ($1::uuid[]) THEN {name}"
            f" ELSE pg_temp.copied({name}, $1, k, j) END"
        )
    if isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Uuid):
        return f"ARRAY(SELECT pg_temp.copied(u, $1, k, j) FROM unnest({name}) u)"
    return name
