"""What the database really holds of all that people write, on the whole way of a case."""

import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from app.db.vault.renewal import sealed_tables
from app.db.vault.ring import MARK, UNREADABLE, Unreadable, is_sealed
from app.db.vault.rows import WritesPastTheSeal, changed_words, sealed_columns
from app.domain.cases.rules import CaseState
from app.domain.families.tables import Person
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.commands import INTAKE, WORK
from tests.factories.databases import OneConnection
from tests.factories.families import MARIA, STAS, settle
from tests.factories.people import HERE, World
from tests.factories.scopes import system_scope
from tests.factories.visits import visit_said
from tests.factories.walks import Walk


async def _rows(database: OneConnection, query: str) -> list[dict[str, Any]]:
    async with database.begin(system_scope()) as session:
        found = await session.execute(text(query))
        return [dict(row) for row in found.mappings()]


def _note(found: list[str], said: str) -> str:
    found.append(said)
    return said


async def _leaves(database: OneConnection) -> dict[str, list[str]]:
    """Return every text that ought to be sealed, by table and column, as it lies there."""
    leaves: dict[str, list[str]] = {}
    for kind in sealed_tables():
        table = str(kind.__tablename__)
        for row in await _rows(database, f'SELECT * FROM "{table}"'):
            for column in sealed_columns(kind):
                found = leaves.setdefault(f"{table}.{column}", [])
                changed_words(kind, column, row[column], partial(_note, found))
    return {place: found for place, found in leaves.items() if found}


@pytest.fixture
async def walk(api: Api, world: World) -> Walk:
    """Walk a case from the first signal to the archive."""
    walk = Walk(api, world, await make_case(world, CaseState.SIGNAL_RECEIVED))
    for command in (*INTAKE, *WORK):
        response = await walk.give(command, await walk.place())
        assert response.status_code < 300, (command.name, response.text)
        assert MARK not in response.text
    return walk


@pytest.mark.usefixtures("walk")
async def test_everything_that_people_wrote_lies_sealed(
    database: OneConnection,
) -> None:
    leaves = await _leaves(database)
    plain = {place: texts for place, texts in leaves.items() if not all(map(is_sealed, texts))}
    assert not plain
    assert {"visit.notes", "diagnosis.spheres", "work_plan.goals"} <= set(leaves)
    assert len(leaves) > 30, sorted(leaves)


@pytest.mark.usefixtures("walk")
async def test_kept_answers_repeat_nothing_in_the_clear(
    database: OneConnection,
) -> None:
    kept = await _rows(database, "SELECT body FROM idempotency_key WHERE body IS NOT NULL")
    assert kept
    # What goes the short way is kept as its view shows it, with its tokens.
    assert all(MARK in row["body"] for row in kept)


async def test_no_table_repeats_elsewhere_what_is_sealed(
    walk: Walk, database: OneConnection, api: Api
) -> None:
    case = await walk.place()
    shown = (await api.as_(HERE.manager).get(f"/cases/{case.made.case}/visits")).json()["items"]
    (topics,) = {visit["topics"] for visit in shown if visit["topics"]}
    tables = await _rows(
        database,
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace",
    )
    for table in tables:
        name = table["relname"]
        rows = await _rows(database, f'SELECT to_jsonb(t)::text AS said FROM "{name}" t')
        assert not [r for r in rows if json.dumps(topics, ensure_ascii=False)[1:-1] in r["said"]]


async def test_a_pesel_lies_sealed_beside_its_blind_index(
    world: World, database: OneConnection
) -> None:
    await settle(world, pesel=MARIA)
    (row,) = await _rows(database, "SELECT pesel, pesel_index FROM person")
    assert is_sealed(row["pesel"])
    assert MARIA not in row["pesel"] + row["pesel_index"]
    async with world.acting() as act:
        assert row["pesel_index"] == act.blind_index("pesel", MARIA)
        person = (await act.session.execute(select(Person))).scalar_one()
        assert person.pesel == MARIA
        person.pesel = STAS
    (row,) = await _rows(database, "SELECT pesel, pesel_index FROM person")
    async with world.acting() as act:
        assert row["pesel_index"] == act.blind_index("pesel", STAS)
        person = (await act.session.execute(select(Person))).scalar_one()
        person.pesel = None
    assert await _rows(database, "SELECT pesel, pesel_index FROM person") == [
        {"pesel": None, "pesel_index": None}
    ]


async def test_a_token_in_the_wrong_row_is_refused_and_not_shown(
    world: World, database: OneConnection
) -> None:
    await settle(world, pesel=MARIA)
    await settle(world, first_name="Anna")
    async with database.begin(system_scope()) as session:
        await session.execute(text("UPDATE person SET pesel = (SELECT max(pesel) FROM person)"))
    async with world.acting() as act:
        with pytest.raises(Unreadable):
            (await act.session.execute(select(Person))).scalars().all()


async def test_a_token_that_is_pasted_into_a_field_is_refused(
    api: Api, world: World, database: OneConnection
) -> None:
    await settle(world, pesel=MARIA)
    (row,) = await _rows(database, "SELECT pesel FROM person")
    administrator, path = api.as_(HERE.administrator), f"/staff/{HERE.assistant.id}"
    version = (await administrator.get(path)).json()["version"]
    for said in (f"a@{row['pesel']}", f"a@{MARK}"):
        answer = await administrator.send(
            "PATCH",
            path,
            json={"email": said},
            headers={"content-type": "application/merge-patch+json"},
            version=version,
            hostile=True,
        )
        problem_of(answer, 422, "invalid")
    link = {"issuer": f"https://a.example/{row['pesel']}", "subject": "x"}
    answer = await api.as_(HERE.manager).post(f"{path}/identities", link, hostile=True)
    problem_of(answer, 422, "invalid")


async def test_a_list_with_a_token_that_does_not_open_is_shown_and_says_so(
    api: Api, world: World, database: OneConnection
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/visits"
    for topics in ("Pierwsza rozmowa.", "Druga rozmowa."):
        answer = await assistant.post(path, visit_said(made, topics=topics))
        assert answer.status_code == 201, answer.text
    async with database.begin(system_scope()) as session:
        altered = "UPDATE visit SET topics = left(topics, -9) || right(topics, 8) WHERE id = :id"
        await session.execute(text(altered), {"id": answer.json()["id"]})
    shown = await assistant.get(path)
    assert shown.status_code == 200, shown.text
    assert sorted(v["topics"] for v in shown.json()["items"]) == ["Pierwsza rozmowa.", UNREADABLE]


@pytest.mark.parametrize("statement", [update(Person).values(pesel=STAS), insert(Person)])
async def test_one_statement_for_many_rows_can_not_write_past_the_seal(
    world: World, statement: Any
) -> None:
    await settle(world, pesel=MARIA)
    async with world.acting() as act:
        with pytest.raises(WritesPastTheSeal, match=r"person: .*pesel"):
            await act.session.execute(statement)


async def test_one_statement_for_many_rows_changes_those_that_are_held(world: World) -> None:
    await settle(world, pesel=MARIA)
    async with world.acting() as act:
        person = (await act.session.execute(select(Person))).scalar_one()
        await act.session.execute(update(Person).values(last_name="Wrona"))
        assert (person.last_name, person.pesel) == ("Wrona", MARIA)
