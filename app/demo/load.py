"""Loading demo data through the product's own API: whatever it refuses can't get in."""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial

import httpx
from faker import Faker
from fastapi import FastAPI
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.api.deps import day_in_warsaw, utc_now
from app.db.migrate import Turn, turn
from app.db.session import Database
from app.demo import people, stories
from app.demo.centres import CENTRES, DemoCentre
from app.demo.client import Desk
from app.demo.intake_road import Office
from app.demo.people import SettledCentre, SettledPerson
from app.demo.stories import Timed
from app.demo.work_road import WorkJourney
from app.domain.calendar import WARSAW
from app.domain.passwords.service import hash_password
from app.main import connect, create_app
from app.settings import Settings

FAMILIES_PER_ASSISTANT = 10
SEED = 2011_06_09
PATIENCE_MS = 60_000


class Calendar:
    """The loader's clock: ten o'clock in Warsaw on the day of the act."""

    def __init__(self) -> None:
        """Start today."""
        self.today = day_in_warsaw(utc_now())
        self.day = self.today

    def __call__(self) -> datetime:
        """Return the instant of the act."""
        local = datetime(self.day.year, self.day.month, self.day.day, 10, tzinfo=WARSAW)
        return local.astimezone(UTC)

    def current(self) -> date:
        """Return the day of the act."""
        return self.day


async def load_demo(settings: Settings, families: int, console: Console, *, up_to: bool) -> None:
    """Put families into every demo centre; centres that are not there yet are settled first.

    With `up_to` each centre gets as many as it lacks: what was interrupted goes on. Of several
    processes that start together one loads; the others wait and find everything there.
    """
    database = connect_patiently(settings)
    assert settings.database_url is not None
    async with turn(settings.database_url, Turn.DEMO):
        try:
            await _load(settings, database, families, console, up_to=up_to)
        finally:
            await database.close()


async def _load(
    settings: Settings, database: Database, families: int, console: Console, *, up_to: bool
) -> None:
    known = {demo.code: await people.find(database, demo) for demo in CENTRES}
    there = {code: await people.count_families(database, id_) for code, id_ in known.items()}
    wanted = {code: families if up_to else n + families for code, n in there.items()}
    if all(there[code] >= wanted[code] for code in wanted):
        return
    password_hash = await hash_password(people.PASSWORD)
    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*bars, TimeRemainingColumn(), console=console) as progress:
        # The centres side by side: while one waits for the database, another is served.
        async with asyncio.TaskGroup() as tasks:
            for demo in CENTRES:
                begin, end = there[demo.code], wanted[demo.code]
                settled = await people.settle(
                    database, demo, known[demo.code], password_hash, assistants=_needed(end)
                )
                bar = progress.add_task(demo.code, total=end, completed=begin)
                step = partial(progress.advance, bar)
                first = begin if up_to else 0
                numbers = range(first, first + end - begin)
                tasks.create_task(fill(settings, database, settled, numbers, step))


def connect_patiently(settings: Settings) -> Database:
    """Prepare a database for work that nobody waits for at a screen: a busy machine may pause."""
    return connect(settings.model_copy(update={"statement_timeout_ms": PATIENCE_MS}))


def _needed(families: int) -> int:
    """Return how many assistants a centre needs, so that nobody comes near the limit."""
    return max(4, math.ceil(families * 0.7 / FAMILIES_PER_ASSISTANT))


async def fill(
    settings: Settings,
    database: Database,
    centre: SettledCentre,
    numbers: range,
    step: Callable[[], None],
) -> None:
    """Tell stories of one centre by their numbers, by an application with a calendar of its own."""
    clock = Calendar()
    app = create_app(settings, database=database, clock=clock)
    loader = Loader(app, clock, centre, _dice(centre))
    try:
        async with loader.ready():
            for number in numbers:
                await loader.tell(number)
                step()
    finally:
        await people.end_sessions(database, centre)


def _dice(centre: SettledCentre) -> random.Random:
    """Return chance: at first the same families on every machine, later always other ones."""
    again = "" if centre.new else utc_now().isoformat()
    return random.Random(f"{SEED}/{centre.of.code}/{again}")  # noqa: S311 - nothing secret


class Loader:
    """Tells families' stories in one centre."""

    def __init__(
        self, app: FastAPI, clock: Calendar, centre: SettledCentre, rng: random.Random
    ) -> None:
        """Work in process, in the name of the centre's people."""
        self.app, self.clock, self.centre, self.rng = app, clock, centre, rng
        self.fake = Faker("pl_PL")
        self.fake.seed_instance(rng.randrange(2**32))
        self.foster_family = ""
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://demo")

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """Prepare what stories need: a foster family with its coordinator."""
        async with self.http:
            self.clock.day = self.clock.today - timedelta(days=700)
            await self._settle_foster_family()
            yield

    async def _settle_foster_family(self) -> None:
        manager, coordinator = self._person("kierownik"), self._person("koordynator1")
        said = {
            "register_number": f"RZ/{self.rng.randint(1, 9999)}",
            "town": self.centre.of.town,
            "kind": "foster_family",
        }
        desk = self._desk(manager)
        family = await desk.post("/foster-families", said)
        day = self.clock.day.isoformat()
        await desk.post(
            f"/foster-families/{family.id}/coordinations",
            {
                "coordinator_id": str(coordinator.id),
                "application_received_on": day,
                "opinion_asked_on": day,
                "starts_on": day,
            },
        )
        self.foster_family = family.id

    def _person(self, login: str) -> SettledPerson:
        return self.centre.people[login]

    def _desk(self, person: SettledPerson) -> Desk:
        return Desk(self.http, lambda: self._token(person))

    def _token(self, person: SettledPerson) -> str:
        token: str = self.app.state.tokens.issue(
            subject=person.id,
            centre=person.centre,
            session=person.session,
            roles=frozenset({person.role.value}),
            now=self.clock(),
        )
        return token

    def _office(self, number: int) -> Office:
        """Choose who works with the family: the district's social worker, assistants in turn."""
        demo: DemoCentre = self.centre.of
        assistants = [login for login in self.centre.people if login.startswith("asystent")]
        assistant = self._person(assistants[number % len(assistants)])
        district = number % len(self.centre.districts)
        worker = self._person(f"pracownik{district + 1}")
        return Office(
            social_worker=self._desk(worker),
            manager=self._desk(self._person("kierownik")),
            assistant=self._desk(assistant),
            coordinator=self._desk(self._person("koordynator1")),
            social_worker_id=str(worker.id),
            assistant_id=str(assistant.id),
            coordinator_id=str(self._person("koordynator1").id),
            district_id=str(self.centre.districts[district]),
            gmina=demo.gmina,
            town=demo.town,
            postcode=demo.postcode,
            street=self.rng.choice(demo.streets),
        )

    async def tell(self, number: int) -> None:
        """Tell one family's story; the first ones go through all stories, later ones by weight."""
        told = stories.STORIES
        weights = [story.weight for story in told]
        story = told[number] if number < len(told) else self.rng.choices(told, weights)[0]
        await self.live(number, story.acts)

    async def live(self, number: int, acts: Iterable[Timed]) -> WorkJourney:
        """Let one family live through acts, each on its day; return what became of it."""
        journey = WorkJourney(self._office(number), self.rng, self.fake, self.clock.current)
        journey.ids["foster_family"] = self.foster_family
        for days_ago, act in acts:
            self.clock.day = self.clock.today - timedelta(days=days_ago)
            await act(journey)
        return journey
