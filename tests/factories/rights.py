"""Requests of persons, and files that speak of several people."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.base import metadata
from app.db.schema import is_append_only
from app.domain.calendar import WARSAW
from app.domain.disclosure.rules import RecordKind
from app.domain.families.rules import DepartureReason, FamilyRole
from app.domain.families.tables import Person as Member
from app.domain.tasks.rules import AssistantTask
from app.domain.visits.rules import VisitKind, VisitPlace
from app.domain.visits.tables import Visit
from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.people import HERE, World

PESEL = "90020312345"
BORN = date(1990, 2, 3)


def asked(person_id: UUID, **said: Any) -> dict[str, Any]:
    """Write a request of a person who came in today."""
    return {
        "person_id": str(person_id),
        "received_on": "2026-03-10",
        "channel": "in_person",
        "requester": "person",
        "identity_confirmed": True,
    } | said


async def receive(api: Api, person: UUID, **said: Any) -> dict[str, Any]:
    """Enter a request as the manager; return it."""
    response = await api.as_(HERE.manager).post("/rights-requests", asked(person) | said)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def package_of(api: Api, person_id: UUID) -> dict[str, Any]:
    """Ask for a person and return all that is put together."""
    request = await receive(api, person_id)
    response = await api.as_(HERE.manager).get(f"/rights-requests/{request['id']}/package")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def texts_of(package: dict[str, Any], kind: str) -> list[str]:
    """Return all that the package says in records of a kind."""
    return [
        field["text"]
        for part in package["parts"]
        if part["kind"] == kind
        for entry in part["entries"]
        for field in entry["fields"]
    ]


async def add_visit(world: World, made: MadeCase, notes: str, **said: Any) -> None:
    """Add a visit with the mother."""
    async with world.acting() as act:
        act.add(
            Visit(
                case_id=made.case,
                family_id=made.family,
                held_on=act.today,
                begins=time(10),
                ends=time(11),
                place=said.get("place", VisitPlace.HOME),
                place_text=said.get("place_text"),
                next_visit_on=said.get("next_visit_on"),
                present=[made.mother],
                others_present="Teresa Wilk, sąsiadka",
                arrangements_family="Zgłoszenie do poradni.",
                notes=notes,
                kind=VisitKind.HOME_VISIT,
                tasks=[AssistantTask.WORK_PLAN],
                topics="Rytm dnia.",
                recorded_on=act.today,
            )
        )


async def join_by_pesel(world: World, *people: UUID) -> None:
    """Give some members of different families one PESEL; all but the last have left."""
    async with world.acting() as act:
        for person in people:
            row = await act.find(Member, person)
            row.born_on, row.pesel = BORN, None
            row.left_on, row.left_reason = (None, None)
        await act.flush()
        for person in people[:-1]:
            row = await act.find(Member, person)
            row.pesel, row.left_on, row.left_reason = PESEL, act.today, DepartureReason.MOVED_OUT
            await act.flush()
        (await act.find(Member, people[-1])).pesel = PESEL


async def written_on(world: World, made: MadeCase, day: date) -> None:
    """Let all that stands in a file have been written down on a day, and not changed since."""
    said = {"family": made.family, "at": datetime.combine(day, time(12), WARSAW)}
    async with world.acting() as act:
        for kind in RecordKind:
            table = metadata().tables[kind]
            key = "id" if kind is RecordKind.FAMILY else "family_id"
            if key in table.c and not is_append_only(table):
                rows = f'UPDATE "{kind}" SET created_at = :at WHERE {key} = :family'
                await act.session.execute(text(rows), said)


async def leave(api: Api, person: UUID, left_on: str, reason: str = "separated") -> None:
    """Record that a member has left, as the social worker."""
    caller, said = api.as_(HERE.social_worker), {"left_on": left_on, "left_reason": reason}
    version = (await caller.get(f"/members/{person}")).json()["version"]
    gone = await caller.post(f"/members/{person}/departure", said, version=version)
    assert gone.status_code == 200, gone.text


async def add_father(world: World, made: MadeCase, **said: Any) -> UUID:
    """Add a father with a phone and a PESEL of his own to a family; return his id."""
    values = {
        "family_id": made.family,
        "first_name": "Wojciech",
        "last_name": "Borkowski",
        "role": FamilyRole.FATHER,
        "phone": "601 202 303",
    } | said
    father = Member.model_validate(values)
    async with world.acting() as act:
        act.add(father)
    return father.id
