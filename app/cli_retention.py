"""The nightly part of retention: what is due is proposed, what is approved is destroyed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from app.api.deps import day_in_warsaw, utc_now
from app.db.sealing import Sealer
from app.db.session import Database, Scope
from app.db.types import new_id
from app.domain import rooms
from app.domain.act import Act
from app.domain.actor import Actor, Role
from app.domain.destruction import queries, service
from app.domain.destruction.rules import ListState, NothingDue
from app.main import connect
from app.settings import Settings

# Told of which list, how many files are done, how many there are.
Step = Callable[[UUID, int, int], None]
NOBODY = UUID(int=0)


@asynccontextmanager
async def acting(
    database: Database, centre: UUID, now: datetime, operation: str = "housekeeping"
) -> AsyncIterator[Act]:
    """Open one transaction of the product itself in a centre; the audit names the operation."""
    today = day_in_warsaw(now)
    scope = Scope.system(centre, today=today, request=new_id(), operation=operation)
    async with database.begin(scope) as session:
        yield Act(session, Actor(NOBODY, centre, None, frozenset({Role.MANAGER})), today, now)


async def propose(database: Database, centre: UUID, now: datetime) -> int:
    """Propose a list of what is due, unless one still waits for the manager; return its files."""
    async with acting(database, centre, now) as act:
        if await queries.is_waiting(act):
            return 0
        try:
            proposed = await service.propose(act)
        except NothingDue:
            return 0
        await act.flush()
        return len(await queries.files_left(act, proposed.id))


async def carry_out(database: Database, centre: UUID, now: datetime, step: Step) -> int:
    """Destroy the files of all approved lists, each in a transaction of its own; return how many.

    It may be interrupted anywhere: what is done stays done, and the next run goes on from there.
    """
    async with acting(database, centre, now) as act:
        lists = await queries.approved_lists(act)
    files = 0
    for list_id in lists:
        async with acting(database, centre, now) as act:
            left = total = len(await queries.files_left(act, list_id))
        while left:
            async with acting(database, centre, now) as act:
                listed = await service.carry_out(act, list_id, 1)
                ended = listed.state is ListState.CARRIED_OUT
            left = 0 if ended else left - 1
            files += 1
            step(list_id, total - left, total)
    return files


async def end_files_shown(settings: Settings, console: Console) -> tuple[int, int]:
    """Do both in every centre, and show how far it is; return files proposed and destroyed."""
    list(rooms("tables"))
    database, now = connect(settings), utc_now()
    await database.open()
    columns = (TextColumn("destruction list {task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=console) as progress:
            bars: dict[UUID, TaskID] = {}

            def step(list_id: UUID, done: int, of: int) -> None:
                if list_id not in bars:
                    bars[list_id] = progress.add_task(str(list_id), total=of)
                progress.update(bars[list_id], completed=done)

            proposed = destroyed = 0
            for centre in await Sealer(database).all_centres():
                destroyed += await carry_out(database, centre, now, step)
                proposed += await propose(database, centre, now)
            return proposed, destroyed
    finally:
        await database.close()
