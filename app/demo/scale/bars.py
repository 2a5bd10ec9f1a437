"""Loading a set with progress bars, for a person at a terminal."""

from dataclasses import dataclass

import asyncpg
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from app.db.vault.master import Master
from app.demo.scale.load import VISITS, load

_SHOWN = {
    "masters": "telling the masters' lives",
    "families": "copying families",
    "keys": "checking foreign keys",
    "vacuum": "vacuum and analyze",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a set is."""

    families: int = 1_000
    centres: int = 40
    visits: int = VISITS


# 2,500 gminas; nine of ten families have had an assistant (45,000), who came 4 million times in
# the last year.
POLAND_YEAR = Size(families=50_600, centres=2_500, visits=128)


async def load_shown(
    url: str, master: Master, size: Size, seed: int, *, audit: bool, console: Console
) -> None:
    """Load a set, show how far it is, and say what it has come to."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, console=console) as progress:
        bars = {what: progress.add_task(text, total=None) for what, text in _SHOWN.items()}
        loaded = await load(
            url,
            master,
            families=size.families,
            centres=size.centres,
            seed=seed,
            visits=size.visits,
            audit=audit,
            progress=lambda what, done, total: progress.update(
                bars[what], completed=done, total=total
            ),
        )
    pace = loaded.rows / loaded.seconds if loaded.seconds else 0
    console.print(
        f"{loaded.rows:,} rows in {loaded.seconds:,.0f} s ({pace:,.0f} a second);"
        f" the database has {decimal(await _size(url))}. As of {loaded.today}:"
        f" {loaded.centres[0].code} to {loaded.centres[-1].code},"
        f" logins kierownik, pracownik1, asystent1 …, password {loaded.password}."
    )


async def _size(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    finally:
        await connection.close()
