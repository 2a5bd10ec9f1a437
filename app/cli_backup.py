"""`python -m app.cli backup` and `restore`: one database, one file."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.engine import make_url

from app.db import migrate
from app.db.backup import read_backup, write_backup
from app.db.embedded import embedded_server
from app.settings import Settings, read_settings


def register(app: typer.Typer, console: Console, name: str) -> None:
    """Add both commands; `name` is the embedded server's database."""

    @app.command()
    def backup(to: Annotated[Path, typer.Option(help="file to write; it must not exist")]) -> None:
        """Write a backup of the database while it is in use; keep the keys elsewhere."""
        with _admin(read_settings(), name) as url:
            write_backup(url, to)
        console.print(f"Wrote {to}. The master key and the signing keys are not in it.")

    @app.command()
    def restore(
        source: Annotated[Path, typer.Option("--from", help="a file that `backup` wrote")],
    ) -> None:
        """Restore a backup into an empty database; a used one is refused."""
        with _admin(read_settings(), None) as url:
            database = None if read_settings().database_url else name
            read_backup(asyncio.run(migrate.prepare(url, database, None)), source)
        console.print(f"Restored {source}. Start with the same master key.")


@contextmanager
def _admin(settings: Settings, name: str | None) -> Iterator[str]:
    """Yield the administrator's address, as the schema is: nothing is migrated before a backup."""
    if settings.database_url:
        yield settings.database_url
        return
    with embedded_server(settings.data_dir / "postgres") as server:
        url = make_url(server.superuser_url)
        yield migrate.text(url.set(database=name) if name else url)
