"""Two demo centres with families in every state, served over real HTTP for the fuzzer."""

import asyncio
from pathlib import Path

import asyncpg
from fastapi import FastAPI

from app.db.session import Database
from app.db.vault.master import load_master
from app.demo import load, people
from app.demo.centres import DemoCentre
from app.demo.stories import STORIES
from app.domain.passwords.service import hash_password
from app.main import create_app
from app.settings import Settings
from tests.factories.databases import new_database, of_database
from tests.fuzz.identities import ABROAD, HOME

PATTERN = "fuzz"
# A busy machine is no failure of the contract: 503 is for a database that is away.
PATIENCE_MS = 60_000
FEW = 4


async def fill(superuser_url: str, folder: Path, families: int = len(STORIES)) -> str:
    """Put both centres into place, side by side; return the application's address of them."""
    url = await new_database(superuser_url, PATTERN)
    settings = _settings(url, folder)
    database = Database(url, load_master(settings), timeout_ms=PATIENCE_MS)
    await database.open()
    password = await hash_password(people.PASSWORD)

    async def settle(centre: DemoCentre, families: int) -> None:
        settled = await people.settle(database, centre, None, password, assistants=4)
        await load.fill(settings, database, settled, range(families), lambda: None)

    async with asyncio.TaskGroup() as both:
        both.create_task(settle(HOME, families))
        both.create_task(settle(ABROAD, FEW))
    await database.close()
    return url


async def copy(superuser_url: str, name: str) -> None:
    """Copy the filled database, so that what one role does never disturbs another."""
    admin = await asyncpg.connect(superuser_url)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE {PATTERN}')
    await admin.close()


def application(url: str, name: str, folder: Path) -> FastAPI:
    """Build the application on a copy."""
    return create_app(_settings(of_database(url, name), folder))


def _settings(url: str, folder: Path) -> Settings:
    changes = {"database_url": url, "statement_timeout_ms": PATIENCE_MS}
    return Settings(data_dir=folder).model_copy(update=changes)
