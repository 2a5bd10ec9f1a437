"""The run: every request by every stack in alternating rounds, the order reversed every other one.

Reads share one database. Writes get a fresh copy of it per stack and round, because a transfer
changes what the next one meets.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from app.api.claims import LONGEST
from app.api.keys import load_keyring
from app.api.tokens import Tokens
from app.settings import Settings
from tests.bench import gauges
from tests.bench.floor import floor_sql
from tests.bench.requests import DEEP, READS, WRITES, Asked, ask, find_targets
from tests.bench.servers import LEFT_OUT, PEERS, Stack, serving_all
from tests.factories.databases import of_database
from tests.factories.sources import ROOT

FRESH = 4  # times the warm-up, where the server is new in each round
# Peers know neither the audit's settings nor its trigger's needs: theirs goes without. They look
# rows up by their id alone, so they get the indexes that their own migrations would have made.
_FOR_PEERS = """
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'note_change' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER note_change', t.name);
  END LOOP;
  FOR t IN SELECT attrelid::regclass AS name, attname AS of FROM pg_attribute
            JOIN pg_class c ON c.oid = attrelid AND c.relkind = 'r'
            WHERE c.relnamespace = 'public'::regnamespace AND attnum > 0
              AND attname IN ('id', 'case_id', 'family_id', 'worker_id', 'source_id') LOOP
    EXECUTE format('CREATE INDEX ON %s (%s)', t.name, t.of);
  END LOOP;
END $$"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the benchmark plays: a server, a loaded database on it, keys, how much and how long."""

    superuser_url: str
    database: str
    settings: Settings
    seconds: float = 2.0
    warm: float = 0.4
    connections: int = 8
    in_place: bool = False  # reads on the loaded database itself: a large one has no second place

    @property
    def tokens(self) -> Tokens:
        """Return who signs for the people of the benchmark."""
        ring = load_keyring(self.settings)
        audience, issuer = self.settings.audience, self.settings.issuer
        return Tokens(ring, issuer=issuer, audience=audience, lifetime=LONGEST)

    def url(self, stack: str, database: str) -> str:
        """Return how a stack reaches a database: peers past row security, as its owner would."""
        if stack in PEERS:
            return of_database(self.superuser_url, database)
        url = make_url(self.superuser_url).set(database=database)
        url = url.set(username="asysta_app", password="application")
        return url.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """What one stack did in one round with one kind of request; times in milliseconds."""

    kind: str
    stack: str
    round: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    app_cpu_ms: float
    database_cpu_ms: float

    @property
    def cpu_ms(self) -> float:
        """Return the CPU time of a request, application and PostgreSQL."""
        return self.app_cpu_ms + self.database_cpu_ms


def prepare(stage: Stage, stacks: tuple[str, ...]) -> None:
    """Give the loaded database the floor's functions, and peers a database of their own kind."""
    asyncio.run(_execute(stage, stage.database, "DROP SCHEMA IF EXISTS floor CASCADE"))
    asyncio.run(_execute(stage, stage.database, floor_sql()))
    if set(stacks) & set(PEERS):
        asyncio.run(_copy(stage, f"{stage.database}_peers", stage.database))
        asyncio.run(_execute(stage, f"{stage.database}_peers", _FOR_PEERS))
        asyncio.run(_execute(stage, f"{stage.database}_peers", "VACUUM (ANALYZE)"))


async def _execute(stage: Stage, database: str, statement: str) -> None:
    admin = await asyncpg.connect(of_database(stage.superuser_url, database), timeout=30)
    try:
        await admin.execute(statement, timeout=600)
    finally:
        await admin.close()


@contextmanager
def copies(stage: Stage, names: dict[str, str]) -> Iterator[dict[str, str]]:
    """Copy the loaded database for each stack (or under one name for some); yield addresses."""
    for database, stack in {database: stack for stack, database in names.items()}.items():
        template = f"{stage.database}{'_peers' * (stack in PEERS)}"
        asyncio.run(_copy(stage, database, template))
    try:
        yield {stack: stage.url(stack, database) for stack, database in names.items()}
    finally:
        for database in set(names.values()):
            asyncio.run(_drop(stage, database))


async def _copy(stage: Stage, database: str, template: str) -> None:
    await _drop(stage, database)
    copy = f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY"
    await _execute(stage, "postgres", copy)


