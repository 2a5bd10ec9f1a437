"""A backup, restored on an empty server, is the same centre: rows, audit, and served again."""

import asyncio
import os
import tempfile
from pathlib import Path

import asyncpg
import httpx

from tests.chaos.figures import Figure, Say
from tests.chaos.herd import Herd
from tests.chaos.office import DATABASE, Office, office
from tests.factories.postgres import Postgres, make_primary

WRONG_SETTING = 2


def run(seconds: float, say: Say) -> list[Figure]:
    """Write for a quarter of the seconds asked for, then back up and restore."""
    with office(4) as place:
        return carry_over(place, seconds / 4, say)


def carry_over(place: Office, seconds: float, say: Say) -> list[Figure]:
    """Write, back up, restore elsewhere, compare, verify, serve."""
    say("writing")
    asyncio.run(_write(place, seconds))
    with tempfile.TemporaryDirectory(prefix="asysta-chaos-") as folder:
        root = Path(folder)
        if os.geteuid() == 0:
            root.chmod(0o711)
        file = root / "centre.backup"
        say("backup")
        written = place.order("backup", "--to", str(file))
        fresh = make_primary(root)
        try:
            fresh.start("fsync=off")
            asyncio.run(_create(fresh))
            return _restored(place, fresh, file, written, say)
        finally:
            fresh.stop()


def _restored(place: Office, fresh: Postgres, file: Path, written: int, say: Say) -> list[Figure]:
    url = fresh.url(DATABASE)
    say("restore")
    restored = place.order("restore", "--from", str(file), url=url)
    over = place.order("restore", "--from", str(file), url=url)
    before, after = asyncio.run(_counts(place.url)), asyncio.run(_counts(url))
    differing = {t for t in before.keys() | after.keys() if before.get(t) != after.get(t)}
    say("audit verify, and serving again")
    verified = place.order("audit", "verify", url=url)
    return [
        Figure("backup and restore: exit codes", written + restored, most=0),
        Figure("tables", len(after), least=30),
        Figure("rows", sum(after.values()), least=100),
        Figure("tables with another number of rows", len(differing), most=0),
        Figure("audit verify: exit code (3: not sealed yet)", verified % 3, most=0),
        Figure("restore over a used database: exit code", over, WRONG_SETTING, WRONG_SETTING),
        Figure("families read over HTTP", _served(place, url), least=len(place.families)),
    ]


async def _write(place: Office, seconds: float) -> None:
    api = place.launch()
    try:
        await asyncio.to_thread(api.await_ready)
        herd = Herd([api.url], place.headers(), clients=4, patient=True, write=place.visit)
        async with herd.writing():
            await herd.write_on(seconds, least=20)
    finally:
        await asyncio.to_thread(api.end)


async def _create(server: Postgres) -> None:
    await server.ask(f"CREATE DATABASE {DATABASE}")


async def _counts(url: str) -> dict[str, int]:
    """Count the rows of every table as the superuser."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname IN ('app', 'public')"
        )
        names = [row["tablename"] for row in tables]
        return {n: await connection.fetchval(f'SELECT count(*) FROM "{n}"') for n in names}
    finally:
        await connection.close()


def _served(place: Office, url: str) -> int:
    """Serve the restored database with the same keys; count the families that can be read."""
    api = place.launch(url)
    try:
        api.await_ready()
        paths = [f"{api.url}/api/v1/cases/{made.case}/visits" for made in place.families]
        answers = [httpx.get(path, headers=place.headers(), timeout=30) for path in paths]
        return sum(a.status_code == 200 and bool(a.json()["items"]) for a in answers)
    finally:
        api.end()
