"""Backup and restore of one database with PostgreSQL's own programs.

The dump is read by a role of its own, `asysta_backup`: it may read every row (BYPASSRLS, because
every table forces row security and a dump under it would be empty) and change none. Keys are no
part of a backup: without the master key nobody can read what is sealed in it.
"""

import asyncio
import os
import subprocess
from glob import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from app.db.cluster import binaries
from app.db.migrate import connect
from app.settings import WrongSetting

BACKUP_ROLE = "asysta_backup"
_ROLE = f"""
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{BACKUP_ROLE}') THEN
        CREATE ROLE {BACKUP_ROLE} NOLOGIN BYPASSRLS;
        GRANT pg_read_all_data TO {BACKUP_ROLE};
      END IF;
    END $$;
    GRANT {BACKUP_ROLE} TO CURRENT_USER;
"""
_THERE = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('app', 'public') AND c.relkind = 'r'
"""


def write_backup(url: str, to: Path) -> None:
    """Write a consistent backup of a running database; the file appears when it is whole."""
    if to.exists():
        raise WrongSetting(f"{to} is there already: choose another file.")
    asyncio.run(_make_role(url))
    # A backup that was killed has left its half, and its pg_dump may still write there.
    for left in to.parent.glob(f"{escape(to.name)}.*.part"):
        left.unlink()
    half = to.with_name(f"{to.name}.{os.getpid()}.part")
    half.touch(mode=0o600)
    options = ("--format=custom", f"--role={BACKUP_ROLE}", f"--file={half}")
    try:
        _run("pg_dump", url, *options)
    except WrongSetting:
        half.unlink()
        raise
    half.replace(to)


def read_backup(url: str, source: Path) -> None:
    """Restore a backup into an empty database, in one transaction; refuse a used one."""
    if not source.is_file():
        raise WrongSetting(f"There is no backup {source}.")
    asyncio.run(_require_empty(url))
    _run("pg_restore", url, "--single-transaction", "--exit-on-error", str(source))


async def _make_role(url: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute(_ROLE)
    except asyncpg.InsufficientPrivilegeError:
        raise WrongSetting(
            f"The login of DATABASE_URL may not make the role {BACKUP_ROLE}. As the superuser: "
            f"CREATE ROLE {BACKUP_ROLE} NOLOGIN BYPASSRLS; "
            f"GRANT pg_read_all_data TO {BACKUP_ROLE}; and grant it to this login."
        ) from None
    finally:
        await connection.close()


async def _require_empty(url: str) -> None:
    connection = await connect(url)
    try:
        tables = await connection.fetchval(_THERE)
    finally:
        await connection.close()
    if tables:
        raise WrongSetting(f"The database holds {tables} tables: restore into an empty one.")


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of the wheel's programs; the password is not among its arguments, which all see."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    address = urlunsplit(parts._replace(netloc=f"{user}{at}{hosts}"))
    done = subprocess.run(
        [str(binaries() / program), "--no-password", f"--dbname={address}", *arguments],
        env=os.environ | {"PGPASSWORD": unquote(password)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise WrongSetting(f"{program}: {said[0]}")
