"""What an administrator does with the keys of a centre: rotate, rewrap, destroy."""

from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.db.session import ANY_DAY, Database, Scope
from app.db.vault.tables import CentreKey


def _scope(centre: UUID, operation: str) -> Scope:
    return Scope.system(centre, today=ANY_DAY, request=uuid4(), operation=operation)


async def keys_of(database: Database, centre: UUID) -> list[CentreKey]:
    """Return the keys of a centre by number: 0 is the one of the blind indexes."""
    async with database.begin(_scope(centre, "list_keys")) as session:
        return await _rows(session, centre)


async def _rows(session: AsyncSession, centre: UUID) -> list[CentreKey]:
    query = select(CentreKey).where(col(CentreKey.centre_id) == centre)
    return list((await session.execute(query.order_by(col(CentreKey.number)))).scalars())


async def rotate(database: Database, centre: UUID) -> int:
    """Add a data key to a centre; return its number. Other processes learn it within a minute."""
    async with database.begin(_scope(centre, "rotate_key")) as session:
        number = max(key.number for key in await _rows(session, centre)) + 1
        await database.vault.add_key(session, centre, number)
    database.vault.forget(centre)
    return number


async def destroy(database: Database, centre: UUID) -> int:
    """Destroy the keys of a centre, the index's among them; return how many there were.

    A copy of the rows from before opens with the master key of then: only its end ends them.
    """
    count = 0
    async with database.begin(_scope(centre, "destroy_keys")) as session:
        for key in await _rows(session, centre):
            count += key.wrapped is not None
            if key.wrapped:
                key.wrapped = None
                key.destroyed_at = func.now()  # type: ignore[assignment]
    database.vault.forget(centre)
    return count


async def rewrap(owner: asyncpg.Connection, database: Database) -> int:
    """Wrap the keys of every centre with the first master key; return how many."""
    count = 0
    for (centre,) in await owner.fetch("SELECT id FROM centre ORDER BY id"):
        async with database.begin(_scope(centre, "rewrap_keys")) as session:
            for key in await _rows(session, centre):
                if key.wrapped:
                    raw = database.vault.master.unwrap(centre, str(key.number), key.wrapped)
                    key.wrapped = database.vault.master.wrap(centre, str(key.number), raw)
                    count += 1
    return count
