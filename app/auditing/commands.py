"""`python -m app.cli audit …`: export, verify, sign. Exit codes: 0 good, 1 broken, 3 not sealed."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.api.deps import day_in_warsaw, utc_now
from app.api.keys import load_keyring
from app.auditing import heads, records
from app.auditing.verifying import Step, Verdict, verify_database, verify_file
from app.db.chain import Broken, Head
from app.db.sealing import Sealer
from app.main import connect
from app.settings import Settings, read_settings

BROKEN, UNSEALED = 1, 3
_AT_ONCE_S = 0.05
Ready: TypeAlias = Callable[[Settings], AbstractContextManager[tuple[Settings, str]]]
Code = Annotated[str | None, typer.Option(help="only the centre with this code")]


def commands(ready_database: Ready, console: Console) -> typer.Typer:
    """Make the commands; `ready_database` starts the embedded server where there is no other."""
    app = typer.Typer(no_args_is_help=True, help=__doc__)

    @app.command()
    def export(
        to: Annotated[Path, typer.Option(help="folder for one NDJSON file per centre")],
        centre: Code = None,
    ) -> None:
        """Write each centre's audit to a file that `audit verify --file` can check offline."""
        to.mkdir(parents=True, exist_ok=True)
        with ready_database(read_settings()) as (ready, _), _bars(console) as step:
            assert ready.database_url
            written = asyncio.run(_export(ready.database_url, to, centre, step))
        for file in written:
            console.print(str(file))

    @app.command()
    def verify(
        file: Annotated[list[Path] | None, typer.Option(help="exports; none: the database")] = None,
        signed: Annotated[Path | None, typer.Option(help="folder of signed heads")] = None,
        keys: Annotated[Path | None, typer.Option(help="JWKS of the keys that signed")] = None,
        centre: Code = None,
    ) -> None:
        """Check every entry against its chain and the signed heads; name the first bad row."""
        settings = read_settings()
        try:
            known = _signed(settings, signed, keys)
        except Broken as broken:
            console.print(f"[red]signed heads: {broken}[/red]")
            raise typer.Exit(BROKEN) from None
        with _bars(console) as step:
            if file:
                verdicts = [verify_file(one, known, step) for one in file]
            else:
                verdicts = _verify(ready_database(settings), known, centre, step)
        raise typer.Exit(_report(console, verdicts))

    @app.command()
    def sign() -> None:
        """Seal what is there, sign the head of each centre, keep it in data_dir and print it."""
        settings = read_settings()
        with ready_database(settings) as (ready, _):
            kept, lines = asyncio.run(_sign(ready))
        for line in lines:
            typer.echo(line)
        console.print(f"{len(lines)} heads signed, kept in {kept}.", style="dim")

    return app


def _verify(
    database: AbstractContextManager[tuple[Settings, str]],
    known: Mapping[str, Sequence[Head]],
    code: str | None,
    step: Step,
) -> list[Verdict]:
    with database as (ready, _):
        assert ready.database_url
        return asyncio.run(verify_database(ready.database_url, known, code, step))


async def _export(url: str, to: Path, code: str | None, step: Step) -> list[Path]:
    written = []
    async with records.connected(url) as connection:
        for centre in await records.centres(connection, code):
            file = to / f"{centre.code}.ndjson"
            async with records.entered(connection, centre) as total:
                with file.open("w", encoding="utf-8") as lines:
                    async for line in records.lines_of(connection, centre):
                        lines.write(f"{line}\n")
                        step(centre.code, 1, total)
            written.append(file)
    return written


def _signed(settings: Settings, folder: Path | None, keys: Path | None) -> dict[str, list[Head]]:
    """Read the heads; the keys are those named, else the service's own and those kept beside."""
    folder = folder or settings.data_dir / heads.FOLDER
    if keys is not None:
        return heads.known_heads(folder, heads.public_keys(keys))
    if not any(folder.glob("*.jws")):
        return {}
    ours = dict(load_keyring(settings).verifying)
    return heads.known_heads(folder, heads.public_keys(folder / heads.KEYS) | ours)


def _report(console: Console, verdicts: list[Verdict]) -> int:
    now, code = utc_now(), 0
    for verdict in verdicts:
        if verdict.broken:
            console.print(f"[red]{verdict.name}: {verdict.broken}[/red]")
            code = BROKEN
            continue
        console.print(
            f"{verdict.name}: {verdict.entries} entries in {verdict.seals} seals hold,"
            f" {verdict.heads} signed heads agree"
        )
        if verdict.unsealed:
            late = verdict.late(now)
            console.print(
                f"{verdict.name}: {verdict.unsealed} entries since {verdict.oldest} are not sealed"
                + (" and nothing seals them: is a server running?" if late else " yet"),
                style="yellow",
            )
            code = code or (UNSEALED if late else 0)
    return code


async def _sign(settings: Settings) -> tuple[Path, list[str]]:
    assert settings.database_url
    database = connect(settings)
    sealer = Sealer(database)
    await sealer.seal(await sealer.all_centres(), every=_AT_ONCE_S)
    await database.close()
    now, ring = utc_now(), load_keyring(settings)
    lines = []
    async with records.connected(settings.database_url) as connection:
        for centre in await records.centres(connection):
            async with records.entered(connection, centre):
                last = await records.last_seal(connection, centre)
            if last is not None:
                iat = int(now.timestamp())
                head = heads.SignedHead(str(centre.id), centre.code, *last, iat)
                lines.append(heads.sign(head, ring.active))
    day = day_in_warsaw(now).isoformat()
    return heads.keep(settings.data_dir / heads.FOLDER, day, lines, ring), lines


@contextmanager
def _bars(console: Console) -> Iterator[Step]:
    """Show a bar for each audit while it is read."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        tasks: dict[str, int] = {}

        def step(name: str, more: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], advance=more)  # type: ignore[arg-type]

        yield step
