"""The sixteenth family: twenty acceptances at once, on a database and connections of their own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlmodel import col

from app.db.session import Database
from app.domain.act import Act
from app.domain.caseload.queries import list_places
from app.domain.caseload.rules import Duty, Period, most_at_once, require_place
from app.domain.caseload.tables import Place
from app.domain.cases.rules import CaseState
from app.domain.errors import Refusal
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.assignments import accept, fill, make_assigned, transfer
from tests.factories.cases import MadeCase
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, new_database
from tests.factories.people import HERE, Person, World, settle_world
from tests.factories.referrals import make_referral

RUNNERS = 20
Attempt = Callable[[], Awaitable[str]]


@pytest.fixture
async def url(superuser_url: str) -> AsyncIterator[str]:
    """Return a database that this test commits to, and drop it afterwards."""
    name = f"asysta_race_{uuid4().hex[:8]}"
    made = await new_database(superuser_url, name)
    await asyncio.to_thread(lambda: asyncio.run(settle_world(made)))
    yield made
    admin = await asyncpg.connect(superuser_url)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def committed(url: str) -> AsyncIterator[World]:
    """Return a world whose acts are committed, with a connection for every runner."""
    database = Database(url, MASTER, writes=RUNNERS, timeout_ms=30_000)
    await database.open()
    yield World(database, TestClock())
    await database.close()


async def race(world: World, person: Person, attempts: list[Attempt]) -> Counter[str]:
    """Run all attempts at once; one may win, and nobody ever has sixteen families."""
    outcomes = Counter(await asyncio.gather(*(attempt() for attempt in attempts)))
    async with world.acting() as act:
        places = await list_places(act, person.id, Duty.ASSISTANCE)
    families = most_at_once([Period(place.starts_on, place.ends_on) for place in places])
    assert families == 15, f"{families} families at once"
    assert outcomes["taken"] == 1, outcomes
    return outcomes


@pytest.mark.rule("C12")
async def test_of_twenty_acceptances_at_once_one_succeeds(
    committed: World, settings: Settings
) -> None:
    await fill(committed, HERE.assistant, 14)
    made = [await make_referral(committed, CaseState.UNDER_ANALYSIS) for _ in range(RUNNERS)]
    api = Api(create_app(settings, database=committed.database, clock=committed.clock), TestClock())

    def acceptance(referral: UUID) -> Attempt:
        async def attempt() -> str:
            response = await accept(api, referral)
            return "taken" if response.status_code == 201 else str(response.json()["code"])

        return attempt

    outcomes = await race(committed, HERE.assistant, [acceptance(referral) for referral, _ in made])
    assert outcomes == {"taken": 1, "C12": RUNNERS - 1}


@pytest.mark.rule("C12")
async def test_of_twelve_transfers_at_once_one_succeeds(
    committed: World, settings: Settings
) -> None:
    await fill(committed, HERE.other_assistant, 14)
    api = Api(create_app(settings, database=committed.database, clock=committed.clock), TestClock())
    families = [(await make_assigned(api, committed))[1] for _ in range(12)]

    def passing(made: MadeCase) -> Attempt:
        async def attempt() -> str:
            body = transfer(HERE.other_assistant, committed.clock.today)
            path = f"/cases/{made.case}/transfers"
            response = await api.as_(HERE.manager).post(path, body, version=made.version)
            return "taken" if response.status_code == 201 else str(response.json()["code"])

        return attempt

    outcomes = await race(committed, HERE.other_assistant, [passing(made) for made in families])
    assert outcomes == {"taken": 1, "C12": 11}


async def test_the_check_catches_who_counts_without_lock_and_key(
    committed: World, url: str, superuser_url: str
) -> None:
    """Planted: everybody counts first and inserts then, and no key stands in the way."""
    await fill(committed, HERE.assistant, 14)
    await drop_key(superuser_url, url)
    everybody_has_counted = asyncio.Barrier(RUNNERS)

    async def naive() -> str:
        async with committed.acting() as act:
            if await count(act, HERE.assistant) >= 15:
                return "C12"
            async with asyncio.timeout(60):  # one that fails before would keep all waiting
                await everybody_has_counted.wait()
            act.add(place_of(HERE.assistant, act))
        return "taken"

    with pytest.raises(AssertionError, match="34 families at once"):
        await race(committed, HERE.assistant, [naive] * RUNNERS)


async def test_without_the_lock_the_key_alone_still_holds(committed: World) -> None:
    """Planted: everybody counts first; of twenty who insert then, the key lets one through."""
    await fill(committed, HERE.assistant, 14)
    everybody_has_counted = asyncio.Barrier(RUNNERS)

    async def careless() -> str:
        try:
            async with committed.acting() as act:
                places = await list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
                held = [Period(place.starts_on, place.ends_on) for place in places]
                require_place(held, Period(act.today), limit=15)
                async with asyncio.timeout(60):
                    await everybody_has_counted.wait()
                act.add(place_of(HERE.assistant, act))
        except Refusal:
            return "C12"
        except Exception as failure:  # noqa: BLE001 - any failure of the database will do
            return type(failure).__name__
        return "taken"

    outcomes = await race(committed, HERE.assistant, [careless] * RUNNERS)
    assert outcomes["taken"] == 1


async def count(act: Act, person: Person) -> int:
    """Count somebody's places without a lock."""
    query = select(func.count()).where(col(Place.worker_id) == person.id)
    return int((await act.session.execute(query)).scalar_one())


def place_of(person: Person, act: Act) -> Place:
    """Make the fifteenth place, as everybody does who has counted fourteen."""
    return Place(
        worker_id=person.id,
        duty=Duty.ASSISTANCE,
        slot=15,
        starts_on=act.today,
        source_id=uuid4(),
    )


async def drop_key(superuser_url: str, url: str) -> None:
    """Take the key away, as only a superuser can."""
    name = make_url(url).database
    address = make_url(superuser_url).set(database=name)
    owner = await asyncpg.connect(address.render_as_string(hide_password=False))
    await owner.execute("ALTER TABLE place DROP CONSTRAINT place_taken")
    await owner.close()
