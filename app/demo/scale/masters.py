"""The masters: one family for each life, told to the product's own API in a scratch database."""

import random
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path

import asyncpg
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.engine import make_url

from app.api.deps import utc_now
from app.db.base import metadata
from app.db.migrate import text
from app.db.schema import schema_sql
from app.db.session import Database
from app.db.vault.ring import Ring
from app.demo import people
from app.demo.centres import CENTRES
from app.demo.client import Answer
from app.demo.load import Calendar, Loader, connect_patiently
from app.demo.people import LONG_AGO, SettledCentre
from app.demo.scale import reading
from app.demo.scale.lives import Life, lives
from app.demo.scale.plan import Plan
from app.demo.scale.plates import Blank, Etcher, Plate, Rows, Told
from app.demo.scale.stamps import stamped
from app.demo.stories import Timed
from app.demo.work_road import WorkJourney
from app.main import create_app
from app.settings import Settings

Step = Callable[[int, int], None]
DEMO = CENTRES[0]
_EARLIER = (0, 4, 10)  # days by which a life is told again
_LOGINS = {
    "manager": "kierownik",
    "social_worker": "pracownik1",
    "assistant": "asystent1",
    "coordinator": "koordynator1",
}


@dataclass(frozen=True, slots=True)
class Person:
    """The plate of somebody of the centre, and which of its ids others point to."""

    plate: Plate
    ids: dict[str, str]  # account, session, and the district or foster family that is theirs


@dataclass(frozen=True, slots=True)
class Family:
    """The plate of a family, and what its copies are to be given."""

    plate: Plate
    weight: float
    id: str
    case: str | None
    state: str | None
    assisted: bool
    in_care: int


@dataclass(frozen=True, slots=True)
class Masters:
    """All that is printed."""

    office: Plate
    people: dict[str, Person]
    families: tuple[Family, ...]


@asynccontextmanager
async def scratch_database(url: str) -> AsyncIterator[str]:
    """Make an empty database with our schema beside the one of a URL; drop it at the end."""
    target = make_url(url)
    name = f"{target.database}_masters"
    admin = await asyncpg.connect(url)
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        await admin.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        address = text(target.set(database=name))
        owner = await asyncpg.connect(address)
        reading.tables()
        for statement in schema_sql(metadata()):
            await owner.execute(statement)
        await owner.close()
        yield address
    finally:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.close()


async def make_masters(url: str, plan: Plan, step: Step) -> Masters:
    """Tell every life in a scratch database, and etch what the API has made of it."""
    told: list[Life] = [
        life
        for earlier in _EARLIER[: plan.tellings]
        for life in lives(plan.today, plan.visits, earlier)
    ]
    with tempfile.TemporaryDirectory() as keys:
        settings = Settings(data_dir=Path(keys)).model_copy(update={"database_url": url})
        async with _settled(settings, plan, len(told)) as (teller, centre, database):
            ring = await database.ring(centre.id)
            assert ring is not None, "it has been settled"
            etching = await Etching.begin(url, centre, teller, ring)
            families = []
            for n, life in enumerate(told):
                families.append(await etching.family(teller, n, life, audit=plan.audit))
                step(n + 1, len(told))
            return await etching.end(families)


@asynccontextmanager
async def _settled(
    settings: Settings, plan: Plan, lives_told: int
) -> AsyncIterator[tuple["Teller", SettledCentre, Database]]:
    database = connect_patiently(settings)
    await database.open()
    try:
        salt = plan.prefix.ljust(16, "-").encode()
        password = Argon2Hasher().hash(people.PASSWORD, salt=salt)
        centre = await people.settle(database, DEMO, None, password, assistants=lives_told)
        clock = Calendar()
        clock.today = plan.today
        app = create_app(settings, database=database, clock=clock)
        dice = random.Random(f"{plan.seed}/masters")  # noqa: S311 - nothing secret
        teller = Teller(app, clock, centre, dice)
        async with teller.ready():
            yield teller, centre, database
    finally:
        await database.close()


