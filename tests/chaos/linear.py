"""The limit of fifteen under concurrent assignments, transfers, suspensions, back-dated starts.

Each history has two new assistants, one nearly full, and a dozen families; everything is asked for
at about the same time over the application, on connections of its own. The recorded intervals and
answers must fit some order in a model that knows only places, days and who is suspended; and on no
day may anybody have more than fifteen families (C12).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
from httpx import Response
from sqlalchemy import func, select
from sqlmodel import col

from app.db.session import Database
from app.domain.actor import Role
from app.domain.caseload.queries import list_places
from app.domain.caseload.rules import Duty, Period, most_at_once
from app.domain.caseload.tables import Place
from app.domain.cases.rules import CaseState
from app.domain.identity.tables import Account
from app.main import create_app
from tests.chaos.figures import Figure, Say
from tests.chaos.history import Operation, linearizable
from tests.chaos.office import Office, clock_of_now, office
from tests.factories.api import Api
from tests.factories.assignments import accept, fill, transfer
from tests.factories.databases import MASTER
from tests.factories.endings import version_of
from tests.factories.people import HERE, PASSWORD_HASH, Person, World
from tests.factories.referrals import make_referral
from tests.factories.staff import admitted

LIMIT, ROOM, LATE_MS = 15, 2, 30
PER_SECOND = 2.5  # histories for each second asked for: 20 are fifty
Held: TypeAlias = tuple[tuple[str, date, date], ...]
State: TypeAlias = tuple[tuple[Held, ...], bool]
Ask: TypeAlias = Callable[[], Awaitable[str]]


def model(state: Any, what: tuple[Any, ...]) -> tuple[Any, str]:
    """Say what one operation answers and leaves behind when it is the only one.

    `state`: who holds which families from when until when, for the two assistants, and whether
    the first of them is suspended.
    """
    (held, suspended), (verb, *said) = state, what
    if verb == "suspend":
        return (held, True), "ok"
    family, to, on = said
    if to == 0 and suspended:
        return state, "suspended"
    places = list(held)
    if verb == "transfer":
        places = [tuple(_left(place, family, on) for place in of) for of in places]
    if _full(places[to], on):
        return state, "C12"
    places[to] = tuple(sorted((*places[to], (family, on, date.max))))
    return (tuple(places), suspended), "ok"


def _left(place: tuple[str, date, date], family: str, on: date) -> tuple[str, date, date]:
    name, start, end = place
    return (name, start, max(start, min(on, end))) if name == family else place


def _full(held: Held, since: date) -> bool:
    days = {since, *(start for _, start, _ in held if start > since)}
    return any(sum(start <= day < end for _, start, end in held) >= LIMIT for day in days)


@dataclass(slots=True)
class Scene:
    """Two assistants, the families that they have, and what will be asked for."""

    start: State
    people: tuple[Person, Person]
    asks: list[tuple[tuple[Any, ...], Ask]]

    async def play(self, random_: random.Random) -> list[Operation]:
        """Ask for everything at about the same time; return what came of it."""

        async def one(what: tuple[Any, ...], ask: Ask, late: float) -> Operation:
            await asyncio.sleep(late)
            began = monotonic()
            answer = await ask()
            return Operation(what, began, monotonic(), answer)

        late = [random_.uniform(0, LATE_MS / 1000) for _ in self.asks]
        pairs = zip(self.asks, late, strict=True)
        return list(await asyncio.gather(*(one(*ask, by) for ask, by in pairs)))


def run(seconds: float, say: Say) -> list[Figure]:
    """Play fifty histories for twenty seconds asked for; then some of the naive variant."""
    with office(0, durable=False) as place:
        return asyncio.run(judge(place, max(4, round(seconds * PER_SECOND)), say))


async def judge(place: Office, histories: int, say: Say) -> list[Figure]:
    """Play and check; the planted variant goes last, because it drops the key."""
    database = Database(place.url, MASTER, reads=4, writes=12, timeout_ms=30_000)
    world = World(database, clock_of_now())
    api = Api(create_app(place.settings, database=database, clock=world.clock), world.clock)
    rejected, most, refusals = 0, 0, 0
    before = await place.deadlocks()
    try:
        for n in range(histories):
            say(f"history {n + 1} of {histories}")
            random_ = random.Random(n)  # noqa: S311 - histories that can be played again
            scene = await _scene(world, api, random_)
            history = await scene.play(random_)
            rejected += not linearizable(history, scene.start, model)
            most = max(most, await _most(world, scene.people))
            refusals += sum(operation.answer != "ok" for operation in history)
        deadlocks = await place.deadlocks() - before
        say("the planted variant")
        caught = await _naive(place, world)
    finally:
        await database.close()
    return [
        Figure("histories", histories, least=histories),
        Figure("refusals in them", refusals, least=histories),
        Figure("histories rejected", rejected, most=0),
        Figure("families of one assistant on one day", most, most=LIMIT, least=LIMIT),
        Figure("deadlocks", deadlocks, most=0),
        Figure("planted: counting without a lock is caught", caught, least=1),
    ]


async def _scene(world: World, api: Api, random_: random.Random) -> Scene:
    """Fill the first assistant up to two places; ask for seven more, and let one go."""
    today: date = world.clock.today
    people = (await _hire(world), await _hire(world))
    filled = [LIMIT - ROOM - 1, random_.randrange(10, LIMIT - 1)]
    for person, families in zip(people, filled, strict=True):
        await fill(world, person, families, since=today - timedelta(days=90))
    start: list[list[tuple[str, date, date]]] = [
        [(f"filled {n}", today - timedelta(days=90), date.max) for n in range(families)]
        for families in filled
    ]
    asks: list[tuple[tuple[Any, ...], Ask]] = []
    for source in (0, 1, 1):
        case = await _assigned(world, api, people[source])
        start[source].append((str(case), today, date.max))
        on = today + timedelta(days=random_.choice((0, 0, 7)))
        move = _transfer(api, case, await version_of(world, case), people[1 - source], on)
        asks.append((("transfer", str(case), 1 - source, on), move))
    for back in (0, 0, 0, 5, 9):
        referral, made = await make_referral(
            world, CaseState.UNDER_ANALYSIS, submitted_on=today - timedelta(days=10)
        )
        on = today - timedelta(days=back)
        asks.append((("accept", str(made.case), 0, on), _accept(api, referral, people[0], on)))
    if random_.random() < 0.5:
        asks.append((("suspend",), _suspend(api, people[0], today)))
    held: Iterable[Held] = (tuple(sorted(of)) for of in start)
    return Scene((tuple(held), False), people, asks)


async def _hire(world: World) -> Person:
    """Take on an assistant whom no other history knows."""
    person = Person(f"assistant-{uuid4().hex[:8]}", HERE.id, frozenset({Role.ASSISTANT}))
    async with world.acting() as act:
        act.add(
            Account(
                id=person.id,
                login=person.name,
                full_name="Grażyna Śliwa",
                roles=sorted(person.roles),
                password_hash=PASSWORD_HASH,
            )
        )
        await act.flush()
        act.add(*admitted(person.id))
    return person


async def _assigned(world: World, api: Api, person: Person) -> UUID:
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    response = await accept(api, referral, person)
    assert response.status_code == 201, response.text
    return made.case


def _said(response: Response) -> str:
    if response.is_success:
        return "ok"
    code = str(response.json()["code"])
    return "suspended" if code in {"not_at_work", "C10"} else code


def _accept(api: Api, referral: UUID, person: Person, on: date) -> Ask:
    async def ask() -> str:
        return _said(await accept(api, referral, person, starts_on=on.isoformat()))

    return ask


def _transfer(api: Api, case: UUID, version: int, to: Person, on: date) -> Ask:
    async def ask() -> str:
        manager = api.as_(HERE.manager)
        path = f"/cases/{case}/transfers"
        return _said(await manager.post(path, transfer(to, on), version=version))

    return ask


def _suspend(api: Api, person: Person, since: date) -> Ask:
    async def ask() -> str:
        manager = api.as_(HERE.manager)
        said = {"suspended_from": since.isoformat(), "reason": "Postępowanie karne."}
        return _said(await manager.post(f"/staff/{person.id}/suspension", said, version=1))

    return ask


async def _most(world: World, people: Iterable[Person]) -> int:
    async with world.acting() as act:
        held = [await list_places(act, person.id, Duty.ASSISTANCE) for person in people]
    return max(most_at_once([Period(p.starts_on, p.ends_on) for p in places]) for places in held)


async def _naive(place: Office, world: World, histories: int = 5) -> int:
    """Count without a lock, take then, with no key in the way; return what the check rejects."""
    owner = await asyncpg.connect(place.url)
    await owner.execute("ALTER TABLE place DROP CONSTRAINT place_taken")
    await owner.close()
    today: date = world.clock.today
    caught = 0
    for n in range(histories):
        person = await _hire(world)
        await fill(world, person, LIMIT - 1, since=today)
        start = tuple((f"filled {k}", today, date.max) for k in range(LIMIT - 1))
        asks = [(("accept", f"new {k}", 0, today), _carelessly(world, person)) for k in range(6)]
        scene = Scene(((tuple(sorted(start)), ()), False), (person, person), list(asks))
        history = await scene.play(random.Random(n))  # noqa: S311
        caught += not linearizable(history, scene.start, model)
    return caught


def _carelessly(world: World, person: Person) -> Ask:
    async def ask() -> str:
        async with world.acting() as act:
            query = select(func.count()).where(col(Place.worker_id) == person.id)
            if (await act.session.execute(query)).scalar_one() >= LIMIT:
                return "C12"
            await asyncio.sleep(LATE_MS / 1000)
            act.add(
                Place(
                    worker_id=person.id,
                    duty=Duty.ASSISTANCE,
                    slot=LIMIT,
                    starts_on=act.today,
                    source_id=uuid4(),
                )
            )
        return "ok"

    return ask
