"""A centre that has ended: its keys are destroyed, and who still works in it is told so."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from app.db.session import Database
from app.db.vault import keeping
from app.db.vault.ring import DESTROYED
from app.domain.families.tables import Person
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER, name_beside, new_database
from tests.factories.families import MARIA, settle
from tests.factories.people import ELSEWHERE, HERE, World, settle_world
from tests.factories.scopes import count, system_scope


@pytest.fixture
async def ended(superuser_url: str, database_url: str) -> AsyncIterator[Database]:
    """Return a database of its own: a family here, and the keys of this centre are destroyed."""
    name = name_beside(database_url, "ended")
    url = await new_database(superuser_url, name)
    await settle_world(url)
    database = Database(url, MASTER, reads=1, writes=2)
    await settle(World(database, TestClock()), pesel=MARIA)
    assert await keeping.destroy(database, HERE.id) == 2
    yield database
    await database.close()


@pytest.fixture
def api(ended: Database, settings: Settings, clock: TestClock) -> Api:
    """Return the API on that database."""
    return Api(create_app(settings, database=ended, clock=clock), clock)


async def _districts(database: Database) -> int:
    async with database.begin(system_scope()) as session:
        return await count(session, "district")


async def test_nothing_is_added_and_the_answer_says_why(api: Api, ended: Database) -> None:
    before = await _districts(ended)
    refused = await api.as_(HERE.manager).post("/districts", {"name": "Rejon VIII"})
    problem = problem_of(refused, 403, "keys_destroyed")
    assert "klucze zniszczono" in problem["title"]
    found = await api.as_(HERE.manager).post("/families/search", {"pesel": MARIA})
    problem_of(found, 403, "keys_destroyed")
    assert await _districts(ended) == before


async def test_what_was_not_sealed_is_still_read(api: Api) -> None:
    (family,) = (await api.as_(HERE.manager).get("/families")).json()["items"]
    assert family["surname"]


async def test_a_change_that_is_sealed_is_refused_as_well(api: Api, ended: Database) -> None:
    async with ended.begin(system_scope()) as session:
        member = (await session.execute(select(Person))).scalar_one()
        assert member.pesel == DESTROYED
    path = f"/members/{member.id}"
    said = {"pesel": "44051401359", "born_on": "1944-05-14"}
    refused = await api.as_(HERE.social_worker).patch(path, said, version=member.version)
    problem_of(refused, 403, "keys_destroyed")


async def test_another_centre_does_not_notice(api: Api) -> None:
    made = await api.as_(ELSEWHERE.manager).post("/districts", {"name": "Rejon VIII"})
    assert made.status_code == 201