class Teller(Loader):
    """A loader that notes at which instant it was which day of the story."""

    async def told(self, number: int, acts: Iterable[Timed]) -> tuple[WorkJourney, Told]:
        """Let a family live, and say when each day of its story was told."""
        marks: list[datetime] = []
        days = []

        async def noted(act: Callable[[WorkJourney], object], journey: WorkJourney) -> Answer:
            marks.append(utc_now())
            days.append(self.clock.day)
            return await act(journey)  # type: ignore[misc,no-any-return]

        journey = await self.live(number, [(ago, partial(noted, act)) for ago, act in acts])
        return journey, Told((*marks, utc_now()), (*days, None))


def _first_name(field: str, n: int) -> str:
    """Leave a blank for a first name of the same sex: of ours, only women's end in a."""
    return f"%({'f' if field.endswith('a') else 'm'}{n % 6})s"


def _put(name: str) -> Blank:
    return lambda _field, _n: f"%({name})s"


_BLANKS: dict[str, Blank] = {
    "centre.code": _put("code"),
    "centre.name": _put("name"),
    "account.login": _put("login"),
    "account.full_name": _put("full_name"),
    "district.name": _put("district_name"),
    "foster_family.register_number": _put("register_number"),
    "foster_family.children_in_care": _put("in_care"),
    "family.surname": _put("surname"),
    "family.street": _put("street"),
    "family.phone": _put("phone"),
    "person.last_name": _put("surname"),
    "person.first_name": _first_name,
}


class Etching:
    """Reads what the API has made, as the superuser, and etches it."""

    def __init__(
        self, connection: asyncpg.Connection, centre: SettledCentre, foster: str, ring: Ring
    ) -> None:
        """Know who is who in the masters' centre, and open what is sealed there."""
        self.stamped = stamped(ring)
        self.connection = connection
        self.centre = centre
        known = {str(centre.id): "%(centre)s", foster: "%(foster_family)s"}
        for person in centre.people.values():
            role = person.role.value.removeprefix("foster_care_")
            known[str(person.id)] = f"%({role})s"
        known |= dict.fromkeys(map(str, centre.districts), "%(district)s")
        self.known = known
        self.values = {DEMO.gmina: "%(gmina)s", DEMO.town: "%(town)s"}

    @classmethod
    async def begin(cls, url: str, centre: SettledCentre, teller: Loader, ring: Ring) -> "Etching":
        """Connect; COPY then writes every instant in UTC."""
        connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
        return cls(connection, centre, teller.foster_family, ring)

    async def family(self, teller: Teller, number: int, life: Life, *, audit: bool) -> Family:
        """Tell one life and etch the family."""
        journey, told = await teller.told(number, life.acts)
        rows = await reading.family_rows(self.connection, journey.ids["family"], audit=audit)
        plate = self._etch(rows, told, _BLANKS | {"place.slot": _put("slot")})
        cases = rows.get("family_case", [])
        in_care = sum(row["ended_on"] == r"\N" for row in rows.get("placement", []))
        return Family(
            plate=plate,
            weight=life.weight,
            id=journey.ids["family"],
            case=cases[0]["id"] if cases else None,
            state=cases[0]["state"] if cases else None,
            assisted=plate.names("assistant"),
            in_care=in_care,
        )

    async def end(self, families: list[Family]) -> Masters:
        """Etch the office and one person of each role, and disconnect."""
        office = self._etch(await reading.office_rows(self.connection), _LONG_AGO, _BLANKS)
        people_ = {role: await self._person(role, login) for role, login in _LOGINS.items()}
        await self.connection.close()
        return Masters(office, people_, tuple(families))

    async def _person(self, role: str, login: str) -> Person:
        account = str(self.centre.people[login].id)
        own = reading.coordinator_rows if role == "coordinator" else reading.person_rows
        rows = await own(self.connection, account)
        ids = {"account": account, "session": rows["user_session"][0]["id"]}
        for table in ("district", "foster_family"):
            if table in rows:
                ids[table] = rows[table][0]["id"]
        known = {uuid: blank for uuid, blank in self.known.items() if uuid not in ids.values()}
        return Person(self._etch(rows, _LONG_AGO, _BLANKS, known), ids)

    def _etch(
        self, rows: Rows, told: Told, blanks: dict[str, Blank], known: dict[str, str] | None = None
    ) -> Plate:
        known = self.known if known is None else known
        return Etcher(known, self.values, blanks, self.stamped).etch(rows, told)


_LONG_AGO = Told(
    (datetime.combine(LONG_AGO, time.min, UTC), datetime(2090, 1, 1, tzinfo=UTC)), (LONG_AGO, None)
)
