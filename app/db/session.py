"""Connections, sessions and the scope that every statement runs in.

Three pools on one database, all as the application role: SQLAlchemy's for commands (a transaction
per request), a bare one for views (a statement per request), and a bare one for hot commands
(app/db/brief.py), so that those who wait for a lock never keep a reader waiting. None can read a
row before the scope is entered: the settings are local to the transaction, and without them row
security shows nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from app.db.base import Record
from app.db.connecting import connector, hang_up, replace_broken
from app.db.patience import in_time
from app.db.pool import GRACE_S, Pool
from app.db.replica import ASK_PRIMARY, Replica
from app.db.vault import rows
from app.db.vault.master import Master
from app.db.vault.ring import MARK, Ring, UnknownKey
from app.db.vault.rings import Vault
from app.db.views import View

R = TypeVar("R")
APPLICATION_ROLE = "asysta_app"
# Every statement stays prepared, however long it is: asyncpg would plan those above 15 KiB anew
# with each request, and all of them every five minutes.
KEEP_PREPARED = {
    "statement_cache_size": 512,
    "max_cacheable_statement_size": 0,
    "max_cached_statement_lifetime": 0,
}


ANY_DAY = date(1970, 1, 1)
NOBODY = UUID(int=0)  # nobody's account, and the centre of those who named none that is there


class NotEntered(Exception):
    """The scope was refused: `standing` says why (session ended, no data authorisation …)."""

    def __init__(self, standing: str) -> None:
        """Keep the word that `app.enter` answered."""
        super().__init__(standing)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and for which request a transaction runs; `account` None is the system itself.

    `now` is the instant in UTC; without it no emergency is open.
    """

    centre: UUID
    account: UUID | None
    session: UUID | None
    roles: tuple[str, ...]
    today: date
    request: UUID
    operation: str
    now: datetime | None = None

    def arguments(self) -> list[Any]:
        """Return the arguments of `app.enter`, in its order."""
        return [
            *(self.centre, self.account, self.session, list(self.roles)),
            *(self.today, self.request, self.operation, self.now),
        ]

    @staticmethod
    def system(centre: UUID, *, today: date, request: UUID, operation: str) -> "Scope":
        """Make the scope of the product's own work in one centre (sign-in, demo data)."""
        return Scope(centre, None, None, (), today, request, operation)


class ScopedSession(Session):
    """A session that enters its scope when its transaction begins, and fills in the centre."""


_ENTER = text(
    "SELECT app.enter(:centre, :account, :session, :roles, :today, :request, :operation, :now)"
)


