"""`python -m app.cli deliver`: tells the machines; to be kept running beside the API."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Annotated, TypeAlias

import httpx
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.api.deps import utc_now
from app.delivering.sending import LONGEST_S, Deliverer
from app.domain import rooms
from app.main import connect
from app.settings import Settings, read_settings

Ready: TypeAlias = Callable[[Settings], AbstractContextManager[tuple[Settings, str]]]


def add_to(app: typer.Typer, ready_database: Ready, console: Console) -> None:
    """Add the command; `ready_database` starts the embedded server where there is no other."""

    @app.command()
    def deliver(
        once: Annotated[bool, typer.Option(help="send what is due, then end")] = False,
    ) -> None:
        """Send webhooks what they are to be told (S5); several may run, and any may be killed."""
        with ready_database(read_settings()) as (ready, _), suppress(KeyboardInterrupt):
            asyncio.run(_shown(ready, console, once=once))


async def _shown(settings: Settings, console: Console, *, once: bool) -> None:
    """Deliver, and show how many messages were sent."""
    list(rooms("tables"))
    database = connect(settings)
    await database.open()
    columns = (SpinnerColumn(), TextColumn("messages sent: {task.completed:,}"))
    try:
        async with httpx.AsyncClient(timeout=LONGEST_S) as client:
            deliverer = Deliverer(
                *(database, client, utc_now),
                hosts=settings.webhook_hosts,
                issuer=settings.issuer,
            )
            with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
                bar = progress.add_task("", total=None)

                def told(count: int) -> None:
                    progress.advance(bar, count)

                if not once:
                    await deliverer.run(told)
                while count := await deliverer.round():
                    told(count)
    finally:
        await database.close()
