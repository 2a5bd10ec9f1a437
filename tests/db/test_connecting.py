"""Addresses with several hosts: the one that takes writes is found, whoever is silent."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from urllib.parse import quote

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.db.connecting import connector, each_host, shown
from app.db.failures import Unavailable, meaning
from app.settings import Settings
from tests.factories.processes import free_port


@pytest.fixture
async def gate(superuser_url: str) -> AsyncIterator[int]:
    """Open a TCP port that leads to the test's server; return the port."""
    query = make_url(superuser_url).query
    socket = f"{query['host']}/.s.PGSQL.{query['port']}"

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(socket)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def silent() -> AsyncIterator[int]:
    """Open a TCP port where somebody listens and never says anything; return it."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1024):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.sleep(0.1)


def address(superuser_url: str, *ports: int, query: str = "") -> str:
    """Write an address of the test's server with several ports."""
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    password = quote(str(make_url(superuser_url).password), safe="")
    return f"postgresql://postgres:{password}@{hosts}/postgres{query}"


def test_each_host_keeps_the_rest_of_the_address() -> None:
    assert list(each_host("postgresql://u:p%40@a:1,[::1]:2,c/db?x=1")) == [
        "postgresql://u:p%40@a:1/db?x=1",
        "postgresql://u:p%40@[::1]:2/db?x=1",
        "postgresql://u:p%40@c/db?x=1",
    ]
    socket = "postgresql://u:p@/db?host=/run/pg&port=5432"
    assert list(each_host(socket)) == [socket]


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("postgresql://u:secret@a:1,b:2/db", "postgresql://u:***@a:1,b:2/db"),
        ("postgresql://u@a/db?x=1", "postgresql://u@a/db?x=1"),
        ("postgresql://a/db", "postgresql://a/db"),
    ],
)
def test_an_address_is_shown_without_its_password(said: str, printed: str) -> None:
    assert shown(said) == printed


def test_several_hosts_are_a_setting_like_one() -> None:
    url = "postgresql://u:p@a:1,b:2/db?target_session_attrs=primary"
    assert Settings.model_validate({"DATABASE_URL": url}).database_url == url


async def test_a_host_that_refuses_is_passed_over(superuser_url: str, gate: int) -> None:
    connection = await connector(address(superuser_url, free_port(), gate), timeout=5)()
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


async def test_a_host_that_is_silent_costs_a_quarter_of_a_second(
    superuser_url: str, gate: int, silent: int
) -> None:
    began = monotonic()
    connection = await connector(address(superuser_url, silent, gate), timeout=5)()
    assert 0.2 < monotonic() - began < 2
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


async def test_where_no_host_is_the_primary_the_caller_is_told_to_come_again(
    superuser_url: str, gate: int
) -> None:
    wanted = address(superuser_url, gate, free_port(), query="?target_session_attrs=standby")
    with pytest.raises((OSError, asyncpg.TargetServerAttributeNotMatched)) as refused:
        await connector(wanted, timeout=5)()
    assert meaning(refused.value) == Unavailable()
    assert meaning(asyncpg.TargetServerAttributeNotMatched("no primary")) == Unavailable()


async def test_all_hosts_silent_end_at_the_timeout(superuser_url: str, silent: int) -> None:
    began = monotonic()
    with pytest.raises(TimeoutError):
        await connector(address(superuser_url, silent, silent), timeout=0.6)()
    assert monotonic() - began < 2
