"""Keeping the keys of a centre: rotation, renewal, a new master key, destruction."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli_vault import OLDER_BACKUPS, commands
from app.db.failures import Unavailable, meaning
from app.db.session import Database
from app.db.vault import keeping
from app.db.vault.master import Master
from app.db.vault.renewal import renew, sealed_tables
from app.db.vault.ring import DESTROYED, NoKey, UnknownKey, key_number
from app.db.vault.rows import changed_words, sealed_columns
from app.db.views import View
from app.domain.cases.rules import CaseState
from app.domain.families.tables import Person
from app.settings import Settings, WrongSetting
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, MASTER_KEY, name_beside, new_database, of_database
from tests.factories.families import MARIA, settle
from tests.factories.people import ELSEWHERE, HERE, World, settle_world
from tests.factories.scopes import scope_of

NEW = os.urandom(32)


@dataclass(frozen=True, slots=True)
class Office:
    """A database with a case and a family whose mother has a PESEL, and its two hands."""

    url: str
    admin: str
    database: Database
    owner: asyncpg.Connection
    world: World

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """Return rows as they lie there."""
        return [dict(r) for r in await self.owner.fetch(f'SELECT * FROM "{table}" ORDER BY id')]

    async def numbers(self) -> set[int]:
        """Return the numbers of the keys of all that is sealed."""
        found: set[int] = set()

        def note(token: str) -> str:
            found.add(key_number(token))
            return token

        for kind in sealed_tables():
            for row in await self.rows(str(kind.__tablename__)):
                for column in sealed_columns(kind):
                    changed_words(kind, column, row[column], note)
        return found

    async def pesel(self, database: Database) -> str | None:
        """Return the mother's PESEL as the application reads it."""
        async with World(database, TestClock()).acting() as act:
            query = select(Person).where(Person.pesel_index.is_not(None))  # type: ignore[union-attr]
            return (await act.session.execute(query)).scalar_one().pesel


def _quiet(_table: str, _looked: int) -> None:
    """Show nothing."""


@pytest.fixture
async def office(superuser_url: str, database_url: str) -> AsyncIterator[Office]:
    """Settle a case in a database of its own."""
    name = name_beside(database_url, "vault")
    url = await new_database(superuser_url, name)
    await settle_world(url)
    database = Database(url, MASTER, reads=1, writes=2)
    admin = of_database(superuser_url, name)
    owner = await asyncpg.connect(admin)
    world = World(database, TestClock())
    await make_case(world, CaseState.IN_PROGRESS)
    await settle(world, pesel=MARIA)
    yield Office(url, admin, database, owner, world)
    await owner.close()
    await database.close()


