"""Loading a set: centre by centre, each in its own transaction, so that a later run goes on."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

import asyncpg

from app.api.deps import day_in_warsaw, utc_now
from app.db.vault.master import Master
from app.demo import people
from app.demo.scale import press
from app.demo.scale.keys import broken_keys
from app.demo.scale.masters import Masters, make_masters, scratch_database
from app.demo.scale.plan import Plan, goes_on
from app.demo.scale.reading import tables
from app.demo.scale.roster import LoadedCase, LoadedPerson, Roster, roster
from app.settings import WrongSetting

Progress = Callable[[str, int, int], None]  # what is being done, how much of it, of how much
VISITS = 12
SAMPLE = 500  # families of a centre that `Loaded` names
SIDE_BY_SIDE = 3  # while the server takes one centre in, another is printed
_LOCK = 0x5CA1E


class KeysBroken(Exception):
    """Rows were loaded that point to nothing: a defect of the generator, not of the input."""


@dataclass(frozen=True, slots=True)
class LoadedCentre:
    """A centre of the set, with its people and some of its families."""

    id: UUID
    code: str
    people: tuple[LoadedPerson, ...]
    cases: tuple[LoadedCase, ...]

    def of_role(self, role: str) -> tuple[LoadedPerson, ...]:
        """Return its people of a role."""
        return tuple(person for person in self.people if person.role == role)

    def cases_of(self, person: LoadedPerson) -> tuple[LoadedCase, ...]:
        """Return the cases that somebody works with, of those in the sample."""
        mine = (person.account,)
        return tuple(c for c in self.cases if {c.assistant, c.social_worker}.intersection(mine))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the database now; `rows` and `seconds` are those of this run's printing."""

    today: date
    password: str
    centres: tuple[LoadedCentre, ...]
    rows: int
    seconds: float


def silent(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


async def load(  # noqa: PLR0913 - what a set consists of
    url: str,
    master: Master,
    *,
    families: int,
    centres: int,
    seed: int,
    visits: int = VISITS,
    audit: bool = False,
    today: date | None = None,
    progress: Progress = silent,
) -> Loaded:
    """Load a set into a migrated database, as its superuser; go on where an earlier run stopped.

    Refuses with `WrongSetting` a login that is no superuser, a seed that was loaded with other
    measures, and a second load at the same time. `today` is the day of the data: today unless
    said, and that of the earlier run if there was one.
    """
    day = today or day_in_warsaw(utc_now())
    plan = Plan(families, centres, seed, visits, day, audit)
    async with _alone(url) as connection:
        there = await connection.fetch(
            "SELECT code, name FROM centre WHERE starts_with(code, $1)", plan.prefix
        )
        if there:
            plan = goes_on(plan, there[0]["name"])
        async with scratch_database(url) as scratch:
            masters = await make_masters(scratch, plan, partial(progress, "masters"))
        printing = Printing(url, master, plan, masters, progress)
        await printing.run({row["code"] for row in there})
        if printing.rows:
            await _finish(connection, progress)
    return Loaded(
        today=plan.today,
        password=people.PASSWORD,
        centres=tuple(_loaded(roster(plan, masters, n), plan.code(n)) for n in range(centres)),
        rows=printing.rows,
        seconds=printing.seconds,
    )


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await press.connect(url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            raise WrongSetting("Another load of data at scale is running on this database.")
        yield connection
    finally:
        await connection.close()


class Printing:
    """Prints the centres that are not there yet, some side by side."""

    def __init__(
        self, url: str, master: Master, plan: Plan, masters: Masters, progress: Progress
    ) -> None:
        """Know what to print and whom to tell."""
        self.master = master
        self.url, self.plan, self.masters, self.progress = url, plan, masters, progress
        self.rows = self.families = 0
        self.seconds = 0.0

    async def run(self, there: set[str]) -> None:
        """Print; what is interrupted leaves whole centres or nothing of them."""
        began = time.perf_counter()
        numbers = [n for n in range(self.plan.centres) if self.plan.code(n) not in there]
        self.families = self.plan.families - sum(self.plan.share(n) for n in numbers)
        waiting = iter(numbers)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(SIDE_BY_SIDE, len(numbers))):
                tasks.create_task(self._print(waiting))
        self.seconds = time.perf_counter() - began

    async def _print(self, waiting: Iterator[int]) -> None:
        connection = await press.connect(self.url)
        try:
            for number in waiting:
                centre = roster(self.plan, self.masters, number)
                await press.print_centre(connection, self.master, self.masters, centre, self._step)
        finally:
            await connection.close()

    def _step(self, families: int, rows: int) -> None:
        self.families += families
        self.rows += rows
        self.progress("families", self.families, self.plan.families)


async def _finish(connection: asyncpg.Connection, progress: Progress) -> None:
    """Check the keys, and give the planner its figures and the index-only scans their map."""
    broken = await broken_keys(connection, partial(progress, "keys"))
    if broken:
        raise KeysBroken(", ".join(f"{key.name}: {key.rows} rows" for key in broken))
    for n, table in enumerate(tables()):
        await connection.execute(f'VACUUM (ANALYZE) "{table.name}"')
        progress("vacuum", n + 1, len(tables()))


def _loaded(centre: Roster, code: str) -> LoadedCentre:
    return LoadedCentre(
        id=UUID(centre.id),
        code=code,
        people=tuple(worker.loaded for worker in centre.everybody),
        cases=tuple(told.loaded() for told in centre.families[:SAMPLE]),
    )
