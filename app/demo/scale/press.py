"""The press: prints one centre by COPY in one transaction, which is either there or not.

Rows of masters have passed every rule of the API, so a copy is spared the triggers: the session is
a `replica`, which only a superuser may set. Foreign keys and deferrable keys are triggers too, so
they are checked again at the end (`keys.py`); other constraints hold all the time. Row security
does not bind a superuser, and the audit is not forged: a copy has its master's entries or none.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import asyncpg

from app.db.vault.master import Master
from app.demo.scale.masters import Masters
from app.demo.scale.plates import Plate
from app.demo.scale.reading import columns
from app.demo.scale.roster import Roster, family_said
from app.demo.scale.stamps import KEY_COLUMNS, Change, new_ring, sealed
from app.settings import WrongSetting

BATCH = 100  # families that are printed before the next COPY
Step = Callable[[int, int], None]


async def connect(url: str) -> asyncpg.Connection:
    """Connect for loading, or say that only a superuser can."""
    connection = await asyncpg.connect(url)
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.close()
        raise WrongSetting("DATABASE_URL: data at scale are loaded by a superuser only.")
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("SET synchronous_commit = off")
    return connection


async def print_centre(
    connection: asyncpg.Connection, master: Master, masters: Masters, centre: Roster, step: Step
) -> None:
    """Print one centre; `step` is told of each batch how many families and rows it had."""
    async with connection.transaction():
        ring, keys = new_ring(master, UUID(centre.id))
        seal = sealed(ring)
        await _copy(connection, _people(masters, centre), seal)
        await connection.copy_records_to_table("centre_key", records=keys, columns=KEY_COLUMNS)
        for start in range(0, len(centre.families), BATCH):
            families = centre.families[start : start + BATCH]
            printed = ((copy.master.plate, family_said(centre, copy)) for copy in families)
            step(len(families), await _copy(connection, printed, seal))


def _people(masters: Masters, centre: Roster) -> Iterator[tuple[Plate, dict[str, str]]]:
    yield masters.office, centre.said
    for worker in centre.everybody:
        yield worker.plate.plate, centre.said | worker.said


async def _copy(
    connection: asyncpg.Connection, prints: Iterator[tuple[Plate, dict[str, str]]], seal: Change
) -> int:
    """Print plates and copy them in, table by table; return the number of rows."""
    pages: dict[str, list[str]] = {}
    rows = 0
    for plate, said in prints:
        rows += plate.rows
        for table, text in plate.texts.items():
            pages.setdefault(table, []).append(seal(text % said))
    for table, page in pages.items():
        data = memoryview("".join(page).encode())  # bytes would be taken for a path
        await connection.copy_to_table(table, source=data, columns=columns(table), format="text")
    return rows
