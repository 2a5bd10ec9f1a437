"""A transaction on the bare pool: all or nothing, and no connection comes back with one open."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.db.pool import Pool
from tests.factories.databases import of_database

PID = "SELECT pg_backend_pid()"
MADE = "SELECT count(*) FROM made_in_a_test"


class Refused(Exception):
    """The work is not to be."""


@pytest.fixture
async def pool(superuser_url: str, kept_url: str) -> AsyncIterator[Pool]:
    """Return a pool of one connection, and a table to write to: no other worker's."""
    mine = of_database(superuser_url, str(make_url(kept_url).database))
    pool = Pool(partial(asyncpg.connect, mine), 1, 5)
    await pool.fetchval("CREATE TABLE IF NOT EXISTS made_in_a_test (n int PRIMARY KEY DEFAULT 1)")
    yield pool
    await pool.fetchval("DROP TABLE made_in_a_test")
    await pool.close()


async def _insert(connection: Any) -> int:
    pid: int = await connection.fetchval(f"INSERT INTO made_in_a_test DEFAULT VALUES {_HERE}")
    return pid


_HERE = "RETURNING pg_backend_pid()"


def _in_transaction(pool: Pool) -> list[bool]:
    return [c.is_in_transaction() for c in pool._idle if not c.is_closed()]


async def test_work_is_committed_at_its_end(pool: Pool) -> None:
    pid = await pool.transact(_insert)
    assert await pool.fetchval(MADE) == 1
    assert await pool.fetchval(PID) == pid, "the connection is used again"
    assert _in_transaction(pool) == [False]


async def test_a_refusal_leaves_nothing_and_keeps_the_connection(pool: Pool) -> None:
    async def refuse(connection: Any) -> None:
        await _insert(connection)
        raise Refused

    pid = await pool.fetchval(PID)
    with pytest.raises(Refused):
        await pool.transact(refuse)
    assert _in_transaction(pool) == [False]
    assert await pool.fetchval(MADE) == 0
    assert await pool.fetchval(PID) == pid


async def test_a_failing_statement_leaves_nothing(pool: Pool) -> None:
    async def twice(connection: Any) -> None:
        await _insert(connection)
        await _insert(connection)

    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.transact(twice)
    assert _in_transaction(pool) == [False]
    assert await pool.fetchval(MADE) == 0


async def test_fifty_cancelled_at_any_moment_leave_nothing(pool: Pool) -> None:
    async def slow(connection: Any) -> None:
        await _insert(connection)
        await connection.fetchval("SELECT pg_sleep(30)")

    for turn in range(50):
        task = asyncio.create_task(pool.transact(slow))
        await asyncio.sleep(0.0005 * (turn % 10))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not any(_in_transaction(pool))
    assert await pool.fetchval(MADE) == 0


async def test_who_is_cancelled_twice_loses_the_connection_not_the_place(pool: Pool) -> None:
    pid, begun = await pool.fetchval(PID), asyncio.Event()

    async def slow(connection: Any) -> None:
        await _insert(connection)
        begun.set()
        await connection.fetchval("SELECT pg_sleep(30)")

    task = asyncio.create_task(pool.transact(slow))
    async with asyncio.timeout(20):
        await begun.wait()
    task.cancel()
    await asyncio.sleep(0)  # the rollback has begun, and waits for the server
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await pool.fetchval(MADE) == 0
    assert await pool.fetchval(PID) != pid


async def test_a_connection_that_breaks_within_is_replaced(pool: Pool) -> None:
    async def die(connection: Any) -> None:
        await _insert(connection)
        await connection.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await pool.transact(die)
    assert await pool.fetchval(MADE) == 0
    assert await pool.transact(_insert)
