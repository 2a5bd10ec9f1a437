"""An act: who acts, on which day, within which transaction. What every service receives."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col

from app.db.base import Record
from app.db.brief import Brief, Intent, Unseen, Values, carry_out
from app.db.idempotency import KeptAnswer
from app.db.session import Database, Scope, opened
from app.db.vault.ring import Ring
from app.db.vault.rows import ring_of
from app.domain.actor import Actor
from app.domain.errors import NotFound, Stale

R = TypeVar("R", bound=Record)
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Act:
    """One command: it succeeds as a whole or leaves nothing.

    `today` is the day in Warsaw, `now` the instant in UTC; no service reads a clock.
    """

    session: AsyncSession
    actor: Actor
    today: date
    now: datetime

    def add(self, *rows: Record) -> None:
        """Add new rows; their centre is filled in at the flush."""
        self.session.add_all(rows)

    async def flush(self) -> None:
        """Send what has been added, so that later rows may point to it."""
        await self.session.flush()

    async def find(self, table: type[R], row_id: UUID) -> R:
        """Return a row of this centre and scope, or refuse with NotFound (never 403)."""
        row = await self.session.get(table, (self.actor.centre_id, row_id))
        if row is None:
            raise NotFound
        return row

    async def lock(self, table: type[R], row_id: UUID, if_match: int | None = None) -> R:
        """Return a row locked until the end of the act; refuse with Stale on another version."""
        query = (
            select(table)
            .where(col(table.centre_id) == self.actor.centre_id, col(table.id) == row_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        row = (await self.session.execute(query)).scalar_one_or_none()
        if row is None:
            raise NotFound
        if if_match is not None:
            require_version(row.version, if_match)
        return row

    @property
    def ring(self) -> Ring | None:
        """Return the keys of the centre; None before it is there."""
        return ring_of(self.session.sync_session)

    def blind_index(self, column: str, text: str) -> str:
        """Return by what a sealed value is found in this centre."""
        ring = self.ring
        assert ring is not None, "a signed-in person's centre is there"
        return ring.index(column, text)

    def touch(self, row: Record) -> None:
        """Raise a row's version, because what is shown of it has changed in another table."""
        flag_modified(row, "version")


@dataclass(frozen=True, slots=True)
class BriefAct:
    """One hot command that takes the short way: its service gives it once, and it is done."""

    database: Database
    scope: Scope
    intent: Intent
    actor: Actor

    @property
    def today(self) -> date:
        """Return the day in Warsaw."""
        return self.scope.today

    async def give(self, brief: Brief[F], judge: Callable[[F], Values], **given: Any) -> KeptAnswer:
        """Give the command: `judge` refuses, or says from the facts what is to be written.

        `given` are the values that locks, facts and writes have from the request. Refuses with
        NotFound where the first row to lock is not there for this person.
        """
        ring = await self.database.ring(self.scope.centre)
        work = partial(
            carry_out,
            scope=self.scope,
            intent=self.intent,
            brief=brief,
            given=given,
            judge=judge,
            ring=ring,
        )
        try:
            answer = await self.database.briefly(self.scope.centre, work)
        except Unseen:
            raise NotFound from None
        return replace(answer, body=opened(ring, answer.body))


@dataclass(frozen=True, slots=True)
class LongAct:
    """A command with long work in it: several transactions, and none is open during the work.

    Each commits by itself. What one has read the next one reads again, locked, before it writes.
    """

    database: Database
    scope: Scope
    actor: Actor
    now: datetime

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Act]:
        """Open one of the transactions."""
        async with self.database.begin(self.scope) as session:
            yield Act(session, self.actor, self.scope.today, self.now)


def require_version(current: int, if_match: int) -> None:
    """Refuse with Stale a version that is not the one that was read."""
    if current != if_match:
        raise Stale(current=current)
