"""`python -m app.cli overdue`: whether the nightly work is done, by what it has left undone.

No job reports on itself: one that never starts could not. What a run of the night before last would
have done, and nobody has done since, is overdue.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from sqlalchemy import select, text
from sqlmodel import col

from app.api.deps import day_in_warsaw, utc_now
from app.auditing import heads
from app.auditing.verifying import PATIENCE
from app.cli_retention import acting
from app.db import upkeep
from app.db.sealing import Sealer
from app.domain import rooms
from app.domain.act import Act
from app.domain.destruction import queries
from app.domain.destruction.rules import ListState
from app.domain.destruction.tables import DestructionList
from app.domain.webhooks.queries import is_behind
from app.main import connect
from app.settings import Settings, read_settings

BEHIND = 1
LATE = timedelta(days=2)
DELIVERED_WITHIN = timedelta(hours=3)
Ready: TypeAlias = Callable[[Settings], AbstractContextManager[tuple[Settings, str]]]
_UNSEALED = text(
    "SELECT EXISTS (SELECT FROM audit_entry e WHERE e.centre_id = app.centre() AND e.at < :before"
    " AND e.position > (SELECT coalesce(max(s.upto), 0) FROM audit_seal s"
    " WHERE s.centre_id = app.centre()))"
)


def add_to(app: typer.Typer, ready_database: Ready, console: Console) -> None:
    """Add the command; `ready_database` starts the embedded server where there is no other."""

    @app.command()
    def overdue(
        backups: Annotated[Path | None, typer.Option(help="folder of the backups")] = None,
    ) -> None:
        """Say which nightly work has not been done for two days; exit code 1 where some has not."""
        now = utc_now()
        with ready_database(read_settings()) as (ready, _):
            found = asyncio.run(_in_all_centres(ready, now))
            said = [f"{what} (centres: {centres})" for what, centres in sorted(found.items())]
            said += kept(ready.data_dir / heads.FOLDER, backups, now)
        for line in said:
            console.print(f"[red]Overdue:[/red] {line}", soft_wrap=True)
        if said:
            raise typer.Exit(BEHIND)
        console.print("Nothing is overdue.")


async def _in_all_centres(settings: Settings, now: datetime) -> Counter[str]:
    """Return what is overdue in the database, and in how many centres."""
    list(rooms("tables"))
    database, found = connect(settings), Counter[str]()
    await database.open()
    try:
        for centre in await Sealer(database).all_centres():
            async with acting(database, centre, now) as act:
                found.update(await undone(act, settings))
    finally:
        await database.close()
    return found


async def undone(act: Act, settings: Settings) -> list[str]:
    """Return what is overdue in one centre, each as a command and what it has left."""
    before, found = act.today - LATE, []
    hours = (settings.kept_answer_hours, settings.kept_token_hours)
    for kind in upkeep.kinds(*(timedelta(hours=n) for n in hours)):
        over = kind.over.replace("$1", ":before")
        query = text(f"SELECT EXISTS (SELECT FROM {kind.table} x WHERE {over})")
        if await act.session.scalar(query, {"before": act.now - kind.kept_for - LATE}):
            found.append(f"housekeeping: rows of {kind.table} that are over")
    approved = select(col(DestructionList.id)).where(
        col(DestructionList.centre_id) == act.actor.centre_id,
        col(DestructionList.state) == ListState.APPROVED,
        col(DestructionList.approved_on) <= before,
    )
    if (await act.session.execute(approved.limit(1))).first():
        found.append("housekeeping: files of an approved destruction list")
    due = [file for file in await queries.files_due(act) if file.until <= before]
    if due and not await queries.is_waiting(act):
        found.append("housekeeping: files that are due and on no destruction list")
    if await is_behind(act, act.now - DELIVERED_WITHIN):
        found.append("deliver: messages to webhooks that nobody sends")
    if await act.session.scalar(_UNSEALED, {"before": act.now - PATIENCE}):
        found.append("serve: entries of the audit that nothing seals")
    return found


def kept(signed: Path, backups: Path | None, now: datetime) -> Iterator[str]:
    """Yield what is overdue among the files: heads of the audit, backups where they are known."""
    last = max((file.stem for file in signed.glob("*.jws")), default="")
    if last < (day_in_warsaw(now) - LATE).isoformat():
        yield f"audit sign: the last signed head is {f'of {last}' if last else 'still to come'}"
    if backups is not None:
        written = max((file.stat().st_mtime for file in backups.glob("*.backup")), default=0.0)
        if written < (now - LATE).timestamp():
            day = datetime.fromtimestamp(written, UTC).date()
            yield f"backup: the last one is {f'of {day}' if written else 'still to come'}"
