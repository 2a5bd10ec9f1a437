"""The nightly part of oversight: unusual access becomes a task of the manager (K9.1)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.api.deps import day_in_warsaw, utc_now
from app.cli_retention import acting
from app.db.sealing import Sealer
from app.db.session import Database
from app.domain import rooms
from app.domain.oversight import service
from app.domain.oversight.rules import DAYS_BACK, MOST_NOTED, days_to_note
from app.main import connect
from app.settings import Settings

Step = Callable[[], None]  # told of each day that is done


async def note_signs(database: Database, centre: UUID, now: datetime, step: Step) -> int:
    """Note the signs of a centre's last days, a day or a thousand in a transaction; say how many.

    It may be interrupted anywhere: what is noted stays noted, and is not noted again.
    """
    noted = 0
    for day in days_to_note(day_in_warsaw(now)):
        more = MOST_NOTED
        while more == MOST_NOTED:
            async with acting(database, centre, now) as act:
                more = await service.note_signs(act, day)
            noted += more
        step()
    return noted


async def signs_noted_shown(settings: Settings, console: Console) -> int:
    """Note the signs of every centre, and show how far it is; return how many."""
    list(rooms("tables"))
    database, now, noted = connect(settings), utc_now(), 0
    await database.open()
    columns = (TextColumn("{task.description}"), BarColumn())
    try:
        with Progress(*columns, MofNCompleteColumn(), console=console) as progress:
            centres = await Sealer(database).all_centres()
            bar = progress.add_task("unusual access, days", total=len(centres) * DAYS_BACK)
            for centre in centres:
                noted += await note_signs(database, centre, now, lambda: progress.advance(bar))
        return noted
    finally:
        await database.close()
