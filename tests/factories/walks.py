"""A case driven over HTTP, command by command, with what must be true after each of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.vault.rings import Vault
from app.domain.cases.rules import CaseState
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.bodies import Place
from tests.factories.cases import MadeCase
from tests.factories.clock import TestClock
from tests.factories.commands import Command
from tests.factories.databases import OneConnection, passing
from tests.factories.people import HERE, Person, World

FACTS = text("""
    SELECT c.state, c.version, c.consent_withdrawn_on,
           (SELECT count(*) FROM event) AS events,
           (SELECT count(*) FROM audit_entry WHERE verb IN ('insert', 'update')) AS changes,
           (SELECT count(*) FROM assignment s WHERE s.case_id = c.id AND s.kind = 'primary'
               AND s.ends_on IS NULL) AS assistants,
           (SELECT coalesce(array_agg(d.due_on), '{}') FROM deadline d WHERE d.case_id = c.id
               AND d.kind = 'periodic_assessment' AND d.settled_on IS NULL AND d.dropped_on IS NULL)
             AS assessments_due,
           (SELECT max((SELECT count(*) FROM place q WHERE q.worker_id = p.worker_id
               AND q.duty = p.duty AND q.starts_on <= p.starts_on
               AND (q.ends_on IS NULL OR q.ends_on > p.starts_on)))
              FROM place p) AS families
      FROM family_case c WHERE c.id = :case
""")
RIGHT = text("""
    SELECT EXISTS (SELECT FROM access_grant g WHERE g.account_id = :who AND g.family_id = :family
       AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :today))
""")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database holds of a case at a moment."""

    state: CaseState
    version: int
    consent_withdrawn_on: date | None
    events: int
    changes: int
    assistants: int
    assessments_due: list[date]
    families: int | None


@dataclass(slots=True)
class Walk:
    """One case on its way in a test, and the clock it lives by."""

    api: Api
    world: World
    made: MadeCase

    async def facts(self) -> Facts:
        """Look into the database as the system."""
        async with self.world.acting() as act:
            (row,) = await act.session.execute(FACTS, {"case": self.made.case})
            return Facts(**dict(row._mapping) | {"state": CaseState(row.state)})

    async def has_right(self, person: Person) -> bool:
        """Tell whether somebody holds a right to the family today."""
        said = {"who": person.id, "family": self.made.family, "today": self.api.clock.today}
        async with self.world.acting() as act:
            return bool(await act.session.scalar(RIGHT, said))

    async def read(self, person: Person) -> Response:
        """Open the case file as somebody."""
        return await self.api.as_(person).get(f"/cases/{self.made.case}")

    async def place(self) -> Place:
        """Look at the case as the manager: the ids of its parts."""
        shown = (await self.read(HERE.manager)).json()
        place = Place(self.made, self.api.clock.today, shown["links"])
        if place.there("assessment"):
            found = await self.api.as_(HERE.manager).get(
                f"/assessments/{place.id_of('assessment')}"
            )
            place.goals = found.json()["goals"]
        return place

    async def give(
        self, command: Command, place: Place, person: Person | None = None, said: Any = None
    ) -> Response:
        """Give a command with valid content (or what is said) and the version as it is now."""
        version = None
        if source := command.source(place):
            found = (await self.api.as_(HERE.manager).get(source)).json()
            version = found.get("version", 1)
        body = command.said(place) if said is None else said
        more: dict[str, Any] = {}
        if command.method == "PATCH":
            more["headers"] = {"content-type": "application/merge-patch+json"}
        caller = self.api.as_(person or command.who)
        address = command.address(place)
        return await caller.send(command.method, address, json=body, version=version, **more)


@asynccontextmanager
async def own_world(
    engine: AsyncEngine, vault: Vault, settings: Settings
) -> AsyncIterator[tuple[Api, World]]:
    """Open the application on a transaction of its own, which is rolled back at the end."""
    async with passing(engine) as connection:
        database, clock = OneConnection(connection, vault), TestClock()
        app = create_app(settings, database=database, clock=clock)
        yield Api(app, clock), World(database, clock)
