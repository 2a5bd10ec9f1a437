"""The read pool: few connections, used again and again, whatever happened on them before."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from app.db.embedded import embedded_server
from app.db.failures import Unavailable, meaning
from app.db.pool import Pool
from app.db.session import Database
from app.domain.worklist.queries import WORKLIST
from tests.factories.databases import MASTER
from tests.factories.people import HERE
from tests.factories.scopes import scope_of

PID = "SELECT pg_backend_pid()"
SLOW_PID = "SELECT pg_backend_pid() FROM pg_sleep($1)"
# A cancellation that reaches the server before its statement is lost; the application's
# connections bound that too.
BOUNDED = {"statement_timeout": "1000"}
LONG = "SELECT pg_sleep(30)::text || $1::text"


@pytest.fixture
async def two(kept_url: str) -> AsyncIterator[Pool]:
    """Return a pool of two connections; who finds none waits 0.3 seconds."""
    pool = Pool(partial(asyncpg.connect, kept_url), 2, 0.3)
    yield pool
    await pool.close()


async def test_a_connection_is_used_again_and_the_last_one_first(two: Pool) -> None:
    first = await two.fetchval(PID)
    assert [await two.fetchval(PID) for _ in range(3)] == [first] * 3
    _, last = both = await asyncio.gather(*(two.fetchval(SLOW_PID, s) for s in (0.01, 0.15)))
    assert len(set(both)) == 2
    assert [await two.fetchval(PID) for _ in range(3)] == [last] * 3


async def test_no_more_connections_are_opened_than_there_may_be(two: Pool) -> None:
    assert not two._idle, "nothing connects before the first statement"
    pids = await asyncio.gather(*(two.fetchval(SLOW_PID, 0.005) for _ in range(12)))
    assert len(set(pids)) == len(two._idle) == 2


async def test_who_waits_too_long_for_a_connection_is_told_to_come_again(two: Pool) -> None:
    held = [asyncio.create_task(two.fetchval(SLOW_PID, 0.6)) for _ in range(2)]
    await asyncio.sleep(0.1)
    began = monotonic()
    with pytest.raises(TimeoutError) as late:
        await two.fetchval(PID)
    assert 0.25 < monotonic() - began < 0.5
    assert meaning(late.value) == Unavailable()
    assert await asyncio.gather(*held)
    assert await two.fetchval("SELECT 1") == 1


async def test_who_waits_is_served_when_one_comes_back(two: Pool) -> None:
    held = [asyncio.create_task(two.fetchval(SLOW_PID, 0.15)) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert await two.fetchval(PID) in await asyncio.gather(*held)


async def test_fifty_cancelled_statements_leave_nothing_behind(kept_url: str) -> None:
    pool = Pool(partial(asyncpg.connect, kept_url, server_settings=BOUNDED), 1, 5)
    pid = await pool.fetchval(PID)
    for turn in range(50):
        task = asyncio.create_task(pool.fetchval(LONG, "x"))
        await asyncio.sleep(0.001 * (turn % 5))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pool.fetchval("SELECT $1::int", turn) == turn
    assert await pool.fetchval(PID) == pid
    await pool.close()


async def test_fifty_cancelled_at_once_leave_all_connections_free(kept_url: str) -> None:
    pool = Pool(partial(asyncpg.connect, kept_url, server_settings=BOUNDED), 2, 5)
    tasks = [asyncio.create_task(pool.fetchval(LONG, "x")) for _ in range(50)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    pids = await asyncio.gather(*(pool.fetchval(SLOW_PID, 0.01) for _ in range(2)))
    assert len(set(pids)) == 2
    await pool.close()


async def test_a_server_that_falls_silent_is_not_waited_for(kept_url: str) -> None:
    pool = Pool(partial(asyncpg.connect, kept_url), 1, 0.1)
    pid = await pool.fetchval(PID)
    began = monotonic()
    with pytest.raises(TimeoutError):
        await pool.fetchval(LONG, "x")
    assert monotonic() - began < 1.5
    assert await pool.fetchval(PID) != pid
    await pool.close()


async def test_a_broken_connection_is_replaced(two: Pool) -> None:
    pid = await two.fetchval(PID)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as broken:
        await two.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")
    assert meaning(broken.value) == Unavailable()
    assert await two.fetchval(PID) != pid


async def test_a_refused_statement_keeps_its_connection(two: Pool) -> None:
    pid = await two.fetchval(PID)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await two.fetchval("SELECT 1 / $1::int", 0)
    assert await two.fetchval(PID) == pid


async def test_without_a_database_the_start_fails_and_no_place_is_lost() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none", MASTER, reads=1)
    for _ in range(3):
        with pytest.raises(OSError, match="Connect"):
            await database.open()


async def test_a_closed_pool_serves_nobody_and_ends_what_was_lent(two: Pool) -> None:
    await two.fetchval(PID)
    lent = asyncio.create_task(two.fetchval(SLOW_PID, 0.15))
    await asyncio.sleep(0.05)
    await two.close()
    await lent
    assert all(connection.is_closed() for connection in two._idle)
    with pytest.raises(asyncpg.InterfaceError, match="closed"):
        await two.fetchval(PID)


async def test_every_view_stays_prepared_however_long_it_is(kept_url: str) -> None:
    assert len(WORKLIST.scoped) > 15 * 1024, "no view is longer than asyncpg's own limit any more"
    database = Database(kept_url, MASTER, reads=1)
    for _ in range(2):
        await database.read(scope_of(HERE.manager), WORKLIST, roles=["manager"])
    held = "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1"
    assert await database._pool.fetchval(held, WORKLIST.scoped) == 1
    await database.close()


async def _until_back(url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await (await asyncpg.connect(url)).close()
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.01)
            else:
                return


async def test_the_first_statement_after_the_server_is_back_is_served() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_server(Path(folder, "data"), durable=False) as server,
    ):
        pool = Pool(partial(asyncpg.connect, server.superuser_url), 4, 1)
        pids = await asyncio.gather(*(pool.fetchval(SLOW_PID, 0.05) for _ in range(4)))
        os.kill(pids[0], signal.SIGKILL)  # PostgreSQL then ends all others and recovers
        await _until_back(server.superuser_url)
        began = monotonic()
        found = await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(8)))
        assert found == [1] * 8
        assert monotonic() - began < 1
        await pool.close()
