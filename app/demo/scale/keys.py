"""Checking every key again that triggers check, because a bulk load has spared the triggers.

These are the foreign keys, and the one key that may wait for the end of a statement: no slot of a
worker is taken twice on a day.
"""

from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

Step = Callable[[int, int], None]

_KEYS = """
    SELECT c.conname AS name, c.conrelid::regclass::text AS child,
           c.confrelid::regclass::text AS parent,
           array_agg(quote_ident(a.attname) ORDER BY k.n) AS columns,
           array_agg(quote_ident(b.attname) ORDER BY k.n) AS keys
      FROM pg_constraint c
      CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (child, parent, n)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.parent
     WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
     GROUP BY c.oid ORDER BY c.conrelid::regclass::text, c.conname
"""
_TAKEN_TWICE = """
    SELECT count(*) FROM place a JOIN place b
        ON (a.centre_id, a.worker_id, a.duty, a.slot) = (b.centre_id, b.worker_id, b.duty, b.slot)
       AND a.id < b.id AND a.period && b.period
"""


@dataclass(frozen=True, slots=True)
class BrokenKey:
    """A key, and how many rows break it: point to nothing, or take what is taken."""

    name: str
    table: str
    rows: int


async def broken_keys(connection: asyncpg.Connection, step: Step) -> list[BrokenKey]:
    """Return the keys that some rows break; a foreign key with a NULL in it points nowhere."""
    found = await connection.fetch(_KEYS)
    await connection.execute("SET work_mem = '256MB'")
    broken = []
    for n, key in enumerate(found):
        said = " AND ".join(f"c.{column} IS NOT NULL" for column in key["columns"])
        same = " AND ".join(
            f"p.{theirs} = c.{ours}"
            for ours, theirs in zip(key["columns"], key["keys"], strict=True)
        )
        rows = await connection.fetchval(
            f"SELECT count(*) FROM {key['child']} c WHERE {said}"
            f" AND NOT EXISTS (SELECT FROM {key['parent']} p WHERE {same})"
        )
        if rows:
            broken.append(BrokenKey(key["name"], key["child"], rows))
        step(n + 1, len(found))
    if twice := await connection.fetchval(_TAKEN_TWICE):
        broken.append(BrokenKey("place_taken", "place", twice))
    return broken
