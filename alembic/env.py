"""Runs migrations on the database that the command names, one process at a time, as the owner."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.db.connecting import connector
from app.db.migrate import Turn, turn


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _migrate(url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        connect_args={"async_creator_fn": connector(url, timeout=5)},
    )
    async with turn(url, Turn.SCHEMA), engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate(context.config.attributes["url"]))
