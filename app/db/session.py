"""Connections, sessions and the scope that every statement runs in.

Two pools on one database, both as the application role: SQLAlchemy's for commands (a transaction
per request) and a bare one for views (a statement per request). Neither can read a row before
the scope is entered: the settings are local to the transaction, and without them row security
shows nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from app.db.base import Record
from app.db.pool import Pool
from app.db.vault import rows
from app.db.vault.master import Master
from app.db.vault.ring import MARK, Ring
from app.db.vault.rings import Vault
from app.db.views import View

APPLICATION_ROLE = "asysta_app"
# Every statement stays prepared, however long it is: asyncpg would plan those above 15 KiB anew
# with each request, and all of them every five minutes.
KEEP_PREPARED = {
    "statement_cache_size": 512,
    "max_cacheable_statement_size": 0,
    "max_cached_statement_lifetime": 0,
}


ANY_DAY = date(1970, 1, 1)


class NotEntered(Exception):
    """The scope was refused: `standing` says why (session ended, no data authorisation …)."""

    def __init__(self, standing: str) -> None:
        """Keep the word that `app.enter` answered."""
        super().__init__(standing)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and for which request a transaction runs; `account` None is the system itself."""

    centre: UUID
    account: UUID | None
    session: UUID | None
    roles: tuple[str, ...]
    today: date
    request: UUID
    operation: str

    def arguments(self) -> list[Any]:
        """Return the arguments of `app.enter`, in its order."""
        return [
            *(self.centre, self.account, self.session, list(self.roles)),
            *(self.today, self.request, self.operation),
        ]

    @staticmethod
    def system(centre: UUID, *, today: date, request: UUID, operation: str) -> "Scope":
        """Make the scope of the product's own work in one centre (sign-in, demo data)."""
        return Scope(centre, None, None, (), today, request, operation)


class ScopedSession(Session):
    """A session that enters its scope when its transaction begins, and fills in the centre."""


_ENTER = text("SELECT app.enter(:centre, :account, :session, :roles, :today, :request, :operation)")


@event.listens_for(ScopedSession, "after_begin")
def _enter(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    scope: Scope = session.info["scope"]
    names = ("centre", "account", "session", "roles", "today", "request", "operation")
    standing = connection.scalar(_ENTER, dict(zip(names, scope.arguments(), strict=True)))
    if standing != "ok":
        raise NotEntered(str(standing))


rows.watch(ScopedSession)


@event.listens_for(ScopedSession, "before_flush")
def _fill_in_centre(session: Session, _context: object, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, Record) and row.centre_id is None:
            row.centre_id = session.info["scope"].centre


class Database:
    """One PostgreSQL database as the application sees it."""

    def __init__(
        self, url: str, master: Master, *, reads: int = 8, writes: int = 8, timeout_ms: int = 4000
    ) -> None:
        """Prepare both pools; nothing connects before `open`."""
        self.vault = Vault(master)
        self._settings = {
            "role": APPLICATION_ROLE,
            "application_name": "asysta",
            "timezone": "UTC",
            "jit": "off",
            "plan_cache_mode": "force_generic_plan",
            "random_page_cost": "1.1",  # memory and SSDs: walk a list's index, don't sort the list
            "statement_timeout": str(timeout_ms),
            "lock_timeout": str(timeout_ms),
            "idle_in_transaction_session_timeout": str(timeout_ms * 3),
        }
        seconds = timeout_ms / 1000
        driver = {"server_settings": self._settings, "timeout": seconds, **KEEP_PREPARED}
        self._engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=writes,
            max_overflow=0,
            pool_timeout=seconds,
            connect_args=driver | {"prepared_statement_cache_size": 512},
        )
        self._sessions = async_sessionmaker(
            self._engine, sync_session_class=ScopedSession, expire_on_commit=False
        )
        self._pool = Pool(partial(asyncpg.connect, url, **driver), reads, seconds)

    async def open(self) -> None:
        """Connect once, to fail early where there is no database; more as they are needed."""
        await self.ping()

    async def close(self) -> None:
        """Close both pools."""
        await self._pool.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """Open a transaction in a scope: committed at the end, rolled back on any exception."""
        info = {"scope": scope, rows.RING: await self.ring(scope.centre)}
        async with self._sessions(info=info) as session, session.begin():
            yield session

    async def ring(self, centre: UUID) -> Ring | None:
        """Return the keys of a centre, kept for a minute; None before the centre is there."""
        return self.vault.kept(centre) or await self._read_ring(centre)

    async def _read_ring(self, centre: UUID) -> Ring | None:
        scope = Scope.system(centre, today=ANY_DAY, request=UUID(int=0), operation="make_keys")
        try:
            async with self._sessions(info={"scope": scope}) as session, session.begin():
                keys = await self.vault.keys_of(session, centre)
        except IntegrityError:  # the centre is being founded
            return None
        return self.vault.keep(centre, keys)

    async def read(self, scope: Scope, view: View, **values: Any) -> Any:
        """Run a view in a scope, in one statement; None where it finds nothing."""
        found = await read_on(self._pool, scope, view, values)
        return opened(await self.ring(scope.centre), found)

    async def find_centre(self, view: View, **values: Any) -> UUID | None:
        """Look a centre up by its public code: the one read that needs no scope."""
        found = await self._pool.fetchval(view.bare, *view.arguments(values))
        return UUID(found) if found else None

    async def ping(self) -> None:
        """Ask the database for a sign of life."""
        await self._pool.fetchval("SELECT 1")


async def read_on(connection: Any, scope: Scope, view: View, values: dict[str, Any]) -> Any:
    """Run a view on an asyncpg connection or a pool; refuse when the scope was not entered."""
    arguments = [*scope.arguments(), *view.arguments(values)]
    standing, result = await connection.fetchrow(view.scoped, *arguments)
    if standing != "ok":
        raise NotEntered(standing)
    return result


async def show(session: AsyncSession, view: View, **values: Any) -> Any:
    """Run a view inside a command's own transaction, after flushing what it has changed."""
    await session.flush()
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    found = await driver.fetchval(view.bare, *view.arguments(values))
    return opened(rows.ring_of(session.sync_session), found)


def opened(ring: Ring | None, found: Any) -> Any:
    """Open what is sealed in a view's text or texts."""
    if isinstance(found, list):
        return [opened(ring, text) for text in found]
    if found is None or MARK not in found:
        return found
    assert ring is not None, "who reads of a centre knows that it is there"
    return ring.open_json(found)