@event.listens_for(ScopedSession, "after_begin")
def _enter(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    scope: Scope = session.info["scope"]
    names = ("centre", "account", "session", "roles", "today", "request", "operation", "now")
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
        self,
        url: str,
        master: Master,
        *,
        reads: int = 8,
        writes: int = 8,
        timeout_ms: int = 4000,
        replica: str | None = None,
    ) -> None:
        """Prepare the pools; nothing connects before `open`."""
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
        self._seconds = seconds = timeout_ms / 1000
        driver = {"server_settings": self._settings, "timeout": seconds, **KEEP_PREPARED}
        connect = connector(url, **driver)
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            pool_size=writes,
            max_overflow=0,
            pool_timeout=seconds,
            connect_args={"async_creator_fn": connect, "prepared_statement_cache_size": 512},
        )
        event.listen(self._engine.sync_engine, "checkout", replace_broken)
        self._engine.sync_engine.dialect.do_terminate = hang_up  # type: ignore[assignment]
        self._sessions = async_sessionmaker(
            self._engine, sync_session_class=ScopedSession, expire_on_commit=False
        )
        # The server ends a statement, then the pool its wait for it, then the request its own.
        self._patience = seconds + GRACE_S
        self._pool = Pool(connect, reads, seconds - GRACE_S / 2)
        self._brief = Pool(connect, writes, seconds - GRACE_S / 2)
        # A quarter of the time, so that the primary can still answer within the rest.
        self._replica = replica and Replica(
            Pool(connector(replica, **driver), reads, seconds / 4), seconds / 4
        )
        self._used: set[UUID] = set()

    async def open(self) -> None:
        """Connect once, to fail early where there is no database; more as they are needed."""
        await self.ping()

    async def close(self) -> None:
        """Close the pools."""
        await self._pool.close()
        await self._brief.close()
        if self._replica:
            await self._replica.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """Open a transaction in a scope: committed at the end, rolled back on any exception.

        One that takes too long ends with TimeoutError, wherever it waits: at a lock, for a server
        that is silent, or for a synchronous standby that doesn't confirm the commit.
        """
        async with in_time(self._patience), asyncio.timeout(self._seconds):
            info = {"scope": scope, rows.RING: await self.ring(scope.centre)}
            if info[rows.RING] is not None:  # a centre that is not there has no audit
                self._used.add(scope.centre)
            try:
                async with self._sessions(info=info) as session, session.begin():
                    yield session
            except UnknownKey:
                self.vault.forget(scope.centre)
                raise

    async def ring(self, centre: UUID) -> Ring | None:
        """Return the keys of a centre, kept for a minute; None before the centre is there."""
        kept = self.vault.kept(centre)
        if kept is not None or centre == NOBODY:
            return kept
        async with in_time(self._patience):
            return await self._read_ring(centre)

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
        self._used.add(scope.centre)
        async with in_time(self._patience):
            found = await self._read(scope, view, values)
            try:
                return opened(await self.ring(scope.centre), found)
            except UnknownKey:  # added by another process within the last minute
                self.vault.forget(scope.centre)
                return opened(await self.ring(scope.centre), found, newest=True)

    async def _read(self, scope: Scope, view: View, values: dict[str, Any]) -> Any:
        if self._replica and not view.writes:
            standing, position = await self._pool.fetchrow(ASK_PRIMARY, *scope.arguments())
            _require_ok(standing)
            arguments = [*scope.arguments(), *view.arguments(values)]
            found = await self._replica.read(position, view.scoped, arguments)
            if found is not None and found[0] == "ok":
                return found[1]
        return await read_on(self._pool, scope, view, values)

    async def briefly(self, centre: UUID, work: Callable[[Any], Awaitable[R]]) -> R:
        """Do some work in a transaction on a bare connection: it enters its scope by itself."""
        self._used.add(centre)
        async with in_time(self._patience):
            return await self._brief.transact(work)

    async def find_centre(self, view: View, **values: Any) -> UUID | None:
        """Look a centre up by its public code: the one read that needs no scope."""
        async with in_time(self._patience):
            found = await self._pool.fetchval(view.bare, *view.arguments(values))
        return UUID(found) if found else None

    async def tend(self, scope: Scope, view: View, **values: Any) -> Any:
        """Run a view of our own housekeeping: the centre is not in use by that."""
        return await read_on(self._pool, scope, view, values)

    async def look(self, view: View, **values: Any) -> Any:
        """Run a view in no scope: what belongs to no centre (marks of the audit, public data)."""
        return await self._pool.fetchval(view.bare, *view.arguments(values))

    def take_used(self) -> set[UUID]:
        """Return the centres that were entered since the last call: their audit may have grown."""
        used, self._used = self._used, set()
        return used

    async def ping(self) -> None:
        """Ask the database for a sign of life."""
        async with in_time(self._patience):
            await self._pool.fetchval("SELECT 1")


async def read_on(connection: Any, scope: Scope, view: View, values: dict[str, Any]) -> Any:
    """Run a view on an asyncpg connection or a pool; refuse when the scope was not entered."""
    arguments = [*scope.arguments(), *view.arguments(values)]
    standing, result = await connection.fetchrow(view.scoped, *arguments)
    _require_ok(standing)
    return result


def _require_ok(standing: str) -> None:
    if standing != "ok":
        raise NotEntered(standing)


async def show(session: AsyncSession, view: View, **values: Any) -> Any:
    """Run a view inside a command's own transaction, after flushing what it has changed."""
    await session.flush()
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    found = await driver.fetchval(view.bare, *view.arguments(values))
    return opened(rows.ring_of(session.sync_session), found)


def opened(ring: Ring | None, found: Any, *, newest: bool = False) -> Any:
    """Open what is sealed in a view's text or texts; `newest` as `Ring.open_json` has it."""
    if isinstance(found, list):
        return [opened(ring, text, newest=newest) for text in found]
    if found is None or MARK not in found:
        return found
    assert ring is not None, "who reads of a centre knows that it is there"
    return ring.open_json(found, newest=newest)
