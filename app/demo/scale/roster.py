"""Who is who in one centre of a set: drawn by the centre's own chance, before a row is printed."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from random import Random
from uuid import UUID

from faker import Faker

from app.demo.scale.masters import Family, Masters
from app.demo.scale.masters import Person as PersonPlate
from app.demo.scale.plan import Plan
from app.demo.scale.plates import new_tail

FAMILIES_PER_ASSISTANT = 12  # of fifteen: some places are left for what a load test does
FAMILIES_PER_SOCIAL_WORKER = 40
CHILDREN_PER_FOSTER_FAMILY = 3
_POOL = 400
_ROLES = {
    "manager": "manager",
    "social_worker": "social_worker",
    "assistant": "assistant",
    "coordinator": "foster_care_coordinator",
}
_LOGINS = {
    "manager": "kierownik",
    "social_worker": "pracownik",
    "assistant": "asystent",
    "coordinator": "koordynator",
}
_STREETS = ("ul. Lipowa", "ul. Polna", "ul. Szkolna", "ul. Leśna", "ul. Ogrodowa", "ul. Krótka")
_TOWNS = ("Nowa Wola", "Stara Wieś", "Dąbrówka", "Zalesie", "Kamionka", "Borki", "Podgórze")


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """Somebody for whom a token can be signed: the session lasts until 2099."""

    account: UUID
    session: UUID
    role: str
    login: str


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A family with its case (if it has one) and who works with it (if somebody does)."""

    family: UUID
    case: UUID | None
    state: str | None
    assistant: UUID | None
    social_worker: UUID


@dataclass(slots=True)
class Worker:
    """Somebody of the centre who is to be printed."""

    plate: PersonPlate
    tail: str
    said: dict[str, str]
    loaded: LoadedPerson

    def id_of(self, name: str) -> str:
        """Return the id of something that is theirs: account, district, foster family."""
        return self.plate.plate.id_of(self.plate.ids[name], self.tail)


@dataclass(frozen=True, slots=True)
class Copy:
    """A family that is to be printed: its master, its own tail, and who works with it."""

    master: Family
    tail: str
    assistant: Worker | None
    slot: int
    social_worker: Worker
    coordinator: Worker

    def loaded(self) -> LoadedCase:
        """Return what a load test wants to know."""
        plate, case = self.master.plate, self.master.case
        return LoadedCase(
            family=UUID(plate.id_of(self.master.id, self.tail)),
            case=UUID(plate.id_of(case, self.tail)) if case else None,
            state=self.master.state,
            assistant=self.assistant.loaded.account if self.assistant else None,
            social_worker=self.social_worker.loaded.account,
        )


