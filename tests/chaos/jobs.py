"""Jobs are killed again and again: what they had done stays done, the rest is done once.

`housekeeping` has files to destroy of approved lists, answers that are over, and files to propose.
Whoever starts jobs again (systemd, cron) is played by the scenario, which does so at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

import asyncpg

from app.db.session import Database
from app.domain.destruction import service
from app.domain.destruction.rules import MOST_FILES
from app.domain.destruction.tables import ApprovalFields
from app.domain.retention.rules import MARK
from tests.chaos.figures import Figure, Say
from tests.chaos.office import Office, clock_of_now, office
from tests.chaos.renewing import renew
from tests.chaos.striking import LOOK_S, Striker
from tests.factories.databases import MASTER
from tests.factories.erasure import make_archived, written
from tests.factories.people import HERE, World

RERUN_S, RESTART_S = 60.0, 10.0  # `RestartSec` of docs/operations.md is part of the time to a rerun
PROPOSED = 3
LOOKED_AT = 40  # files whose every text is looked for
_COUNT = "SELECT count(*) FROM "


@dataclass(slots=True)
class Watch:
    """Looks how many files are destroyed, and remembers when it became more."""

    eye: asyncpg.Connection
    seen: list[tuple[float, int]] = field(default_factory=list)

    async def look(self) -> int:
        """Return how many are destroyed by now."""
        found: int = await self.eye.fetchval(f"{_COUNT} erased_file")
        if not self.seen or self.seen[-1][1] != found:
            self.seen.append((monotonic(), found))
        return found

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Look until the end of the block."""
        going = asyncio.Event()
        going.set()

        async def look_on() -> None:
            while going.is_set():
                await self.look()
                await asyncio.sleep(LOOK_S)

        task = asyncio.create_task(look_on())
        try:
            yield
        finally:
            going.clear()
            await task

    def gaps(self, kills: list[float]) -> list[float]:
        """Return the seconds from each kill before the last file to the next one destroyed."""
        grown = [at for at, found in self.seen if found]
        early = [kill for kill in kills if grown[-1:] > [kill]]
        return [min(at - kill for at in grown if at > kill) for kill in early]


def run(seconds: float, say: Say) -> list[Figure]:
    """Destroy fifteen files for each second asked for; kill each job as often as seemly."""
    files = max(MOST_FILES, round(15 * seconds))
    with office(1, durable=False) as place:
        return interrupt(place, files, 10, round(250 * seconds), say)


def interrupt(place: Office, files: int, kills: int, rows: int, say: Say) -> list[Figure]:
    """Kill housekeeping over so many files, and the renewal of so many sealed rows."""
    return asyncio.run(_interrupt(place, files, kills, rows, say))


async def _interrupt(place: Office, files: int, kills: int, rows: int, say: Say) -> list[Figure]:
    say(f"{files} files at their end")
    families = await _approved(place, files)
    eye = await asyncpg.connect(place.url)
    watcher = await asyncpg.connect(place.url)
    try:
        await _old_answers(eye)
        figures = await _housekeeping(place, eye, Watch(watcher), (files, kills), say)
        say("looking at what is left")
        figures += await _left(place, eye, families)
        figures += await renew(place, eye, kills, rows, say)
        figures += await _written_elsewhere(place, eye, say)
    finally:
        await eye.close()
        await watcher.close()
    return figures


async def _approved(place: Office, files: int) -> list[UUID]:
    """Archive files that are due: all on approved lists but for the last few."""
    database = Database(place.url, MASTER)
    world = World(database, clock_of_now())
    try:
        families = []
        for number in range(files):
            families.append((await make_archived(world)).family)
            if (number + 1) % MOST_FILES == 0 or number + 1 == files:
                async with world.acting(person=HERE.manager) as act:
                    listed = await service.propose(act)
                    await act.flush()
                    await service.approve(act, listed.id, 1, ApprovalFields())
        for _ in range(PROPOSED):
            await make_archived(world)
        return families
    finally:
        await database.close()


async def _old_answers(eye: asyncpg.Connection) -> None:
    await eye.execute(
        "INSERT INTO idempotency_key (centre_id, account_id, key, request_hash, at)"
        " SELECT $1, $2, 'old ' || n, 'x', now() - interval '9 days'"
        " FROM generate_series(1, 3500) n",
        *(HERE.id, HERE.manager.id),
    )


