"""Runs migrations on the database that the command names, one process at a time, as the owner."""

import asyncio
import logging
from itertools import count

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.db.connecting import connector
from app.db.migrate import LOCK_TIMEOUT, Turn, turn

_log = logging.getLogger(__name__)


def _run(connection: Connection) -> None:
    there = set(MigrationContext.configure(connection).get_current_heads())
    connection.rollback()
    known = {step.revision: step for step in context.script.walk_revisions()}
    if there - set(known):
        _log.warning("The schema is newer than this release (%s): left alone.", *there)
        return
    done = _below(context.script, there)
    numbers = count(len(done) + 1)

    def told(*, step: MigrationInfo, **_: object) -> None:
        if step.is_upgrade and step.up_revision is not None:
            applied = context.config.attributes.get("applied")
            context.config.attributes.get("done", []).append(step.up_revision.revision)
            applied and applied(next(numbers), len(known), step.up_revision.doc)

    context.configure(connection=connection, transaction_per_migration=True, on_version_apply=told)
    with context.begin_transaction():
        context.run_migrations()


def _below(script: ScriptDirectory, heads: set[str]) -> set[str]:
    return {step.revision for head in heads for step in script.iterate_revisions(head, "base")}


async def _migrate(url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        connect_args={
            "async_creator_fn": connector(
                url, timeout=5, server_settings={"lock_timeout": LOCK_TIMEOUT}
            )
        },
    )
    async with turn(url, Turn.SCHEMA), engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_migrate(context.config.attributes["url"]))
