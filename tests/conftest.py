"""One PostgreSQL per run, one database per worker, one rolled-back transaction per test."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.embedded import embedded_server
from app.db.session import Database
from app.db.vault.rings import Vault
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, renewed
from tests.factories.canaries import CANARIES
from tests.factories.clock import TestClock
from tests.factories.databases import (
    MASTER,
    MASTER_KEY,
    OneConnection,
    engine_of,
    new_database,
    passing,
)
from tests.factories.people import World, read_vault, settle_world
from tests.factories.serving import origin, served

_running = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the process that directs the run; workers are told its address."""
    if config.pluginmanager.register(CANARIES, "canaries"):
        CANARIES.watch()
    if hasattr(config, "workerinput"):
        config.superuser_url = config.workerinput["superuser_url"]  # type: ignore[attr-defined]
        return
    if config.option.collectonly or hasattr(config, "superuser_url"):
        return  # who runs tests/mutations gives its own server
    directory = _running.enter_context(TemporaryDirectory(prefix="asysta-test-"))
    server = _running.enter_context(embedded_server(Path(directory) / "pg", durable=False))
    config.superuser_url = server.superuser_url  # type: ignore[attr-defined]


ENDS_WITHIN_S = 1.0


class _TellWorkers:
    """Hands the server's address to each worker of xdist."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["superuser_url"] = node.config.superuser_url


def pytest_sessionstart(session: pytest.Session) -> None:
    """Register the hook for workers where xdist runs; what is imported now is no garbage."""
    gc.disable()
    session.config.pluginmanager.register(_TellWorkers())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    if not hasattr(config, "workerinput"):
        _running.close()


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over modules and tests: they stay to the end."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def superuser_url(request: pytest.FixtureRequest) -> str:
    """Return the server's superuser address."""
    return str(request.config.superuser_url)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def database_url(superuser_url: str, request: pytest.FixtureRequest) -> str:
    """Return this worker's database, with the schema and the people of two centres."""
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(new_database(superuser_url, f"asysta_{worker_id}"))
    asyncio.run(settle_world(url))
    return url


@pytest.fixture(scope="session")
def kept_url(superuser_url: str, request: pytest.FixtureRequest) -> str:
    """Return a second database of this worker, for tests whose rows are really committed."""
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(new_database(superuser_url, f"asysta_{worker_id}_kept"))
    asyncio.run(settle_world(url))
    return url


@pytest.fixture(scope="session")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an empty page; return its origin, the one that `server` lets in."""
    with origin(tmp_path_factory.mktemp("panel")) as address:
        yield address


@pytest.fixture(scope="session")
def server(
    superuser_url: str,
    panel: str,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """Serve a demo centre over real HTTP, for documents and browsers; return its address."""
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = asyncio.run(new_database(superuser_url, f"asysta_{worker_id}_served"))
    with served(url, tmp_path_factory.mktemp("served"), cors_origins=(panel,)) as address:
        yield address


@pytest.fixture
async def pools(kept_url: str) -> AsyncIterator[Database]:
    """Return the application's database with its real pools: commits stay, connections are lent."""
    database = Database(kept_url, MASTER, reads=4, writes=4)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def vault(database_url: str) -> Vault:
    """Return the keys of both centres, read once: no test's statements are theirs."""
    return asyncio.run(read_vault(database_url))


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Return the connections of this worker's tests."""
    kept = engine_of(database_url)
    yield kept
    await kept.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Return this test's connection as the application role; its transaction is rolled back."""
    async with passing(engine) as lent:
        yield lent
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:  # what closes a generator that nobody has read to its end is a task as well
        _, others = await asyncio.wait(others, timeout=ENDS_WITHIN_S)
    assert not others, "A task goes on: the next test has the same loop."


@pytest.fixture
def database(connection: AsyncConnection, vault: Vault) -> OneConnection:
    """Return the database of this test: every session and every view on its one connection."""
    return OneConnection(connection, vault)


@pytest.fixture
def clock() -> TestClock:
    """Return the clock of this test: Tuesday, 10 March 2026, 10:00 in Warsaw."""
    return TestClock()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings with a signing key of their own."""
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=None,
        master_key=SecretStr(MASTER_KEY),
        webhook_hosts=("szyna.dabrowa.example",),
    )


@pytest.fixture(scope="session")
def application(settings: Settings, database_url: str) -> FastAPI:
    """Build the application once per worker."""
    return create_app(settings, database=Database(database_url, MASTER))


@pytest.fixture
def api(application: FastAPI, database: OneConnection, clock: TestClock) -> Api:
    """Return the application, called in process by any of the world's people."""
    return renewed(application, database, clock)


@pytest.fixture
def world(database: OneConnection, clock: TestClock) -> World:
    """Return the people of two centres, and a hand to put rows into place."""
    return World(database, clock)
