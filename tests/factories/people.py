"""The people of two centres: settled once per worker, the same in every test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from pwdlib.hashers.argon2 import Argon2Hasher

from app.db.session import Database, Scope
from app.db.vault.rings import Vault
from app.domain.act import Act
from app.domain.actor import Actor, Role
from app.domain.centres.rules import WelfareCentreKind
from app.domain.centres.tables import Centre
from app.domain.directory.tables import District, DistrictWorker
from app.domain.identity.tables import Account, UserSession
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER
from tests.factories.staff import LONG_AGO, admitted

_SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
PASSWORD = "siedem lipcowych burz"


def cheap_hash(password: str) -> str:
    """Hash cheaply: what is slow on purpose is tried by the tests of passwords."""
    return Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


PASSWORD_HASH = cheap_hash(PASSWORD)
_vaults: dict[str, Vault] = {}
FULL_NAMES = {
    "social-worker": "Marta Zaleska",
    "other-social-worker": "Danuta Sokół",
    "assistant": "Joanna Wilczek",
    "other-assistant": "Tomasz Borowik",
    "manager": "Renata Kulesza",
    "coordinator": "Ewa Modrzejewska",
    "other-coordinator": "Piotr Gajda",
    "administrator": "Bogdan Siwek",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in: their ids are the same in every run."""

    name: str
    centre: UUID
    roles: frozenset[Role]
    id: UUID = field(init=False)
    session_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        """Derive the ids from the name."""
        object.__setattr__(self, "id", uuid5(_SPACE, f"{self.centre}/{self.name}"))
        object.__setattr__(self, "session_id", uuid5(_SPACE, f"{self.centre}/{self.name}/session"))


@dataclass(frozen=True, slots=True)
class Town:
    """One centre with two districts and its people; the second of a kind is "the other"."""

    code: str
    name: str
    gmina: str

    @property
    def id(self) -> UUID:
        """Return the centre's id."""
        return uuid5(_SPACE, self.code)

    @property
    def district(self) -> UUID:
        """Return the district of `social_worker`."""
        return uuid5(_SPACE, f"{self.code}/district")

    @property
    def other_district(self) -> UUID:
        """Return the district of `other_social_worker`."""
        return uuid5(_SPACE, f"{self.code}/other district")

    def _person(self, name: str, role: Role) -> Person:
        return Person(name, self.id, frozenset({role}))

    @property
    def social_worker(self) -> Person:
        """Serve the first district."""
        return self._person("social-worker", Role.SOCIAL_WORKER)

    @property
    def other_social_worker(self) -> Person:
        """Serve the other district."""
        return self._person("other-social-worker", Role.SOCIAL_WORKER)

    @property
    def assistant(self) -> Person:
        """Assist families."""
        return self._person("assistant", Role.ASSISTANT)

    @property
    def other_assistant(self) -> Person:
        """Assist other families."""
        return self._person("other-assistant", Role.ASSISTANT)

    @property
    def manager(self) -> Person:
        """Manage the centre."""
        return self._person("manager", Role.MANAGER)

    @property
    def coordinator(self) -> Person:
        """Coordinate foster care."""
        return self._person("coordinator", Role.FOSTER_CARE_COORDINATOR)

    @property
    def other_coordinator(self) -> Person:
        """Coordinate foster care for others."""
        return self._person("other-coordinator", Role.FOSTER_CARE_COORDINATOR)

    @property
    def administrator(self) -> Person:
        """Keep accounts and settings, and see no family."""
        return self._person("administrator", Role.ADMINISTRATOR)

    @property
    def people(self) -> tuple[Person, ...]:
        """Return everybody."""
        return (
            *(self.social_worker, self.other_social_worker, self.assistant, self.other_assistant),
            *(self.manager, self.coordinator, self.other_coordinator, self.administrator),
        )


HERE = Town("dabrowa", "Miejski Ośrodek Pomocy Społecznej w Dąbrowie Leśnej", "2061011")
ELSEWHERE = Town("lipowo", "Miejski Ośrodek Pomocy Społecznej w Lipowie", "0862011")


class World:
    """Two centres, and a hand to put rows into place as the system itself."""

    def __init__(self, database: Database, clock: TestClock) -> None:
        """Work on the test's database and day."""
        self.database = database
        self.clock = clock
        self.here, self.elsewhere = HERE, ELSEWHERE

    @asynccontextmanager
    async def acting(self, town: Town = HERE, person: Person | None = None) -> AsyncIterator[Act]:
        """Open an act of the system in a centre, to add rows directly or call a service.

        With `person` the act carries their id and roles as the actor (the scope stays the
        system's: everything of the centre is visible).
        """
        scope = Scope.system(
            town.id, today=self.clock.today, request=uuid4(), operation="test_factory"
        )
        actor = Actor(
            person.id if person else UUID(int=0),
            town.id,
            None,
            person.roles if person else frozenset(Role),
        )
        async with self.database.begin(scope) as session:
            yield Act(session, actor, self.clock.today, self.clock.instant)


async def read_vault(url: str) -> Vault:
    """Return the keys of both centres; they are read once in a run."""
    if url not in _vaults:
        _vaults[url] = await _read_vault(url)
    return _vaults[url]


async def _read_vault(url: str) -> Vault:
    database = Database(url, MASTER)
    database.vault = Vault(MASTER, clock=lambda: 0.0)
    for town in (HERE, ELSEWHERE):
        await database.ring(town.id)
    await database.close()
    return database.vault


async def settle_world(url: str) -> None:
    """Commit both centres with their people: accounts, sessions, admitted profiles, districts."""
    database = Database(url, MASTER)
    for town in (HERE, ELSEWHERE):
        scope = Scope.system(town.id, today=LONG_AGO, request=uuid4(), operation="test_world")
        async with database.begin(scope) as session:
            session.add(_centre(town))
            await session.flush()
            session.add_all(_account(person) for person in town.people)
            session.add(District(id=town.district, name="Rejon 1 – Miasto"))
            session.add(District(id=town.other_district, name="Rejon 2 – Wsie"))
            await session.flush()
            for person in town.people:
                session.add(_session(person))
                session.add_all(admitted(person.id))
            session.add(_served(town.district, town.social_worker))
            session.add(_served(town.other_district, town.other_social_worker))
    await database.close()


def _centre(town: Town) -> Centre:
    return Centre(
        id=town.id,
        code=town.code,
        name=town.name,
        kind=WelfareCentreKind.MOPS,
        gmina=town.gmina,
        address="ul. Leśna 1",
        phone="+48 85 000 00 00",
        email="sekretariat@ops.example",
    )


def _account(person: Person) -> Account:
    return Account(
        id=person.id,
        login=person.name,
        full_name=FULL_NAMES[person.name],
        roles=sorted(person.roles),
        password_hash=PASSWORD_HASH,
    )


def _session(person: Person) -> UserSession:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    return UserSession(
        id=person.session_id,
        account_id=person.id,
        expires_at=ends,
        device="Firefox 143 (Linux)",
        proven_at=ends,
    )


def _served(district: UUID, person: Person) -> DistrictWorker:
    return DistrictWorker(district_id=district, account_id=person.id, valid_from=LONG_AGO)