async def _housekeeping(
    place: Office, eye: asyncpg.Connection, watch: Watch, size: tuple[int, int], say: Say
) -> list[Figure]:
    files, kills = size
    job = Striker(place, ("housekeeping",), eye)
    async with watch.looking():
        with job:
            ended = await _strike(job, files, kills, say)
    again = place.order("housekeeping")
    more = await watch.look() - files
    gaps = watch.gaps(job.kills)
    return [
        Figure("housekeeping: files destroyed", watch.seen[-1][1], files, files),
        Figure("kills", len(job.kills), least=kills),
        Figure("of them within a transaction", job.amid, least=kills),
        Figure("of them with files left", len(gaps), least=kills // 2),
        Figure("last run, and one after it: exit codes", abs(ended) + abs(again), most=0),
        Figure("files destroyed by the one after it", more, most=0),
        Figure(
            *("from a kill to the next file destroyed", max(gaps, default=RERUN_S)),
            most=RERUN_S - RESTART_S,
            unit="s",
            timed=True,
        ),
    ]


async def _strike(job: Striker, files: int, kills: int, say: Say) -> int:
    """Kill it wherever it is, then after so many files each; return the last run's exit code."""
    job.begin()
    for _ in range(kills // 3):
        await job.strike_after(job.chance.uniform(0.2, 3))
    for number in range(kills):
        say(f"housekeeping, killed {len(job.kills)} times")
        wanted = 1 + number * files // (kills + 1)

        async def reached(wanted: int = wanted) -> bool:
            return bool(await job.eye.fetchval(f"{_COUNT} erased_file") >= wanted)

        await job.strike_amid(reached)
    return await job.end()


async def _left(place: Office, eye: asyncpg.Connection, families: list[UUID]) -> list[Figure]:
    """Count what is not as one undisturbed run would have left it."""
    counted = {
        "files lost": f"{_COUNT} family WHERE id = ANY ($1) AND erased_on IS NULL",
        "files not marked as destroyed on their list": f"{_COUNT} destruction_file"
        " WHERE family_id = ANY ($1) AND state <> 'erased'",
    }
    once = {
        "record": "erased_file r WHERE r.family_id = f.id",
        "audit entry": "audit_entry a WHERE a.family_id = f.id"
        " AND a.subject = 'erased_file' AND a.verb = 'insert'",
        "event": "event e WHERE e.family_id = f.id AND e.type = 'file_erased'",
    }
    counted |= {
        f"files without one {what}": f"{_COUNT} family f WHERE id = ANY ($1)"
        f" AND (SELECT count(*) FROM {query}) <> 1"
        for what, query in once.items()
    }
    found = {what: await eye.fetchval(query, families) for what, query in counted.items()}
    states = dict(
        await eye.fetch("SELECT state, count(*) FROM destruction_list GROUP BY state") or ()
    )
    database = Database(place.url, MASTER)
    world = World(database, clock_of_now())
    some = families[:: max(1, len(families) // LOOKED_AT)]
    half = [family for family in some if await _says_something(world, family)]
    await database.close()
    answers = await eye.fetchval(f"{_COUNT} idempotency_key WHERE starts_with(key, 'old ')")
    lists = -(-len(families) // MOST_FILES)
    return [
        *(Figure(what, value, most=0) for what, value in found.items()),
        Figure(f"files with a text left, of {len(some)}", len(half), most=0),
        Figure("lists carried out", states.get("carried_out", 0), lists, lists),
        Figure("lists proposed of what is due since", states.get("proposed", 0), 1, 1),
        Figure("kept answers over their time", answers, most=0),
    ]


async def _says_something(world: World, family: UUID) -> bool:
    texts = (await written(world, family)).values()
    return {text for said in texts for text in said} != {MARK}


def _half_written(place: Office) -> Callable[[], Awaitable[bool]]:
    async def found() -> bool:
        return bool([*place.folder.glob("*.part")])

    return found


async def _written_elsewhere(place: Office, eye: asyncpg.Connection, say: Say) -> list[Figure]:
    """Kill what writes files: heads of the audit that can't be read, a backup that is not whole."""
    say("audit sign and backup, killed")
    with Striker(place, ("audit", "sign"), eye) as signing:
        signing.begin()
        for _ in range(3):
            await signing.strike_after(signing.chance.uniform(0.5, 3))
        signed = await signing.end()
    file = place.folder / "centre.backup"
    with Striker(place, ("backup", "--to", str(file)), eye) as backing:
        backing.begin()
        await backing.wait_for(_half_written(place))
        whole = int(file.exists())
        await backing.strike_after(0)
        written_again = await backing.end()
    halves = [*place.folder.glob("*.part")]
    verified = place.order("audit", "verify")
    return [
        Figure("audit sign: exit code of the last run", abs(signed), most=0),
        Figure("audit verify: exit code", verified, most=0),
        Figure("backup: there before it was whole", whole, most=0),
        Figure("backup: kills, exit code of the last run", abs(written_again), most=0),
        Figure("backup: halves left beside it", len(halves), most=0),
    ]
