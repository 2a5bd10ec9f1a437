"""What a person may see is looked up once on entering, and again when a statement changes it."""

import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.base import metadata
from app.db.schema import SCOPE_TABLES
from app.domain import rooms
from app.domain.cases.rules import CaseState
from app.domain.families.rules import FamilyRole
from app.domain.families.tables import Family
from app.domain.families.tables import Person as Member
from tests.factories.cases import MadeCase, make_case
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, Person, World
from tests.factories.scopes import TODAY, count, scalar, scope_of

list(rooms("tables"))
FAMILY_TABLES = [
    table
    for table in metadata().sorted_tables
    if table.name not in SCOPE_TABLES
    and ("family_id" in table.columns or table.name == "family")
    and "readers" not in table.info
]
PEOPLE = (HERE.assistant, HERE.other_assistant, HERE.social_worker, HERE.other_social_worker)


def _name(given: Any) -> str:
    return str(given.name)


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family into the first district, assigned to the assistant."""
    return await make_case(world, CaseState.ASSIGNED)


async def _give(
    session: AsyncSession, person: Person, family: UUID, reason: str = "substitution"
) -> None:
    query = """INSERT INTO access_grant (centre_id, id, account_id, family_id, reason, source_id,
                                         valid_from)
               VALUES (:centre, :id, :person, :family, :reason, :id, :today)"""
    said = {"centre": person.centre, "id": uuid4(), "person": person.id, "family": family}
    await session.execute(text(query), said | {"reason": reason, "today": TODAY})


async def _new_family(session: AsyncSession, district: UUID | None) -> Family:
    family = Family(
        town="Suwałki", gmina="2063011", street="ul. Cicha 2", surname="Nowa", district_id=district
    )
    session.add(family)
    await session.flush()
    return family


async def _new_member(session: AsyncSession, family: Family) -> None:
    session.add(
        Member(family_id=family.id, first_name="Jan", last_name="Nowy", role=FamilyRole.OTHER)
    )
    await session.flush()


@pytest.mark.rule("K11")
@pytest.mark.parametrize("table", FAMILY_TABLES, ids=_name)
async def test_a_policy_asks_no_table(
    database: OneConnection, connection: AsyncConnection, table: Table
) -> None:
    async with database.begin(scope_of(HERE.social_worker)):
        asked = f'EXPLAIN (VERBOSE, FORMAT JSON) SELECT FROM "{table.name}"'
        plan = await connection.execute(text(asked))
        said = json.dumps(plan.scalar_one())
    assert ("app.given" if table.name == "family" else "app.families") in said, (
        "the policy is there"
    )
    assert set(re.findall(r'"Relation Name": "(\w+)"', said)) == {table.name}


def test_what_is_listed_over_many_families_is_judged_by_a_list() -> None:
    listed = {table.name for table in FAMILY_TABLES if table.info.get("listed")}
    assert listed == {"family_case", "deadline", "signal", "event"}


@pytest.mark.rule("K11")
@pytest.mark.parametrize("table", FAMILY_TABLES, ids=_name)
async def test_a_list_of_families_is_read_once_in_a_statement_and_not_with_each_row(
    database: OneConnection, connection: AsyncConnection, table: Table
) -> None:
    async with database.begin(scope_of(HERE.social_worker)):
        plan = await connection.execute(text(f'EXPLAIN SELECT FROM "{table.name}"'))
        said = "\n".join(plan.scalars())
    rows = [line for line in said.splitlines() if "Filter:" in line]
    assert ("strpos" in " ".join(rows)) is not bool(table.info.get("listed"))
    assert not any("uuid[]" in line for line in rows)


@pytest.mark.rule("K11")
@pytest.mark.parametrize("person", PEOPLE, ids=_name)
async def test_a_family_that_one_has_for_several_reasons_is_named_once(
    database: OneConnection, made: MadeCase, person: Person
) -> None:
    async with database.begin(scope_of(person)) as session:
        for reason in ("assignment", "substitution", "recorded", "casework"):
            await _give(session, person, made.family, reason)
        for setting in ("families", "given"):
            seen = await scalar(session, f"SELECT current_setting('app.{setting}')")
            assert seen == f"{{{made.family}}}", setting


@pytest.mark.rule("K11")
@pytest.mark.parametrize("person", PEOPLE, ids=_name)
async def test_who_was_given_or_serves_a_family_sees_it_and_nobody_else(
    database: OneConnection, world: World, person: Person
) -> None:
    for n in range(4):
        made = await make_case(world, CaseState.ASSIGNED)
        async with world.acting() as act:
            query = "UPDATE family SET district_id = :district WHERE id = :id"
            district = (None, HERE.district, HERE.other_district)[n % 3]
            await act.session.execute(text(query), {"district": district, "id": made.family})
            if n == 1:
                await _give(act.session, HERE.other_assistant, made.family)
    async with world.acting() as act:
        query = """
            SELECT count(*) FROM family f WHERE EXISTS (SELECT FROM access_grant g
                    WHERE g.account_id = :id AND g.family_id = f.id AND g.valid_from <= :today
                      AND (g.valid_to IS NULL OR g.valid_to > :today))
                OR EXISTS (SELECT FROM district_worker d
                    WHERE d.account_id = :id AND d.district_id = f.district_id
                      AND d.valid_from <= :today AND (d.valid_to IS NULL OR d.valid_to > :today))"""
        expected = await scalar(act.session, query, id=person.id, today=TODAY)
    assert 0 < expected < 5
    async with database.begin(scope_of(person)) as session:
        assert await count(session, "family") == expected
        assert await count(session, "family_case") == expected


@pytest.mark.rule("K11")
async def test_a_right_given_or_ended_acts_in_the_same_transaction(
    database: OneConnection, made: MadeCase
) -> None:
    async with database.begin(scope_of(HERE.other_assistant)) as session:
        assert await count(session, "family_case") == 0
        async with session.begin_nested() as nested:
            await _give(session, HERE.other_assistant, made.family)
            assert await count(session, "family_case") == 1
            await nested.rollback()
        assert await count(session, "family_case") == 0, "what is taken back gives no right"
        await _give(session, HERE.other_assistant, made.family)
        assert await count(session, "family_case") == 1
        await session.execute(text("UPDATE access_grant SET valid_to = valid_from"))
        assert await count(session, "family_case") == 0
        assert await count(session, "family") == 0


@pytest.mark.rule("K11")
async def test_a_district_given_or_taken_acts_in_the_same_transaction(
    database: OneConnection, made: MadeCase
) -> None:
    query = """INSERT INTO district_worker (centre_id, id, account_id, district_id, valid_from)
               VALUES (:centre, gen_random_uuid(), :person, :district, :today)"""
    said = {"centre": HERE.id, "person": HERE.other_social_worker.id, "today": TODAY}
    async with database.begin(scope_of(HERE.other_social_worker)) as session:
        assert await count(session, "family", "id = :id", id=made.family) == 0
        await session.execute(text(query), said | {"district": HERE.district})
        assert await count(session, "family", "id = :id", id=made.family) == 1
        await session.execute(
            text("UPDATE district_worker SET valid_to = valid_from WHERE account_id = :id"),
            {"id": HERE.other_social_worker.id},
        )
        assert await count(session, "family", "id = :id", id=made.family) == 0


@pytest.mark.rule("K11")
async def test_a_new_family_of_the_own_district_is_worked_with_at_once(
    database: OneConnection,
) -> None:
    async with database.begin(scope_of(HERE.social_worker)) as session:
        family = await _new_family(session, HERE.district)
        await _new_member(session, family)
        assert await count(session, "person", "family_id = :id", id=family.id) == 1
        family.district_id = HERE.other_district
        with pytest.raises(ProgrammingError, match="row-level security"):
            await session.flush()
        await session.rollback()


@pytest.mark.rule("K11")
@pytest.mark.parametrize("district", [None, HERE.other_district], ids=["none", "another's"])
async def test_a_new_family_elsewhere_stays_closed(
    database: OneConnection, district: UUID | None
) -> None:
    async def add() -> None:
        async with database.begin(scope_of(HERE.social_worker)) as session:
            await _new_member(session, await _new_family(session, district))

    with pytest.raises(ProgrammingError, match="row-level security"):
        await add()


@pytest.mark.rule("K11")
async def test_a_scope_takes_nothing_over_from_the_one_before(
    database: OneConnection, made: MadeCase
) -> None:
    assert made
    async with database.begin(scope_of(HERE.assistant)) as session:
        assert await count(session, "family_case") == 1
    async with database.begin(scope_of(HERE.other_assistant)) as session:
        assert await count(session, "family_case") == 0
    async with database.begin(scope_of(HERE.manager)) as session:
        for setting in ("families", "given", "districts"):
            assert not await scalar(session, f"SELECT current_setting('app.{setting}', true)")


@pytest.mark.rule("K11")
@pytest.mark.parametrize("value", ["''", "'{}'", "NULL"])
async def test_an_empty_list_shows_nothing(
    database: OneConnection, made: MadeCase, value: str
) -> None:
    assert made
    async with database.begin(scope_of(HERE.assistant)) as session:
        assert await count(session, "person") > 0
        for setting in ("families", "given"):
            await session.execute(text(f"SELECT set_config('app.{setting}', {value}, true)"))
        for table in ("family", "person", "family_case", "assignment"):
            assert await count(session, table) == 0, table
