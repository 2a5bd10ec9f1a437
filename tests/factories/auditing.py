"""A database whose audit is sealed, copies of it to tamper with, and commands run on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from app.auditing.commands import commands
from app.db.sealing import Sealer
from app.db.session import Database
from app.domain.directory.tables import District
from app.settings import Settings
from tests.factories.databases import MASTER, new_database, of_database
from tests.factories.people import ELSEWHERE, HERE, Town, settle_world
from tests.factories.scopes import system_scope

QUICK_S = 0.01


async def write(database: Database, town: Town = HERE, names: int = 1) -> None:
    """Leave so many entries in one transaction."""
    async with database.begin(system_scope(town)) as session:
        session.add_all(District(name=f"Rejon {uuid4()}") for _ in range(names))


async def sealed_database(superuser_url: str, name: str) -> str:
    """Make a database with four seals here and three there; return the application's address."""
    url = await new_database(superuser_url, name)
    await settle_world(url)
    database = Database(url, MASTER, reads=2, writes=2)
    sealer = Sealer(database)
    await sealer.seal([HERE.id, ELSEWHERE.id], every=QUICK_S)
    for names in (1, 3, 4):
        for town in (HERE, ELSEWHERE)[: 1 if names == 1 else 2]:
            await write(database, town, names)
        await sealer.seal(every=QUICK_S)
    await database.close()
    return url


async def copy_of(superuser_url: str, name: str, copy: str) -> str:
    """Copy a database; return the superuser's address of the copy."""
    admin = await asyncpg.connect(superuser_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
    await admin.close()
    return of_database(superuser_url, copy)


async def tamper(url: str, *statements: str) -> None:
    """Change the audit as somebody who may do everything: triggers don't fire."""
    owner = await asyncpg.connect(url)
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"SET app.centre = '{HERE.id}'")
    for statement in statements:
        said = await owner.execute(statement)
        assert not said.endswith(" 0"), f"nothing was changed: {statement}"
    await owner.close()


def audit(url: str, data: Path, *arguments: str) -> Result:
    """Run `audit …` on a database, with its keys and heads in a folder."""

    @contextmanager
    def ready(settings: Settings) -> Iterator[tuple[Settings, str]]:
        yield settings.model_copy(update={"database_url": url}), url

    app = typer.Typer()
    app.add_typer(commands(ready, Console(width=200, soft_wrap=True)), name="audit")
    runner = CliRunner(env={"ASYSTA_DATA_DIR": str(data), "COLUMNS": "200"})
    return runner.invoke(app, ["audit", *arguments])
