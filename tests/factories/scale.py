"""Sets of data at scale for tests: loaded once for a module, and by a process that gets killed."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.db.session import Database
from app.demo.scale import load as scale
from app.demo.scale import masters as telling
from app.demo.scale.load import Loaded
from app.demo.scale.masters import Masters, Step
from app.demo.scale.plan import Plan
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, PASSWORD, new_database, of_database

TODAY = TestClock().today


class Measures(TypedDict):
    """What a set is loaded with."""

    families: int
    centres: int
    seed: int
    visits: int


MEASURES: Measures = {"families": 400, "centres": 4, "seed": 7, "visits": 4}
# Sealing the same words twice makes different tokens: only their places are compared.
_TOKEN = "\x7f[0-9]+[.]([^.]+[.][^.]+[.][^.]+)[.][^\x7f]*\x7f"
_STOPS = """
import asyncio, pickle, signal, sys
from datetime import date
from app.demo.scale import load as scale, press
from tests.factories.databases import MASTER

signal.signal(signal.SIGINT, signal.default_int_handler)
masters = pickle.loads(open(sys.argv[2], "rb").read())

async def told(*_):
    return masters

def stop(what, done, total):
    if what == "families" and done >= int(sys.argv[3]):
        print("there", flush=True)
        sys.stdin.readline()

scale.make_masters, scale.SIDE_BY_SIDE, press.BATCH = told, 1, 5
measures = {name: int(said) for name, said in (word.split("=") for word in sys.argv[5:])}
today = date.fromisoformat(sys.argv[4])
asyncio.run(scale.load(sys.argv[1], MASTER, today=today, progress=stop, **measures))
"""


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """A loaded database, the masters that it was printed from, and its rows as they were then."""

    superuser_url: str
    name: str
    loaded: Loaded
    masters: Masters
    rows: dict[str, tuple[int, str]]

    @property
    def admin_url(self) -> str:
        """Return the superuser's address of it."""
        return of_database(self.superuser_url, self.name)

    @property
    def url(self) -> str:
        """Return the application's address of it."""
        address = make_url(self.admin_url).set(username="asysta_app", password=PASSWORD)
        return address.render_as_string(hide_password=False)

    async def another(self, name: str) -> str:
        """Make an empty database beside it; return the superuser's address."""
        beside = f"{self.name}_{name}"
        await new_database(self.superuser_url, beside)
        return of_database(self.superuser_url, beside)

    @asynccontextmanager
    async def served(self, keys: Path) -> AsyncIterator[Api]:
        """Serve it in process, on the day of the data."""
        settings = Settings(data_dir=keys, database_url=None)
        database = Database(self.url, MASTER, reads=2, writes=2)
        clock = TestClock()
        await database.open()
        yield Api(create_app(settings, database=database, clock=clock), clock)
        await database.close()


def load_set(
    superuser_url: str, database_url: str, name: str, **measures: Unpack[Measures]
) -> LoadedSet:
    """Make a database beside a worker's and load a set into it; keep the masters for others."""
    beside = f"{make_url(database_url).database}_{name}"
    asyncio.run(new_database(superuser_url, beside))
    found: list[Masters] = []

    async def keep(address: str, plan: Plan, step: Step) -> Masters:
        found.append(await telling.make_masters(address, plan, step))
        return found[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale, "make_masters", keep)
        admin = of_database(superuser_url, beside)
        loaded = asyncio.run(scale.load(admin, MASTER, today=TODAY, **measures))
    rows = asyncio.run(all_rows(admin))
    return LoadedSet(superuser_url, beside, loaded, found[0], rows)


async def load_again(
    patch: pytest.MonkeyPatch, admin_url: str, masters: Masters, **measures: Unpack[Measures]
) -> Loaded:
    """Load a set from masters that were told before."""

    async def told(*_: object) -> Masters:
        return masters

    patch.setattr(scale, "make_masters", told)
    return await scale.load(admin_url, MASTER, today=TODAY, **measures)


def load_and_be_stopped(
    admin_url: str, masters: Path, *, after: int, by: signal.Signals, **measures: Unpack[Measures]
) -> int:
    """Load in a process that is signalled when it has printed some families; return its code."""
    words = [f"{name}={value}" for name, value in measures.items()]
    command = [sys.executable, "-c", _STOPS, admin_url, str(masters), str(after), str(TODAY)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [*command, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        process.send_signal(by)
        process.communicate("\n")
        return process.returncode


def quiet(_done: int, _total: int) -> None:
    """Report to nobody."""


def kept(masters: Masters, path: Path) -> Path:
    """Write masters down for another process."""
    path.write_bytes(pickle.dumps(masters))
    return path


async def all_rows(admin_url: str) -> dict[str, tuple[int, str]]:
    """Return the number of rows of every table, and a sum of what they say."""
    connection = await asyncpg.connect(admin_url)
    try:
        names = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname <> 'centre_key'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        found = {}
        for (name,) in names:
            rows = await connection.fetchrow(
                "SELECT count(*), coalesce(md5(string_agg(md5(r.said), '' ORDER BY r.said)), '')"
                " FROM (SELECT regexp_replace(t::text, $1, '\\1', 'g') AS said"
                f' FROM "{name}" t) r',
                _TOKEN,
            )
            found[name] = (rows[0], rows[1])
        return found
    finally:
        await connection.close()


async def alone(admin_url: str) -> None:
    """Wait until nobody else is connected: a killed process's transactions are rolled back."""
    connection = await asyncpg.connect(admin_url)
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    try:
        async with asyncio.timeout(30):
            while await connection.fetchval(others):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def asked(admin_url: str, question: str) -> list[asyncpg.Record]:
    """Ask as the superuser, whom row security does not bind."""
    connection = await asyncpg.connect(admin_url)
    try:
        return list(await connection.fetch(question))
    finally:
        await connection.close()
