"""Migrations lead to exactly the schema of the catalogue, and back."""

import asyncio
import subprocess

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from app.db import migrate
from app.db.cluster import binaries
from tests.factories.databases import new_database, of_database

# What the first migration leaves behind, because other schemas of the database may use it.
_SHARED = (
    "CREATE EXTENSION",
    "COMMENT ON EXTENSION",
    "GRANT ALL ON SCHEMA public",
    "GRANT USAGE ON SCHEMA public",
    "REVOKE USAGE ON SCHEMA public",
)


async def _empty_database(superuser_url: str, name: str) -> str:
    admin = await asyncpg.connect(superuser_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {name}")
    await admin.close()
    return await migrate.prepare(superuser_url, name, None)


def _dump(url: str) -> list[str]:
    """Dump a schema; the lines that differ by nature (random tokens, Alembic's table) are left."""
    command = [str(binaries() / "pg_dump"), "--schema-only", "--exclude-table=alembic_version", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if not line.startswith(("\\", "--"))]


@pytest.fixture(scope="module")
def migrated(superuser_url: str, worker_id: str) -> str:
    """Return a database that the migrations have made."""
    url = asyncio.run(_empty_database(superuser_url, f"migrated_{worker_id}"))
    migrate.upgrade(url)
    return url


@pytest.fixture(scope="module")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name the worker, so that two don't share a database."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


def test_migrations_lead_to_the_schema_of_the_catalogue(
    migrated: str, superuser_url: str, worker_id: str
) -> None:
    """What a server gets by migrating is what the tests are run on."""
    name = f"catalogue_{worker_id}"
    asyncio.run(new_database(superuser_url, name))
    said = "write a migration: the catalogue and the migrations differ"
    assert _dump(migrated) == _dump(of_database(superuser_url, name)), said


def _own(dump: list[str]) -> list[str]:
    """Leave out what is shared, and how the bodies of functions are indented."""
    return [line.strip() for line in dump if line and not line.startswith(_SHARED)]


def _revisions() -> list[str]:
    """Name all revisions, the first one first."""
    scripts = ScriptDirectory.from_config(migrate.configuration("postgresql://none"))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


@pytest.mark.parametrize("number", range(len(_revisions())), ids=_revisions())
def test_each_migration_goes_up_down_and_up_again(
    superuser_url: str, worker_id: str, number: int
) -> None:
    """A release can be taken back and tried again: nothing of it is left, nothing is missing."""
    url = asyncio.run(_empty_database(superuser_url, f"updown_{worker_id}"))
    before, revision = ["base", *_revisions()][number], _revisions()[number]
    if number:
        migrate.upgrade(url, before)
    without = _dump(url)
    migrate.upgrade(url, revision)
    there = _dump(url)
    assert there != without
    migrate.downgrade(url, before)
    assert _own(_dump(url)) == _own(without)
    migrate.upgrade(url, revision)
    assert _dump(url) == there


def test_a_migration_lets_others_pass_and_tries_again(
    superuser_url: str, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes after a migration that waits for a lock would wait as long as it does."""
    url = asyncio.run(_empty_database(superuser_url, f"locked_{worker_id}"))
    last, head = _revisions()[-2:]
    migrate.upgrade(url, last)
    holder: list[asyncpg.Connection] = []
    attempts: list[float] = []

    async def hold() -> None:
        """Keep what every migration writes, as a long transaction of the product would."""
        holder.append(await asyncpg.connect(url))
        await holder[0].execute("BEGIN; LOCK TABLE alembic_version IN EXCLUSIVE MODE")

    with asyncio.Runner() as runner:

        def release(seconds: float) -> None:
            attempts.append(seconds)
            runner.run(holder[0].close())

        monkeypatch.setattr("app.db.migrate.time.sleep", release)
        runner.run(hold())
        migrate.upgrade(url)
    assert attempts == [migrate.REST_S]
    assert asyncio.run(_version(url)) == head


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version"))
    finally:
        await connection.close()


def test_a_migration_is_told_and_one_that_was_stopped_goes_on(
    superuser_url: str, worker_id: str
) -> None:
    """Ctrl-C within a revision takes it back; the same call does it again."""
    url = asyncio.run(_empty_database(superuser_url, f"stopped_{worker_id}"))
    told: list[tuple[int, int, str]] = []

    def stop(number: int, of: int, _what: str) -> None:
        if number == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate.upgrade(url, applied=stop)
    migrate.upgrade(url, applied=lambda *said: told.append(said))
    assert told
    assert [said[:2] for said in told] == [(told[0][1], told[0][1])]
    assert told[0][2]
    migrate.upgrade(url, applied=lambda *said: told.append(said))
    assert len(told) == 1, "nothing is left to do"


def test_a_schema_that_is_newer_than_the_release_is_left_alone(
    superuser_url: str, worker_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The previous release can be restarted while the next one takes over."""
    url = asyncio.run(_empty_database(superuser_url, f"newer_{worker_id}"))
    migrate.upgrade(url)

    async def next_release() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
        await connection.close()

    asyncio.run(next_release())
    there = _dump(url)
    migrate.upgrade(url)
    assert _dump(url) == there
    assert "newer than this release" in caplog.text
