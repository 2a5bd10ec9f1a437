"""The primary is killed under load and its synchronous standby promoted: nothing is lost.

Two API processes, one address with both hosts, clients that write without pause. Whoever watches
the servers (an operator, Patroni) is played by the scenario: it promotes as soon as it has killed.
"""

import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path
from time import monotonic

import asyncpg

from app.settings import Settings
from tests.chaos.figures import Figure, Say
from tests.chaos.herd import Herd
from tests.factories.postgres import Postgres, replicated, url_of
from tests.factories.processes import bearer, launch, serving, sign_in
from tests.factories.serving import settle

DATABASE = "asysta"
LEAST = 20  # writes on either side, or nothing was tried


def run(seconds: float, say: Say) -> list[Figure]:
    """Write for half of the time, kill, promote, and write for the other half."""
    say("a primary and its standby")
    with (
        replicated(durable=True) as (primary, standby),
        tempfile.TemporaryDirectory(prefix="asysta-chaos-") as folder,
    ):
        asyncio.run(_prepare(primary))
        url = url_of(DATABASE, primary, standby) + "?target_session_attrs=primary"
        say("two API processes")
        pair = [launch(url, Path(folder)) for _ in range(2)]
        with serving(*pair):
            asyncio.run(settle(url, Settings(data_dir=Path(folder))))
            asyncio.run(_wait_for_each_other(primary))
            herd = Herd([one.url for one in pair], bearer(sign_in(pair[0], "kierownik")))
            killed = asyncio.run(_break(herd, primary, standby, seconds / 2, say))
        say("counting")
        names = asyncio.run(_names(standby))
    return _figures(herd, killed, names)


async def _prepare(primary: Postgres) -> None:
    await primary.ask(f"CREATE DATABASE {DATABASE}")


async def _wait_for_each_other(primary: Postgres) -> None:
    """From now on a commit is acknowledged when the standby has it on disk."""
    await primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    await primary.ask("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    while await primary.ask("SELECT max(sync_state) FROM pg_stat_replication") != "sync":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _break(
    herd: Herd, primary: Postgres, standby: Postgres, seconds: float, say: Say
) -> float:
    async with herd.writing():
        say("writing")
        await herd.write_on(seconds, LEAST)
        killed = monotonic()
        primary.kill()
        say("killed; promoting the standby")
        await standby.ask("SELECT pg_promote()")
        say("writing again")
        await herd.write_on(seconds, 2 * LEAST)
    return killed


async def _names(server: Postgres) -> Counter[str]:
    connection = await asyncpg.connect(server.url(DATABASE))
    try:
        return Counter(row["name"] for row in await connection.fetch("SELECT name FROM district"))
    finally:
        await connection.close()


def _figures(herd: Herd, killed: float, names: Counter[str]) -> list[Figure]:
    done = list(herd.acknowledged())
    before = sum(answer.ended <= killed for answer in done)
    after = [answer.ended - killed for answer in done if answer.began > killed]
    return [
        Figure("writes acknowledged before", before, least=LEAST),
        Figure("writes acknowledged after", len(after), least=LEAST),
        Figure("acknowledged and lost", sum(names[a.name] == 0 for a in done), most=0),
        Figure("stored twice", sum(n > 1 for n in names.values()), most=0),
        Figure("answers other than done or 503 with Retry-After", herd.untrue(), most=0),
        Figure("first write after the kill", min(after, default=99), most=3, unit="s", timed=True),
        Figure("slowest answer", herd.longest(), most=5, unit="s", timed=True),
    ]