def _but_tokens(rows: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    return [{k: v for k, v in row.items() if k not in {"pesel", "pesel_index"}} for row in rows]


async def test_after_a_rotation_renewal_takes_everything_to_the_new_key(office: Office) -> None:
    persons, audit = await office.rows("person"), await office.rows("audit_entry")
    assert await office.numbers() == {1}
    assert await keeping.rotate(office.database, HERE.id) == 2
    changed = await renew(office.owner, office.database, _quiet)
    assert changed > 3
    assert await office.numbers() == {2}
    assert await office.pesel(office.database) == MARIA
    after = await office.rows("person")
    assert _but_tokens(after) == _but_tokens(persons), "versions stay"
    assert [r["pesel_index"] for r in after] == [r["pesel_index"] for r in persons]
    rotation = [r for r in await office.rows("audit_entry") if r not in audit]
    rotation = [r for r in rotation if r["centre_id"] == HERE.id]
    assert {(r["operation"], r["subject"]) for r in rotation} == {("rotate_key", "centre_key")}
    assert await renew(office.owner, office.database, _quiet) == 0


async def test_a_repeated_request_is_known_again_after_a_rotation_and_in_another_process(
    office: Office,
) -> None:
    before = await office.database.ring(HERE.id)
    await keeping.rotate(office.database, HERE.id)
    other = Database(office.url, MASTER, writes=1)
    rings = [before, await office.database.ring(HERE.id), await other.ring(HERE.id)]
    assert [ring.newest for ring in rings if ring] == [1, 2, 2]
    assert len({ring.mark("request", b"said") for ring in rings if ring}) == 1
    await other.close()


async def test_what_was_plain_before_the_release_that_seals_is_sealed(office: Office) -> None:
    plain = "UPDATE person SET pesel = $1, pesel_index = NULL WHERE pesel IS NOT NULL"
    await office.owner.execute("SET session_replication_role = replica")
    await office.owner.execute(plain, MARIA)
    await office.owner.execute("RESET session_replication_role")
    assert await renew(office.owner, office.database, _quiet) == 1
    (row,) = [r for r in await office.rows("person") if r["pesel"]]
    assert MARIA not in row["pesel"]
    assert await office.pesel(office.database) == MARIA


async def test_a_renewal_that_is_interrupted_goes_on_where_it_was(office: Office) -> None:
    await keeping.rotate(office.database, HERE.id)
    tables = 0

    def stop(_table: str, looked: int) -> None:
        nonlocal tables
        tables += looked > 0
        if tables == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await renew(office.owner, office.database, stop)
    assert await office.numbers() == {1, 2}
    safe = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
    assert await office.owner.fetchval(safe) == 0
    assert await office.owner.fetchval("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'") == 0
    await renew(office.owner, office.database, _quiet)
    assert await office.numbers() == {2}


async def test_another_process_seals_with_the_new_key_within_a_minute(office: Office) -> None:
    other = Database(office.url, MASTER, writes=1)
    await other.ring(HERE.id)
    await keeping.rotate(office.database, HERE.id)
    await settle(World(other, TestClock()), first_name="Anna", pesel="44051401359")
    other.vault.forget(HERE.id)  # the minute is over
    assert (await other.ring(HERE.id)).newest == 2  # type: ignore[union-attr]
    assert await office.numbers() == {1}
    await other.close()


async def test_another_process_reads_at_once_what_a_new_key_has_sealed(office: Office) -> None:
    view = View("SELECT json_agg(p.pesel)::text FROM person p WHERE p.pesel IS NOT NULL")
    reader, writer = (Database(office.url, MASTER, writes=1) for _ in range(2))
    for other in (reader, writer):
        await other.ring(HERE.id)
    await keeping.rotate(office.database, HERE.id)
    await office.owner.execute("DELETE FROM person WHERE pesel_index IS NOT NULL")
    await settle(office.world, pesel="44051401359")
    assert "44051401359" in await reader.read(scope_of(HERE.manager), view)
    with pytest.raises(UnknownKey) as early:
        await office.pesel(writer)
    assert meaning(early.value) == Unavailable()
    assert await office.pesel(writer) == "44051401359"
    for other in (reader, writer):
        await other.close()


async def test_a_new_master_key_wraps_and_the_one_before_may_go(office: Office) -> None:
    both = Database(office.url, Master.of(NEW, bytes(range(32))), writes=1)
    assert await keeping.rewrap(office.owner, both) == 4  # two centres, an index and a key each
    await both.close()
    new = Database(office.url, Master.of(NEW), writes=1)
    assert await office.pesel(new) == MARIA
    await new.close()
    old = Database(office.url, MASTER, writes=1)
    with pytest.raises(WrongSetting, match="ASYSTA_MASTER_KEY"):
        await office.pesel(old)
    await old.close()


async def test_destroyed_keys_leave_nothing_to_read_and_nothing_new_is_written(
    office: Office,
) -> None:
    assert await keeping.destroy(office.database, HERE.id) == 2
    assert await office.pesel(office.database) == DESTROYED
    assert all(
        row["wrapped"] is None
        for row in await office.rows("centre_key")
        if row["centre_id"] == HERE.id
    )
    with pytest.raises(NoKey):
        await settle(office.world, first_name="Anna", pesel="44051401359")
    assert await keeping.destroy(office.database, HERE.id) == 0


async def test_a_backup_from_before_the_destruction_opens_until_the_former_master_key_is_gone(
    office: Office,
) -> None:
    backup = [r for r in await office.rows("centre_key") if r["wrapped"]]
    await keeping.destroy(office.database, HERE.id)
    mine = {r["number"]: r["wrapped"] for r in backup if r["centre_id"] == HERE.id}
    assert set(mine) == {0, 1}
    for number, wrapped in mine.items():
        assert MASTER.unwrap(HERE.id, str(number), wrapped), "destroying alone is not enough"
    both = Database(office.url, Master.of(NEW, bytes(range(32))), writes=1)
    assert await keeping.rewrap(office.owner, both) == 2, "of the other centre"
    await both.close()
    present = Master.of(NEW)
    for row in backup:
        with pytest.raises(WrongSetting):
            present.unwrap(row["centre_id"], str(row["number"]), row["wrapped"])
    after = [r for r in await office.rows("centre_key") if r["wrapped"]]
    assert {r["centre_id"] for r in after} == {ELSEWHERE.id}
    for row in after:
        assert present.unwrap(row["centre_id"], str(row["number"]), row["wrapped"])


async def test_the_command_says_what_is_left_to_do_for_backups(
    office: Office, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=office.url, master_key=SecretStr(MASTER_KEY)
    )

    @contextmanager
    def ready(_: Settings) -> Iterator[tuple[Settings, str]]:
        yield settings, office.admin

    shown = StringIO()
    app = commands(ready, Console(file=shown, width=200))
    said = ["destroy", "--centre", HERE.code, "--sure"]
    refused = await asyncio.to_thread(CliRunner().invoke, app, [*said, "other"])
    assert isinstance(refused.exception, WrongSetting)
    assert await office.pesel(office.database) == MARIA
    done = await asyncio.to_thread(CliRunner().invoke, app, [*said, HERE.code])
    assert done.exit_code == 0, done.exception
    assert (
        shown.getvalue()
        == f"2 keys of {HERE.code} are destroyed in this database.\n{OLDER_BACKUPS}\n"
    )
    office.database.vault.forget(HERE.id)  # the minute is over
    assert await office.pesel(office.database) == DESTROYED


async def test_processes_that_need_the_first_key_at_once_share_one(
    superuser_url: str, database_url: str
) -> None:
    name = name_beside(database_url, "first")
    url = await new_database(superuser_url, name)
    await settle_world(url)
    owner = await asyncpg.connect(of_database(superuser_url, name))
    await owner.execute("DELETE FROM centre_key")
    many = [Database(url, MASTER, writes=1) for _ in range(6)]
    rings = await asyncio.gather(*(database.ring(HERE.id) for database in many))
    assert len({ring.index("pesel", MARIA) for ring in rings if ring}) == 1
    assert await owner.fetchval("SELECT count(*) FROM centre_key") == 2
    await owner.close()
    for database in many:
        await database.close()