async def _drop(stage: Stage, database: str) -> None:
    await _execute(stage, "postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def run(
    stage: Stage,
    kinds: tuple[str, ...],
    stacks: tuple[str, ...],
    rounds: int,
    note: Callable[[Slice], None],
) -> list[Slice]:
    """Measure; `note` is told of each slice."""
    found: list[Slice] = []
    # Every connection of a server that has just started prepares its statements first.
    fresh = replace(stage, warm=stage.warm * FRESH)
    reads = tuple(kind for kind in kinds if kind in {*READS, DEEP})
    writes = tuple(kind for kind in kinds if kind in WRITES)

    def measure(chosen: tuple[str, ...], served: dict[str, Stack], number: int) -> None:
        for kind in chosen:
            for name in _order(stacks, number):
                if (name, kind) not in LEFT_OUT:
                    on = fresh if kind in WRITES else stage
                    found.append(measured(on, kind, served[name], number))
                    note(found[-1])

    if reads:
        with _readable(stage, stacks) as urls, serving_all(urls, stage.settings) as served:
            for number in range(rounds):
                measure(reads, served, number)
    for number in range(rounds if writes else 0):
        names = {stack: f"{stage.database}_{stack}" for stack in stacks}
        with copies(stage, names) as urls, serving_all(urls, stage.settings) as served:
            measure(writes, served, number)
    return found


@contextmanager
def _readable(stage: Stage, stacks: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield where each stack reads; what the readings leave in the audit goes with a copy."""
    if stage.in_place:
        yield {stack: stage.url(stack, stage.database) for stack in stacks}
        return
    names = {stack: f"{stage.database}_{'peers_' * (stack in PEERS)}read" for stack in stacks}
    with copies(stage, names) as urls:
        yield urls


def _order(stacks: tuple[str, ...], number: int) -> tuple[str, ...]:
    return stacks[::-1] if number % 2 else stacks


def requests_of(stage: Stage, kind: str, most: int = 400) -> list[Asked]:
    """Write the requests of a kind against the loaded database, with fresh tokens."""
    url = of_database(stage.superuser_url, stage.database)
    return ask(kind, asyncio.run(find_targets(url, stage.tokens)), most)


def measured(stage: Stage, kind: str, stack: Stack, number: int) -> Slice:
    """Drive one stack for the length of a slice."""
    asked = requests_of(stage, kind, 4000 if kind in WRITES else 400)
    if kind == "W2" and len(asked) < 4 * stage.connections:
        raise RuntimeError(f"{len(asked)} transfers: a family would move again before it is there.")
    order = {
        "port": stack.port,
        "connections": stage.connections,
        "seconds": stage.seconds,
        "warm": stage.warm,
        "asked": [{"texts": a.texts, "version": a.version} for a in asked],
    }
    postmaster = asyncio.run(gauges.postmaster(stage.superuser_url))
    seen, app, database = _drive(order, stack.pid, postmaster)
    wrong = {k: v for k, v in seen["statuses"].items() if k not in {"200", "201"}}
    if wrong or not seen["requests"]:
        raise RuntimeError(f"{stack.name} {kind}: {seen['statuses']}; a refusal is no measurement.")
    many = seen["requests"]
    return Slice(
        kind=kind,
        stack=stack.name,
        round=number,
        requests=many,
        per_second=many / seen["seconds"],
        p50_ms=seen["p50_ms"],
        p99_ms=seen["p99_ms"],
        app_cpu_ms=app / many * 1000,
        database_cpu_ms=database / many * 1000,
    )


def _drive(order: dict[str, Any], app: int, database: int) -> tuple[dict[str, Any], float, float]:
    """Run the generator; return what it saw and the CPU seconds of both sides meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        generator.stdin.write(json.dumps(order))
        generator.stdin.close()
        if generator.stdout.readline().strip() != "go":
            raise RuntimeError("The generator of load gave up.")
        before = gauges.cpu_seconds(app), gauges.cpu_seconds(database)
        said = generator.stdout.readline()
        after = gauges.cpu_seconds(app), gauges.cpu_seconds(database)
    return json.loads(said), after[0] - before[0], after[1] - before[1]


def log_of(stage: Stage) -> Path:
    """Return the log of the benchmark's own server."""
    return stage.settings.data_dir / "pg" / "cluster.log"
