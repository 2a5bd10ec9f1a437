"""A read replica: answers views, and never with a state that somebody has seen pass.

Before a view is read there, the primary is asked two things in one small statement: whether the
person may act at all, and how far its log has been written. The replica may answer once it has
replayed that far: it then knows every write that was acknowledged before this request began,
whoever made it and through whichever process, and every sign-out and withdrawn role as well. So
nothing is kept in a process, in a token or by the client. Where the replica is behind, gone or in
trouble, the primary answers.

The position is read in a statement before that of the view: within one statement the snapshot
would be older than the position that it is judged by.
"""

import asyncio
from time import monotonic
from typing import Any

import asyncpg

from app.db.failures import KNOWN
from app.db.pool import Pool

REST_S = 5.0
WAITS_S = (0.002, 0.004, 0.008)
# What was acknowledged is flushed, unless nobody waits for that.
ASK_PRIMARY = """
    SELECT app.enter($1, $2, $3, $4, $5, $6, $7, $8),
           (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
                 ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint
"""
_REPLAYED = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint WHERE pg_is_in_recovery()"


class Replica:
    """A standby with a pool of its own; after a failure it rests, and nobody waits for it."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        """Take the pool of the replica, and the time that a view may take there."""
        self._pool, self._seconds = pool, seconds
        self._rests_until = 0.0

    async def read(self, position: int, query: str, arguments: list[Any]) -> Any:
        """Return the row of a view at a position or later; None: ask the primary."""
        if monotonic() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                if await self._has_replayed(position):
                    return await self._pool.fetchrow(query, *arguments)
        except KNOWN as failure:
            # A view that stands in the way of the replay is cancelled: nothing is wrong with it.
            if not isinstance(failure, asyncpg.TransactionRollbackError):
                self._rests_until = monotonic() + REST_S
                self._pool.drop()
        return None

    async def _has_replayed(self, position: int) -> bool:
        for wait in (*WAITS_S, None):
            replayed = await self._pool.fetchval(_REPLAYED)
            if replayed is None or wait is None or replayed >= position:
                return replayed is not None and replayed >= position
            await asyncio.sleep(wait)
        return False

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()
