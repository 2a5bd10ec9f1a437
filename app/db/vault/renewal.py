"""Sealing anew what lies in the tables: after a rotation, or after the release that first seals.

Records that never change are sealed anew too, and neither versions nor the audit shall tell of it:
what a row says stays the same. So it runs as the owner, and takes the triggers and the force of
row security from one table for the time of one short transaction. It can be interrupted at any
time: what is done stays done, and the next run passes over it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import Record
from app.db.session import Database
from app.db.vault.ring import Place, Ring, is_sealed, key_number
from app.db.vault.rows import changed_words, sealed_columns

BATCH = 500
Step = Callable[[str, int], None]


def sealed_tables(kind: type[Record] = Record) -> Iterator[type[Record]]:
    """Yield every table that may hold what is sealed, by name."""
    found = {
        str(k.__tablename__): k for k in _below(kind) if inspect(k, raiseerr=False) is not None
    }
    yield from (found[name] for name in sorted(found) if sealed_columns(found[name]))


def _below(kind: type[Record]) -> Iterator[type[Record]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


async def renew(owner: asyncpg.Connection, database: Database, step: Step) -> int:
    """Seal everything with the newest key of its centre; return how many rows have changed.

    `step` is told of each batch: the table, and how many of its rows were looked at.
    """
    changed = 0
    for kind in sealed_tables():
        after = (UUID(int=0), UUID(int=0))
        while True:
            async with owner.transaction():
                looked, here, after = await _batch(owner, database, kind, after)
            changed += here
            step(str(kind.__tablename__), looked)
            if looked < BATCH:
                break
    return changed


async def _batch(
    owner: asyncpg.Connection, database: Database, kind: type[Record], after: tuple[UUID, UUID]
) -> tuple[int, int, tuple[UUID, UUID]]:
    table = f'"{kind.__tablename__}"'
    columns = sealed_columns(kind)
    await owner.execute("SET LOCAL ROLE asysta_owner")
    await owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
    listed = ", ".join(f'"{column}"' for column in columns)
    rows = await owner.fetch(
        f"SELECT centre_id, id, {listed} FROM {table} WHERE (centre_id, id) > ($1, $2)"
        f" ORDER BY centre_id, id LIMIT {BATCH} FOR UPDATE",
        *after,
    )
    changed = 0
    for row in rows:
        ring = await database.ring(row["centre_id"])
        assert ring is not None, "a row's centre is there"
        new = _renewed(ring, kind, row)
        if new:
            said = ", ".join(f'"{name}" = ${n}' for n, name in enumerate(new, start=3))
            query = f"UPDATE {table} SET {said} WHERE centre_id = $1 AND id = $2"
            await owner.execute(query, row["centre_id"], row["id"], *new.values())
            changed += 1
    await owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
    last = (rows[-1]["centre_id"], rows[-1]["id"]) if rows else after
    return len(rows), changed, last


def _renewed(ring: Ring, kind: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a row whose value must be written anew."""
    types = inspect(kind).columns
    new: dict[str, Any] = {}
    for column in sealed_columns(kind):
        document = isinstance(types[column].type, JSONB)
        value = json.loads(row[column]) if document and row[column] else row[column]
        place = Place(str(kind.__tablename__), column, row["id"])
        written = changed_words(kind, column, value, partial(_newest, ring, place))
        if written != value:
            new[column] = json.dumps(written) if document else written
            if f"{column}_index" in types:
                new[f"{column}_index"] = ring.index(column, ring.open(value, place))
    return new


def _newest(ring: Ring, place: Place, text: str) -> str:
    if is_sealed(text):
        number = key_number(text)
        if number == ring.newest or ring.keys.get(number) is None:
            return text
    return ring.seal(place, ring.open(text, place))
