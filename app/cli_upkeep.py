"""`python -m app.cli housekeeping`: to be run daily by whoever keeps the server."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeAlias

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from app.api.deps import utc_now
from app.cli_retention import end_files_shown
from app.cli_signs import signs_noted_shown
from app.db.migrate import connect as administer
from app.db.upkeep import tidy
from app.settings import Settings, read_settings

Ready: TypeAlias = Callable[[Settings], AbstractContextManager[tuple[Settings, str]]]


def add_to(app: typer.Typer, ready_database: Ready, console: Console) -> None:
    """Add the command; `ready_database` starts the embedded server where there is no other."""

    @app.command()
    def housekeeping() -> None:
        """Delete what is over, note unusual access, destroy files of approved lists (K8, K9.1).

        It may be interrupted anywhere, and started again.
        """
        with ready_database(read_settings()) as (ready, admin):
            found = asyncio.run(tidy_shown(ready, admin, console))
            proposed, destroyed = asyncio.run(end_files_shown(ready, console))
            noted = asyncio.run(signs_noted_shown(ready, console))
        for table, count in found.items():
            console.print(f"{table}: {count:,} rows are gone.")
        console.print(f"Destruction lists: {proposed:,} files proposed, {destroyed:,} dealt with.")
        console.print(f"Unusual access: {noted:,} signs noted for the managers.")


async def tidy_shown(settings: Settings, admin: str, console: Console) -> dict[str, int]:
    """Tidy up, and show how far it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,} rows"))
    owner = await administer(admin)
    try:
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            bars: dict[str, TaskID] = {}

            def step(table: str, gone: int) -> None:
                if table not in bars:
                    bars[table] = progress.add_task(table, total=None)
                progress.advance(bars[table], gone)

            return await tidy(
                owner,
                utc_now(),
                step,
                answers_for=timedelta(hours=settings.kept_answer_hours),
                tokens_for=timedelta(hours=settings.kept_token_hours),
            )
    finally:
        await owner.close()
