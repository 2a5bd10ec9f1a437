"""Counting the statements that a request sends to the database."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import Scope
from app.db.vault.rings import Vault
from app.db.views import View
from tests.factories.databases import OneConnection

R = TypeVar("R")


@dataclass(slots=True)
class Counted:
    """The statements of one stretch: SQLAlchemy's and a brief's, and the views that were read."""

    statements: list[str] = field(default_factory=list)
    views: list[View] = field(default_factory=list)

    @property
    def work(self) -> list[str]:
        """Return the statements that are no savepoints (those are this test's commits)."""
        return [s for s in self.statements if "SAVEPOINT" not in s]


class CountingConnection(OneConnection):
    """One connection that remembers the views read on it."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        """Start with nothing."""
        super().__init__(connection, vault)
        self.views: list[View] = []
        self.brief: list[str] = []

    async def briefly(self, centre: UUID, work: Callable[[Any], Awaitable[R]]) -> R:
        """Remember the statements of a hot command."""

        async def counted_work(driver: Any) -> R:
            return await work(_Counting(driver, self.brief))

        return await super().briefly(centre, counted_work)

    async def read(self, scope: Scope, view: View, **values: Any) -> Any:
        """Remember the view and run it."""
        self.views.append(view)
        return await super().read(scope, view, **values)


@dataclass(frozen=True, slots=True)
class _Counting:
    """A bare connection that remembers what it is asked."""

    driver: Any
    asked: list[str]

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        self.asked.append(query)
        return await self.driver.fetchrow(query, *arguments)


@contextmanager
def counted(database: CountingConnection) -> Iterator[Counted]:
    """Count until the end of the block."""
    found, engine = Counted(), database.connection.sync_connection
    views, brief = len(database.views), len(database.brief)

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
        found.views.extend(database.views[views:])
        found.statements.extend(database.brief[brief:])
