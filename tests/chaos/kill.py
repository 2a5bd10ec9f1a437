"""Database and API are killed again and again under load: each acknowledged write is there once.

Clients record visits under Idempotency-Keys and repeat what was not answered. At the end nothing
may be open: the visits in the database are exactly those that somebody was told of, and each has
one event and one entry in the audit. The server is durable; it dies as by a loss of power.
"""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg

from tests.chaos.figures import Figure, Say
from tests.chaos.herd import Herd
from tests.chaos.office import Office, office
from tests.factories.processes import Serving

CLIENTS = 8
PER_SECOND = 1000  # of the seconds that were asked for: 20 are 20,000 writes
LONGEST_S = 420.0
VICTIMS = ("database", "api", "database", "both", "api", "database")


@dataclass(slots=True)
class Killer:
    """Kills one after another and starts anew at once, as a supervisor does."""

    of: Office
    api: Serving
    herd: Herd
    restarted: list[tuple[str, float]] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    async def kill(self, victim: str) -> None:
        """End a process without farewell, start it again and note when."""
        if victim != "database":
            self.api.child.kill()
            self.api.child.wait()
        if victim != "api":
            self.of.server.kill()
        up = monotonic()
        if victim != "api":
            await asyncio.to_thread(self.of.server.start)
            self.recoveries.append(monotonic() - up)
        if victim != "database":
            began = monotonic()
            self.api = self.of.launch()
            await asyncio.to_thread(self.api.await_ready)
            up = monotonic()
            self.starts.append(up - began)
        self.restarted.append((victim, up))

    def waiting(self) -> bool:
        """Tell whether no write was begun and done since the last restart."""
        return all(answer.began <= self.restarted[-1][1] for answer in self.herd.acknowledged())

    def first_answers(self, *victims: str) -> float:
        """Return the longest time to the first write that was begun and done after a restart.

        A database has restarted when it is started, an API when it is ready: until then nobody
        can reach it (with several workers, the others answer).
        """
        done = sorted((a.began, a.ended) for a in self.herd.acknowledged())
        waits = [
            min((ended - at for began, ended in done if began > at), default=LONGEST_S)
            for victim, at in self.restarted
            if victim in victims
        ]
        return max(waits, default=0.0)


def run(seconds: float, say: Say) -> list[Figure]:
    """Record visits, a thousand for each second asked for, and kill five times and more."""
    writes = round(PER_SECOND * seconds)
    victims = VICTIMS if seconds >= 5 else VICTIMS[:2]
    with office(CLIENTS) as place:
        api = place.launch()
        api.await_ready()
        herd = Herd([api.url], place.headers(), clients=CLIENTS, patient=True, write=place.visit)
        killer = Killer(place, api, herd)
        try:
            asyncio.run(_under_load(killer, writes, victims, say))
        finally:
            killer.api.end()
        say("counting")
        there = asyncio.run(_count(place.url))
    return _figures(killer, there, writes, len(victims))


async def _under_load(killer: Killer, writes: int, victims: tuple[str, ...], say: Say) -> None:
    began = monotonic()
    async with killer.herd.writing():
        left = list(victims)
        while (done := len(list(killer.herd.acknowledged()))) < writes or left or killer.waiting():
            if monotonic() - began > LONGEST_S:
                break
            say(f"{done:,} of {writes:,} writes, {len(killer.restarted)} kills")
            if left and done >= writes * (len(victims) - len(left) + 1) / (len(victims) + 1):
                killer.herd.headers.update(killer.of.headers())
                await killer.kill(left.pop(0))
            await asyncio.sleep(0.2)


_COUNT = """
    SELECT v.id::text,
           (SELECT count(*) FROM event e WHERE e.subject_id = v.id) AS events,
           (SELECT count(*) FROM audit_entry a WHERE a.subject_id = v.id AND a.verb = 'insert'
               AND a.subject = 'visit') AS entries
      FROM visit v
"""


async def _count(url: str) -> list[Any]:
    """Count as the superuser: nothing is hidden from it."""
    connection = await asyncpg.connect(url)
    try:
        for table in ("event", "audit_entry"):
            await connection.execute(f"CREATE INDEX ON {table} (subject_id)")
        return list(await connection.fetch(_COUNT))
    finally:
        await connection.close()


def _figures(killer: Killer, there: list[Any], writes: int, kills: int) -> list[Figure]:
    told = {answer.made for answer in killer.herd.acknowledged()}
    stored = {row["id"] for row in there}
    strange = [a.status for a in killer.herd.answers if a.status not in {0, 201, 503}]
    mute = [a for a in killer.herd.answers if a.status == 503 and not a.retry_after]
    return [
        Figure("writes acknowledged", len(told), least=writes),
        Figure("kills", len(killer.restarted), least=kills),
        Figure("acknowledged and lost", len(told - stored), most=0),
        Figure("stored and never acknowledged, or twice", len(stored - told), most=0),
        Figure("visits without one event", sum(r["events"] != 1 for r in there), most=0),
        Figure("visits without one entry", sum(r["entries"] != 1 for r in there), most=0),
        Figure("other answers than done or 503 with Retry-After", len(strange + mute), most=0),
        Figure(
            *("first write after a restart of the database", killer.first_answers("database")),
            most=2,
            unit="s",
            timed=True,
        ),
        Figure(
            "of it: the server's recovery", max(killer.recoveries, default=0), unit="s", timed=True
        ),
        Figure(
            *("first write after the API is ready", killer.first_answers("api", "both")),
            most=2,
            unit="s",
            timed=True,
        ),
        Figure("start of the API", max(killer.starts, default=0), unit="s", timed=True),
    ]
