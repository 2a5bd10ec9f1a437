"""The records of an audit in the order of `app/db/chain.py`, from a database or from an export.

An export is NDJSON: a line with `kind` "audit" that names the centre, then "entry" and "seal" as
they follow each other. Instants are in UTC, hashes in hexadecimal, `detail` is a text.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from app.db.chain import ENTRY, Broken, Record
from app.db.session import ANY_DAY, APPLICATION_ROLE, Scope, read_on
from app.db.types import new_id
from app.db.views import View

FORM = 1
_NOTHING = View("SELECT NULL")
_WRITTEN = {
    "at": "app.z(r.at)",
    "detail": "r.detail::text",
    "leaves": "encode(r.leaves, 'hex')",
    "hash": "encode(r.hash, 'hex')",
}


def _select(kind: str, order: str, names: tuple[str, ...]) -> str:
    members = ", ".join(f"'{name}', {_WRITTEN.get(name, f'r.{name}')}" for name in names)
    return (
        f"SELECT r.{order}, json_build_object('kind', '{kind}', {members})::text"
        f" FROM audit_{kind} r WHERE r.centre_id = $1 ORDER BY r.{order}"
    )


_ENTRIES = _select("entry", "position", ENTRY)
_SEALS = _select("seal", "upto", ("centre_id", "number", "at", "upto", "entries", "leaves", "hash"))


@dataclass(frozen=True, slots=True)
class Centre:
    """Whose audit it is."""

    id: UUID
    code: str


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Connect as the application: row security binds this reader as any other."""
    connection = await asyncpg.connect(url, server_settings={"role": APPLICATION_ROLE}, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def centres(connection: asyncpg.Connection, code: str | None = None) -> list[Centre]:
    """Return every centre, or the one with this code."""
    query = "SELECT id, code FROM centre WHERE $1::text IS NULL OR code = $1 ORDER BY code"
    return [Centre(*row) for row in await connection.fetch(query, code)]


@asynccontextmanager
async def entered(connection: asyncpg.Connection, centre: Centre) -> AsyncIterator[int]:
    """Open one moment of a centre's audit; yield the number of lines that `lines_of` has."""
    scope = Scope.system(centre.id, today=ANY_DAY, request=new_id(), operation="audit")
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await read_on(connection, scope, _NOTHING, {})
        of = "(SELECT count(*) FROM audit_{} WHERE centre_id = $1)"
        count = f"SELECT 1 + {of.format('entry')} + {of.format('seal')}"
        yield await connection.fetchval(count, centre.id)


async def lines_of(connection: asyncpg.Connection, centre: Centre) -> AsyncIterator[str]:
    """Yield the lines of an export: the centre, then each seal after its entries."""
    head = {"kind": "audit", "form": FORM, "centre_id": str(centre.id), "code": centre.code}
    yield json.dumps(head)
    entries = connection.cursor(_ENTRIES, centre.id, prefetch=1000).__aiter__()
    entry = await anext(entries, None)
    async for upto, seal in connection.cursor(_SEALS, centre.id, prefetch=100):
        while entry is not None and entry[0] <= upto:
            yield entry[1]
            entry = await anext(entries, None)
        yield seal
    while entry is not None:
        yield entry[1]
        entry = await anext(entries, None)


async def last_seal(connection: asyncpg.Connection, centre: Centre) -> tuple[int, str] | None:
    """Return number and hash of the last seal, within `entered`."""
    query = "SELECT number, encode(hash, 'hex') FROM audit_seal WHERE centre_id = $1"
    row = await connection.fetchrow(f"{query} ORDER BY number DESC LIMIT 1", centre.id)
    return tuple(row) if row else None


def lines_in(file: Path) -> Iterator[tuple[Record, int]]:
    """Yield the records of an export, each with its length in bytes."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            yield record(line, number), len(line)


def record(line: str | bytes, number: int) -> Record:
    """Read one line; raise Broken where it is none of ours."""
    try:
        said: dict[str, Any] = json.loads(line)
        known = {"audit": (), "entry": ENTRY, "seal": ("number", "leaves", "hash")}[said["kind"]]
        complete = all(name in said for name in known)
    except (ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise Broken(f"line {number}", "it can't be read")
    return said
