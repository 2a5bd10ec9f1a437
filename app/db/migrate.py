"""Preparing a database: roles, the database itself, migrations.

Migrations run as an administrator's login that may become the owner role; the application's role
owns nothing and is subject to row security like everybody else. Several processes may start on one
database at once: each waits its turn, and whoever comes second finds the work done.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy.engine import URL, make_url

from app.db.connecting import connector, shown
from app.db.failures import KNOWN, Unavailable, meaning
from app.db.schema import OWNER_ROLE, roles_sql
from app.db.session import APPLICATION_ROLE
from app.settings import WrongSetting

SCRIPTS = Path(__file__).parents[2] / "alembic"
# Whoever waits for a table's lock is queued before everybody who comes later, and holds what it has
# locked before: with several tables those waits add up, and no request may wait five seconds for
# them. So a migration gives up soon, lets others pass and tries again.
LOCK_TIMEOUT = "250ms"
ATTEMPTS, REST_S = 60, 0.5
_log = logging.getLogger(__name__)
Applied: TypeAlias = Callable[[int, int, str], None]  # which revision, of how many, what it does


def _untold(_number: int, _of: int, _what: str) -> None:
    """Tell nobody."""


class Turn(IntEnum):
    """What only one process may do at a time on a database: the key of an advisory lock."""

    SCHEMA = 0xA5_0001
    DEMO = 0xA5_0002


@asynccontextmanager
async def turn(url: str, of: Turn) -> AsyncIterator[asyncpg.Connection]:
    """Wait until no other process does the same, and hold the lock on a connection of its own.

    The lock is asked for again and again: a statement that waits for it would have a snapshot,
    and the index that the other one builds concurrently would wait for that.
    """
    connection = await connect(url)
    try:
        asked = 0
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", of):
            asked += 1
            if asked == 20:
                _log.warning("Another process prepares this database (%s): waiting.", of.name)
            await asyncio.sleep(0.1)
        yield connection
    finally:
        await connection.close()


def configuration(url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head", *, applied: Applied = _untold) -> list[str]:
    """Bring a database's schema up to a revision, as an administrator; return what was applied.

    Each revision is a transaction: stopped in between, the same call goes on. A schema that is
    newer than this release is left alone, and served: a release reads the schema of the next one.
    While others use the tables it waits its turn in short attempts.
    """
    config = configuration(url)
    config.attributes["applied"] = applied
    done: list[str] = []
    config.attributes["done"] = done
    for attempt in range(1, ATTEMPTS + 1):
        try:
            command.upgrade(config, revision)
        except KNOWN as failure:
            if attempt == ATTEMPTS or not isinstance(meaning(failure), Unavailable):
                raise
            _log.warning("A table is in use: trying again (%d of %d).", attempt, ATTEMPTS)
            time.sleep(REST_S)
        else:
            break
    return done


def downgrade(url: str, revision: str) -> None:
    """Take a database's schema back to a revision."""
    command.downgrade(configuration(url), revision)


def run(script: str) -> None:
    """Run the statements of a migration as the owner, by asyncpg's simple protocol."""
    adapted = op.get_bind().connection.dbapi_connection
    assert adapted is not None
    op.execute("SELECT 1")  # opens the transaction that the driver starts lazily
    owned = f"SET ROLE {OWNER_ROLE};{script};RESET ROLE"
    adapted.run_async(lambda driver: driver.execute(owned))


async def prepare(admin_url: str, database: str | None, password: str | None) -> str:
    """Make the roles, and the database where one is named; return the administrator's URL of it.

    `password` is set for the application role's own login (the embedded server); without it the
    role can't sign in and is taken on by the login of the settings.
    """
    async with turn(admin_url, Turn.SCHEMA) as connection:
        for statement in roles_sql(password):
            await connection.execute(statement)
        await connection.execute(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER")
        if database is None:
            return admin_url
        known = "SELECT 1 FROM pg_database WHERE datname = $1"
        if not await connection.fetchval(known, database):
            await connection.execute(f'CREATE DATABASE "{database}"')
    return text(make_url(admin_url).set(database=database))


async def connect(url: str) -> asyncpg.Connection:
    """Connect, or say in one sentence why not; the URL's password is never shown."""
    try:
        return await connector(url, timeout=5)()
    except KNOWN as failure:
        raise WrongSetting(f"DATABASE_URL: {shown(url)} does not answer ({failure}).") from None


def text(url: URL) -> str:
    """Write a URL with its password, for a driver."""
    return url.render_as_string(hide_password=False)
