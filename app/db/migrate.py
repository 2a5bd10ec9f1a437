"""Preparing a database: roles, the database itself, migrations.

Migrations run as an administrator's login that may become the owner role; the application's role
owns nothing and is subject to row security like everybody else.
"""

from pathlib import Path

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy.engine import URL, make_url

from app.db.schema import OWNER_ROLE, roles_sql
from app.db.session import APPLICATION_ROLE
from app.settings import WrongSetting

SCRIPTS = Path(__file__).parents[2] / "alembic"


def configuration(url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database's schema up to a revision, as an administrator."""
    command.upgrade(configuration(url), revision)


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
    connection = await connect(admin_url)
    try:
        for statement in roles_sql(password):
            await connection.execute(statement)
        await connection.execute(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER")
        if database is None:
            return admin_url
        known = "SELECT 1 FROM pg_database WHERE datname = $1"
        if not await connection.fetchval(known, database):
            await connection.execute(f'CREATE DATABASE "{database}"')
    finally:
        await connection.close()
    return text(make_url(admin_url).set(database=database))


async def connect(url: str) -> asyncpg.Connection:
    """Connect, or say in one sentence why not; the URL's password is never shown."""
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        return await asyncpg.connect(url, timeout=5)
    except (TimeoutError, OSError, asyncpg.PostgresError) as failure:
        raise WrongSetting(f"DATABASE_URL: {shown} does not answer ({failure}).") from None


async def require_subject_to_row_security(url: str) -> None:
    """Refuse to serve with a role that row security does not bind."""
    connection = await asyncpg.connect(url, server_settings={"role": APPLICATION_ROLE}, timeout=5)
    try:
        free = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        if await connection.fetchval(free):
            raise WrongSetting("DATABASE_URL: row security does not bind the application's role.")
    finally:
        await connection.close()


def text(url: URL) -> str:
    """Write a URL with its password, for a driver."""
    return url.render_as_string(hide_password=False)
