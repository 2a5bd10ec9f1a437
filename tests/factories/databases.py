"""Databases for tests: a fresh one per worker, and one that lives on a single connection."""

from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

import app.db.audit
import app.db.idempotency
import app.db.vault.tables  # noqa: F401 - their tables join the catalogue
from app.db.base import metadata
from app.db.schema import roles_sql, schema_sql
from app.db.session import KEEP_PREPARED, Database, Scope, ScopedSession, opened, read_on
from app.db.vault.master import Master
from app.db.vault.rings import Vault
from app.db.vault.rows import RING
from app.db.views import View
from app.domain import rooms

R = TypeVar("R")
PASSWORD = "application"
_RAW = bytes(range(32))
MASTER = Master.of(_RAW)
MASTER_KEY = b64encode(_RAW).decode()


async def new_database(superuser_url: str, name: str) -> str:
    """Create an empty database with our schema; return the application role's address of it."""
    list(rooms("tables"))
    url = make_url(superuser_url)
    admin = await asyncpg.connect(superuser_url)
    await admin.execute("SELECT pg_advisory_lock(1)")
    for statement in roles_sql(PASSWORD):
        await admin.execute(statement)
    await admin.execute(f"DROP DATABASE IF EXISTS {name}")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    owner = await asyncpg.connect(url.set(database=name).render_as_string(hide_password=False))
    for statement in schema_sql(metadata()):
        await owner.execute(statement)
    await owner.close()
    application = url.set(database=name, username="asysta_app", password=PASSWORD)
    return application.render_as_string(hide_password=False)


async def empty_database(superuser_url: str, name: str) -> str:
    """Create an empty database for a process that migrates it; return the superuser's address."""
    admin = await asyncpg.connect(superuser_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    return of_database(superuser_url, name)


def name_beside(url: str, suffix: str) -> str:
    """Return a name for a database of a test's own, beside the one that its worker has."""
    return f"{make_url(url).database}_{suffix}"


def of_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def engine_of(url: str) -> AsyncEngine:
    """Keep one connection of the application role for test after test, with what it prepared."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=1,
        pool_pre_ping=True,
        query_cache_size=5000,
        connect_args={
            "server_settings": {"timezone": "UTC", "jit": "off"},
            "prepared_statement_cache_size": 512,
            **KEEP_PREPARED,
        },
    )


@asynccontextmanager
async def passing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection in a transaction; whatever happens, nothing stays."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await connection.execute(text("SELECT 1"))
        yield connection
        await transaction.rollback()


class OneConnection(Database):
    """The application's database on one connection: the test sees all and rolls it back."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        """Bind sessions to savepoints of the connection's transaction."""
        self.connection = connection
        self.vault = vault

    async def open(self) -> None:
        """Do nothing: the connection is open."""

    async def close(self) -> None:
        """Do nothing: the fixture closes the connection."""

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """Open a session in a savepoint; its commit releases the savepoint."""
        async with (
            AsyncSession(
                self.connection,
                sync_session_class=ScopedSession,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint",
                info={"scope": scope, RING: self.vault.kept(scope.centre)},
            ) as session,
            session.begin(),
        ):
            yield session

    async def _driver(self) -> Any:
        return (await self.connection.get_raw_connection()).driver_connection

    async def read(self, scope: Scope, view: View, **values: Any) -> Any:
        """Run a view in a savepoint, so that a failing one does not spoil the transaction."""
        driver = await self._driver()
        async with driver.transaction():
            found = await read_on(driver, scope, view, values)
        return opened(self.vault.kept(scope.centre), found)

    async def briefly(self, centre: UUID, work: Callable[[Any], Awaitable[R]]) -> R:  # noqa: ARG002
        """Do the work of a hot command in a savepoint."""
        driver = await self._driver()
        async with driver.transaction():
            return await work(driver)

    async def find_centre(self, view: View, **values: Any) -> UUID | None:
        """Look a centre up by its code."""
        driver = await self._driver()
        found = await driver.fetchval(view.bare, *view.arguments(values))
        return UUID(found) if found else None

    async def ping(self) -> None:
        """Ask for a sign of life."""
        await (await self._driver()).fetchval("SELECT 1")
