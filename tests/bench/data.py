"""The families that the benchmark works on: a set of the product's generator."""

import math
from collections.abc import Callable

from app.db.vault.master import Master
from app.demo.scale.load import load, silent
from tests.factories.databases import new_database, of_database

PER_CENTRE = 1000
SEED = 2011


async def load_families(
    superuser_url: str,
    database: str,
    master: Master,
    *,
    families: int,
    centres: int | None = None,
    progress: Callable[[str, int, int], None] = silent,
) -> None:
    """Make a database with so many families, a thousand to a centre unless said; all signed in."""
    await new_database(superuser_url, database)
    url = of_database(superuser_url, database)
    centres = centres or math.ceil(families / PER_CENTRE)
    await load(url, master, families=families, centres=centres, seed=SEED, progress=progress)
