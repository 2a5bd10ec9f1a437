"""A centre at work for a scenario: a server of its own, families with an assistant, processes."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.api.keys import load_keyring
from app.api.tokens import Tokens
from app.db import migrate
from app.db.session import Database
from app.domain import rooms
from app.settings import Settings
from tests.factories.cases import MadeCase
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, MASTER_KEY
from tests.factories.endings import make_assisted
from tests.factories.people import HERE, PASSWORD, Person, World, settle_world
from tests.factories.postgres import Postgres, make_primary
from tests.factories.processes import Serving, free_port, launch
from tests.factories.sources import ROOT
from tests.factories.visits import visit_said

DATABASE = "asysta"
COMMAND_S = 180.0
LOGIN = {"centre": HERE.code, "login": HERE.manager.name, "password": PASSWORD}


@dataclass(slots=True)
class Office:
    """One centre: where its server, its files and its families are."""

    server: Postgres
    folder: Path
    families: list[MadeCase] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Return the database's address."""
        return self.server.url(DATABASE)

    @property
    def settings(self) -> Settings:
        """Return where the processes keep their keys."""
        return Settings(data_dir=self.folder)

    def launch(self, url: str | None = None, **said: object) -> Serving:
        """Start a process of the API on the office's port."""
        told = {"port": self.port, "master_key": MASTER_KEY} | said
        return launch(url or self.url, self.folder, **told)

    def start(
        self, *arguments: str, url: str | None = None, **settings: str
    ) -> subprocess.Popen[bytes]:
        """Start a command of the product, on another database if one is said."""
        told = {"DATABASE_URL": url or self.url, "ASYSTA_DATA_DIR": str(self.folder)}
        told |= {f"ASYSTA_{name.upper()}": value for name, value in settings.items()}
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=ROOT,
            env=os.environ | told | {"ASYSTA_MASTER_KEY": MASTER_KEY},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def order(self, *arguments: str, url: str | None = None) -> int:
        """Run a command of the product to its end; return its exit code."""
        child = self.start(*arguments, url=url)
        try:
            return child.wait(COMMAND_S)
        finally:
            child.kill()

    def headers(self, person: Person = HERE.assistant) -> dict[str, str]:
        """Sign somebody in without a request: for ten minutes."""
        settings = self.settings
        tokens = Tokens(
            load_keyring(settings),
            issuer=settings.issuer,
            audience=settings.audience,
            lifetime=timedelta(minutes=settings.access_minutes),
        )
        said = tokens.issue(
            subject=person.id,
            centre=person.centre,
            session=person.session_id,
            roles=person.roles,
            now=datetime.now(UTC),
        )
        return {"Authorization": f"Bearer {said}"}

    async def deadlocks(self) -> int:
        """Count the transactions that were ended because some waited for each other in a ring.

        The API answers 503, as if the database were busy: only the server knows it was a mistake.
        """
        said = "SELECT deadlocks FROM pg_stat_database WHERE datname = $1"
        return int(str(await self.server.ask(said, DATABASE)))

    def visit(self, _name: str, number: int) -> tuple[str, dict[str, Any]]:
        """Write a visit of today to one of the families."""
        made = self.families[number % len(self.families)]
        said = visit_said(made, held_on=clock_of_now().today.isoformat(), next_visit_on=None)
        return f"/cases/{made.case}/visits", said


def clock_of_now() -> TestClock:
    """Stop the clock at this instant: the processes of the API go by the true one."""
    clock = TestClock()
    clock.instant = datetime.now(UTC)
    return clock


@contextmanager
def empty_office(*, durable: bool = False) -> Iterator[Office]:
    """Run a server with an empty database until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="asysta-chaos-") as folder:
        root = Path(folder)
        if os.geteuid() == 0:
            root.chmod(0o711)
        server = make_primary(root, durable=durable)
        try:
            server.start(*([] if durable else ["fsync=off"]))
            asyncio.run(migrate.prepare(server.url(), DATABASE, None))
            yield Office(server, root / "data")
        finally:
            server.stop()


@contextmanager
def office(families: int, *, durable: bool = True) -> Iterator[Office]:
    """Run a server with a centre until the end of the block; no process of the API yet."""
    with empty_office(durable=durable) as made:
        migrate.upgrade(made.url)
        list(rooms("tables"))
        asyncio.run(settle_world(made.url))
        made.families += asyncio.run(_settle_families(made.url, families))
        # What made the office is old: a server that dies later has not to repeat it.
        asyncio.run(made.server.ask("CHECKPOINT"))
        load_keyring(made.settings)
        yield made


async def _settle_families(url: str, number: int) -> list[MadeCase]:
    database = Database(url, MASTER)
    try:
        world = World(database, clock_of_now())
        return [await make_assisted(world) for _ in range(number)]
    finally:
        await database.close()
