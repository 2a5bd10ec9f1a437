"""The read pool: connections lent for one statement each.

asyncpg's own pool asks the server to reset a connection after each use and wraps it in a proxy. A
view needs neither: its one statement is its own transaction, and the scope ends with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg

GRACE_S = 0.5


class Pool:
    """Lends up to `size` connections, the one used last first, so that spares can stay unopened.

    Whoever finds none free waits `seconds` at most: then TimeoutError. A connection that broke (the
    server went away) is replaced when it is next needed, so the first request after the server's
    return is served.
    """

    def __init__(self, connect: Callable[[], Awaitable[Any]], size: int, seconds: float) -> None:
        """Prepare; nothing connects before the first statement."""
        self._connect, self._seconds = connect, seconds
        self._free = asyncio.Semaphore(size)
        self._idle: list[asyncpg.Connection] = []
        self._closed = False

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        """Return the first row of one statement."""
        if self._free.locked():
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        else:
            await self._free.acquire()  # at once: nobody waits before us
        try:
            connection = await self._take()
            try:
                async with asyncio.timeout(self._seconds + GRACE_S):
                    return await connection.fetchrow(query, *arguments)
            except TimeoutError:
                connection.terminate()  # the server would have ended the statement before
                raise
            finally:
                # After a cancelled query asyncpg lets the next one wait until the server knows.
                self._idle.append(connection)
                if self._closed:
                    connection.terminate()
        finally:
            self._free.release()

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """Return the first column of the first row, None without a row."""
        row = await self.fetchrow(query, *arguments)
        return row[0] if row else None

    async def _take(self) -> Any:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        if self._closed:
            raise asyncpg.InterfaceError("the pool is closed")
        return await self._connect()

    def drop(self) -> None:
        """Let idle connections go without a farewell: nobody may be there to take it."""
        while self._idle:
            self._idle.pop().terminate()

    async def close(self) -> None:
        """Close what is idle; what is still lent is ended when it comes back."""
        self._closed = True
        while self._idle:
            with suppress(Exception):
                await self._idle.pop().close(timeout=self._seconds)
