"""Checking every foreign key again, because a bulk load has spared the triggers that check them."""

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


@dataclass(frozen=True, slots=True)
class BrokenKey:
    """A foreign key with rows that point to nothing."""

    name: str
    table: str
    rows: int


async def broken_keys(connection: asyncpg.Connection, step: Step) -> list[BrokenKey]:
    """Return the foreign keys that some rows break; a key with a NULL in it points nowhere."""
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
    return broken
