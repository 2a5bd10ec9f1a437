"""The families that the benchmark works on: a set of the product's generator."""

import asyncpg
from rich.console import Console

from app.db.vault.master import Master
from app.demo.scale.bars import Size, load_shown
from tests.factories.databases import new_database, of_database

PER_CENTRE = 1000
SEED = 2011


async def load_families(
    superuser_url: str, database: str, master: Master, size: Size, console: Console
) -> None:
    """Make a database with so many families, all signed in; one that is there stays as it is.

    It has another name until it is whole, so that a half-loaded one is never measured; the next
    call goes on with it.
    """
    half = f"{database}_half"
    admin = await asyncpg.connect(superuser_url)
    try:
        there = {row["datname"] for row in await admin.fetch("SELECT datname FROM pg_database")}
        if database in there:
            return
        if half not in there:
            await new_database(superuser_url, half)
        url = of_database(superuser_url, half)
        await load_shown(url, master, size, SEED, audit=False, console=console)
        await admin.execute(f"ALTER DATABASE {half} RENAME TO {database}")
    finally:
        await admin.close()
