"""A database that is ready for the application: the one of the settings, or the embedded one."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app import cli_vault
from app.db import migrate as migrations
from app.db.embedded import embedded_server
from app.settings import Settings

console = Console()
DATABASE = "asysta"
FOUNDATION, SEALING = "20261122_foundation", "20261122_vault"


@contextmanager
def ready_database(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """Yield settings with a database that is migrated, and the administrator's URL of it."""
    if settings.database_url:
        admin = asyncio.run(migrations.prepare(settings.database_url, None, None))
        done = migrations.upgrade(admin, applied=_say_applied)
        _seal(settings, admin, done)
        yield settings, admin
        return
    password = _kept_password(settings.data_dir / "application.password")
    with embedded_server(settings.data_dir / "postgres") as server:
        admin = asyncio.run(migrations.prepare(server.superuser_url, DATABASE, password))
        done = migrations.upgrade(admin, applied=_say_applied)
        url = server.url("asysta_app", password, DATABASE)
        ready = settings.model_copy(update={"database_url": url})
        _seal(ready, admin, done)
        yield ready, admin


def _say_applied(number: int, of: int, what: str) -> None:
    console.print(f"Schema: {number} of {of}, {what}")


def _seal(settings: Settings, admin: str, done: list[str]) -> None:
    """Seal what an earlier release has left plain, when the release that seals comes in."""
    if SEALING in done and FOUNDATION not in done:
        console.print(cli_vault.renew(settings, admin, console))


def _kept_password(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    return path.read_text(encoding="utf-8")
