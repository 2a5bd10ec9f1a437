"""`python -m app.cli vault …`: the keys that seal what is written about families."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Annotated, TypeAlias
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.db.migrate import connect as administer
from app.db.session import Database
from app.db.vault import keeping, renewal
from app.domain import rooms
from app.domain.identity.queries import CENTRE_ID
from app.main import connect
from app.settings import Settings, WrongSetting, read_settings

Ready: TypeAlias = Callable[[Settings], AbstractContextManager[tuple[Settings, str]]]
Said: TypeAlias = str | Table
Task: TypeAlias = Callable[[Database, asyncpg.Connection], Awaitable[Said]]
OLDER_BACKUPS = """\
Backups from before still hold them, wrapped by the master key: with both, the centre can be read.
To end that: a new master key, `vault rewrap`, a new backup, then destroy the former master key and
every copy of it. Then no earlier backup opens, of any centre. Step by step: docs/operations.md."""
Code = Annotated[str, typer.Option("--centre", help="code of the centre")]


def commands(ready_database: Ready, console: Console) -> typer.Typer:
    """Make the commands; `ready_database` starts the embedded server where there is no other."""
    app = typer.Typer(no_args_is_help=True, help="Keep the keys that seal what is written.")

    def work(task: Task) -> None:
        with ready_database(read_settings()) as (ready, admin):
            console.print(asyncio.run(_with_both_hands(ready, admin, task)))

    @app.command("list")
    def list_keys(centre: Code) -> None:
        """Show the keys of a centre: number, since when, whether destroyed."""
        work(lambda database, _: _listed(database, centre))

    @app.command()
    def rotate(centre: Code) -> None:
        """Give a centre a new key, which seals from now on; `renew` takes the rest along."""
        work(lambda database, _: _rotated(database, centre))

    @app.command("renew")
    def renew_all() -> None:
        """Seal all that is plain or under an older key with the newest; may be interrupted."""
        work(lambda database, owner: renew_shown(database, owner, console))

    @app.command()
    def rewrap() -> None:
        """Wrap every centre's keys with the master key of now (after a change of it)."""
        work(_rewrapped)

    @app.command()
    def destroy(
        centre: Code,
        sure: Annotated[str, typer.Option(help="the centre's code again")] = "",
    ) -> None:
        """Destroy every key of a centre in this database; says what is left to do for backups."""
        if sure != centre:
            raise WrongSetting("This can't be undone: say the code again with --sure.")
        work(lambda database, _: _destroyed(database, centre))

    return app


def renew(settings: Settings, admin: str, console: Console) -> Said:
    """Seal all that is plain or under an older key, for a command that has the database ready."""

    def task(database: Database, owner: asyncpg.Connection) -> Awaitable[Said]:
        return renew_shown(database, owner, console)

    return asyncio.run(_with_both_hands(settings, admin, task))


async def _listed(database: Database, code: str) -> Table:
    table = Table("key", "since (UTC)", "state")
    for key in await keeping.keys_of(database, await _centre(database, code)):
        state = "destroyed" if key.destroyed_at else "kept"
        table.add_row(str(key.number), f"{key.created_at:%Y-%m-%d %H:%M}", state)
    return table


async def _rotated(database: Database, code: str) -> str:
    number = await keeping.rotate(database, await _centre(database, code))
    return f"Key {number} seals within a minute; run `vault renew` after it."


async def _rewrapped(database: Database, owner: asyncpg.Connection) -> str:
    count = await keeping.rewrap(owner, database)
    return f"{count} keys are wrapped anew; ASYSTA_MASTER_KEY_BEFORE may go."


async def _destroyed(database: Database, code: str) -> str:
    count = await keeping.destroy(database, await _centre(database, code))
    return f"{count} keys of {code} are destroyed in this database.\n{OLDER_BACKUPS}"


async def _with_both_hands(settings: Settings, admin: str, task: Task) -> Said:
    list(rooms("tables"))
    database, owner = connect(settings), await administer(admin)
    try:
        return await task(database, owner)
    finally:
        await owner.close()
        await database.close()


async def _centre(database: Database, code: str) -> UUID:
    found = await database.find_centre(CENTRE_ID, code=code)
    if found is None:
        raise WrongSetting(f"There is no centre with the code {code}.")
    return found


async def renew_shown(database: Database, owner: asyncpg.Connection, console: Console) -> str:
    """Seal everything with the newest keys, and show how far it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        bars: dict[str, TaskID] = {}

        def step(table: str, looked: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table, total=None)
            progress.advance(bars[table], looked)

        changed = await renewal.renew(owner, database, step)
    return f"{changed:,} rows are sealed anew."