@dataclass(slots=True)
class Roster:
    """One centre of the set: its id, its people and its families."""

    id: str
    said: dict[str, str]
    people: dict[str, list[Worker]]
    families: list[Copy]
    dice: Random

    @property
    def everybody(self) -> list[Worker]:
        """Return all of its people."""
        return [worker for workers in self.people.values() for worker in workers]


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Return pools of invented surnames and first names, the same on every machine."""
    fake = Faker("pl_PL")
    fake.seed_instance(2011)
    return {
        "surname": tuple(fake.last_name_female() for _ in range(_POOL)),
        "f": tuple(fake.first_name_female() for _ in range(_POOL)),
        "m": tuple(fake.first_name_male() for _ in range(_POOL)),
    }


def roster(plan: Plan, masters: Masters, number: int) -> Roster:
    """Draw one centre."""
    dice = plan.dice(number)
    centre = str(UUID(int=dice.getrandbits(128), version=4))
    lived = masters.families
    weights = [family.weight for family in lived]
    chosen = dice.choices(lived, weights, k=plan.share(number))
    wanted = _wanted(chosen)
    people = {
        role: [_worker(masters, role, n, dice) for n in range(count)]
        for role, count in wanted.items()
    }
    town = f"{_TOWNS[number % len(_TOWNS)]} {number // len(_TOWNS) + 1}"
    said = {
        "centre": centre,
        "tail": new_tail(dice),
        "code": plan.code(number),
        "name": f"Ośrodek Pomocy Społecznej w gminie {town} {plan.label}",
        "gmina": f"{2 + 2 * (number % 16):02d}{number // 16 % 99 + 1:02d}{number % 90 + 10:02d}2",
        "town": town,
        "manager": people["manager"][0].id_of("account"),
    }
    return Roster(centre, said, people, _assigned(chosen, people, dice), dice)


def _wanted(chosen: list[Family]) -> dict[str, int]:
    assisted = sum(family.assisted for family in chosen)
    in_care = sum(family.in_care for family in chosen)
    return {
        "manager": 1,
        "social_worker": math.ceil(len(chosen) / FAMILIES_PER_SOCIAL_WORKER),
        "assistant": max(2, math.ceil(assisted / FAMILIES_PER_ASSISTANT)),
        "coordinator": max(1, math.ceil(in_care / CHILDREN_PER_FOSTER_FAMILY)),
    }


def _worker(masters: Masters, role: str, n: int, dice: Random) -> Worker:
    plate, tail, pool = masters.people[role], new_tail(dice), names()
    login = _LOGINS[role] + ("" if role == "manager" else str(n + 1))
    account, session = (
        UUID(plate.plate.id_of(plate.ids[name], tail)) for name in ("account", "session")
    )
    said = {
        "tail": tail,
        "login": login,
        "full_name": f"{dice.choice(pool['f'])} {dice.choice(pool['surname'])}",
        "district_name": f"Rejon {n + 1}",
        "register_number": f"RZ/{n + 1}",
        "in_care": "0",
    }
    return Worker(plate, tail, said, LoadedPerson(account, session, _ROLES[role], login))


def _assigned(chosen: list[Family], people: dict[str, list[Worker]], dice: Random) -> list[Copy]:
    """Give each family its workers in turn; no assistant has more than the limit, ever."""
    placed: Counter[int] = Counter()
    assisted = 0
    told = []
    for n, family in enumerate(chosen):
        assistants, coordinators = people["assistant"], people["coordinator"]
        slot, turn = divmod(assisted, len(assistants))
        fostering = sum(placed.values()) // CHILDREN_PER_FOSTER_FAMILY % len(coordinators)
        placed[fostering] += family.in_care
        told.append(
            Copy(
                master=family,
                tail=new_tail(dice),
                assistant=assistants[turn] if family.assisted else None,
                slot=slot + 1,
                social_worker=people["social_worker"][n % len(people["social_worker"])],
                coordinator=coordinators[fostering],
            )
        )
        assisted += family.assisted
    for coordinator, children in placed.items():
        people["coordinator"][coordinator].said["in_care"] = str(children)
    return told


def family_said(centre: Roster, told: Copy) -> dict[str, str]:
    """Return what fills the blanks of one family."""
    dice, pool = centre.dice, names()
    own = {
        "tail": told.tail,
        "slot": str(told.slot),
        "surname": dice.choice(pool["surname"]),
        "street": f"{dice.choice(_STREETS)} {dice.randint(1, 150)}/{dice.randint(1, 60)}",
        "phone": f"+48 5{dice.randint(10, 99)} {dice.randint(100, 999)} 000",
        "social_worker": str(told.social_worker.loaded.account),
        "district": told.social_worker.id_of("district"),
        "coordinator": str(told.coordinator.loaded.account),
        "foster_family": told.coordinator.id_of("foster_family"),
    }
    own["assistant"] = str(told.assistant.loaded.account) if told.assistant else ""
    first = {
        f"{sex}{n}": name for sex in "fm" for n, name in enumerate(dice.choices(pool[sex], k=6))
    }
    return centre.said | own | first
