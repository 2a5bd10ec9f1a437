"""A database that is ready for the application: the one of the settings, or the embedded one."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app.db import migrate as migrations
from app.db.embedded import embedded_server
from app.settings import Settings

console = Console()
DATABASE = "asysta"


@contextmanager
def ready_database(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """Yield settings with a database that is migrated, and the administrator's URL of it."""
    if settings.database_url:
        admin = asyncio.run(migrations.prepare(settings.database_url, None, None))
        migrations.upgrade(admin, applied=_say_applied)
        yield settings, admin
        return
    password = _kept_password(settings.data_dir / "application.password")
    with embedded_server(settings.data_dir / "postgres") as server:
        admin = asyncio.run(migrations.prepare(server.superuser_url, DATABASE, password))
        migrations.upgrade(admin, applied=_say_applied)
        url = server.url("asysta_app", password, DATABASE)
        yield settings.model_copy(update={"database_url": url}), admin


def _say_applied(number: int, of: int, what: str) -> None:
    console.print(f"Schema: {number} of {of}, {what}")


def _kept_password(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    return path.read_text(encoding="utf-8")
