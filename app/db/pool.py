"""Bare connections, lent for one statement (views) or for one transaction (the short way).

asyncpg's own pool asks the server to reset a connection after each use and wraps it in a proxy.
Neither is needed: what a statement or a transaction sets ends with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg

GRACE_S = 0.5
R = TypeVar("R")


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
        connection = await self._borrow()
        try:
            async with asyncio.timeout(self._seconds + GRACE_S):
                return await connection.fetchrow(query, *arguments)
        except TimeoutError:
            connection.terminate()  # the server would have ended the statement before
            raise
        finally:
            # After a cancelled query asyncpg lets the next one wait until the server knows.
            self._give_back(connection)

    async def transact(self, work: Callable[[Any], Awaitable[R]]) -> R:
        """Do some work in one transaction: committed at its end, rolled back on any exception.

        A connection whose rollback fails, or is cancelled as well, is ended: none comes back with
        an open transaction.
        """
        connection = await self._borrow()
        try:
            async with asyncio.timeout(self._seconds + GRACE_S):
                await connection.execute("BEGIN")
                result = await work(connection)
                await connection.execute("COMMIT")
        except TimeoutError:
            connection.terminate()
            raise
        except BaseException:
            await self._undo(connection)
            raise
        else:
            return result
        finally:
            self._give_back(connection)

    async def _undo(self, connection: Any) -> None:
        try:
            await connection.execute("ROLLBACK", timeout=self._seconds)
        except BaseException as failure:
            connection.terminate()
            if not isinstance(failure, Exception):
                raise

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """Return the first column of the first row, None without a row."""
        row = await self.fetchrow(query, *arguments)
        return row[0] if row else None

    async def _borrow(self) -> Any:
        if self._free.locked():
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        else:
            await self._free.acquire()  # at once: nobody waits before us
        try:
            return await self._take()
        except BaseException:
            self._free.release()
            raise

    def _give_back(self, connection: Any) -> None:
        self._idle.append(connection)
        if self._closed:
            connection.terminate()
        self._free.release()

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
