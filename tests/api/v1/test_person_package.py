"""Act: all that is kept about a person is put together for them (art. 15 of the GDPR)."""

from datetime import date

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.rights import (
    PESEL,
    add_father,
    add_visit,
    join_by_pesel,
    package_of,
    receive,
    texts_of,
    written_on,
)
from tests.factories.scopes import count, scope_of

BUSY = CaseState.IN_PROGRESS


@pytest.mark.rule("RODO15.1")
async def test_it_holds_what_every_family_of_the_person_holds(api: Api, world: World) -> None:
    first, second = await make_case(world, BUSY), await make_case(world, BUSY)
    await join_by_pesel(world, first.mother, second.mother)
    await add_visit(world, first, "Pierwsza rodzina.")
    await add_visit(world, second, "Druga rodzina.")
    await written_on(world, first, date(2026, 3, 9))
    found = await package_of(api, first.mother)
    assert found["families"] == 2
    assert {"Pierwsza rodzina.", "Druga rodzina."} <= set(texts_of(found, "visit"))
    assert texts_of(found, "person").count(PESEL) == 2
    assert found["controller"]["name"] == world.here.name
    for told in ("purposes", "sources", "rights", "recipients", "retention"):
        assert found[told], told


async def test_another_person_of_that_name_is_not_meant(api: Api, world: World) -> None:
    first, second = await make_case(world, BUSY), await make_case(world, BUSY)
    await add_visit(world, second, "Druga rodzina.")
    found = await package_of(api, first.mother)
    assert found["families"] == 1
    assert "Druga rodzina." not in str(found)


@pytest.mark.rule("RODO15.4")
async def test_others_are_what_they_are_in_the_family(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    await add_father(world, made)
    await add_visit(world, made, "Maria prosi Wojciecha (601202303) o pomoc Stasiowi.")
    found = await package_of(api, made.mother)
    assert "Maria prosi [ojciec] ([telefon: ojciec]) o pomoc [dziecko]." in texts_of(found, "visit")
    for hidden in ("Wojciech", "Borkowski", "601202303", "Staś", "Teresa"):
        assert hidden not in str(found), hidden
    assert {"person", "visit", "signal"} <= set(found["withheld"])


@pytest.mark.rule("RODO15.4")
async def test_who_told_the_centre_is_not_told(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    found = await package_of(api, made.mother)
    assert "Dziecko przychodzi do szkoły bez śniadania i opuszcza lekcje." in (
        texts_of(found, "signal")
    )
    assert "Szkoła Podstawowa" not in str(found)


@pytest.mark.rule("I12")
async def test_blue_card_facts_are_left_out_and_nothing_says_so(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    await add_visit(world, made, "W rodzinie prowadzona jest procedura „Niebieskie Karty”.")
    found = await package_of(api, made.mother)
    assert "[pominięto: prawa innych osób]" in texts_of(found, "visit")
    assert "iebiesk" not in str(found)


async def test_what_a_child_said_is_the_childs(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    of_mother, of_child = await package_of(api, made.mother), await package_of(api, made.child)
    heard = "wysłuchanie dzieci"
    labels = [
        [f["label"] for p in found["parts"] for e in p["entries"] for f in e["fields"]]
        for found in (of_mother, of_child)
    ]
    assert not [label for label in labels[0] if label.startswith(heard)]
    assert [label for label in labels[1] if label.startswith(heard)]


@pytest.mark.rule("RODO15.1")
async def test_each_time_is_an_entry_of_the_audit_with_its_purpose(
    api: Api, world: World, database: OneConnection
) -> None:
    first, second = await make_case(world, BUSY), await make_case(world, BUSY)
    await join_by_pesel(world, first.mother, second.mother)
    request = await receive(api, first.mother)
    for paper in ("", "/paper"):
        await api.as_(HERE.manager).get(f"/rights-requests/{request['id']}/package{paper}")
    said = "verb = 'export' AND purpose = 'subject_access' AND subject_id = :id"
    async with database.begin(scope_of(HERE.manager)) as session:
        for family in (first.family, second.family):
            where = f"{said} AND family_id = :family"
            assert await count(session, "audit_entry", where, id=request["id"], family=family) == 2


async def test_the_paper_says_it_in_polish_whatever_was_written(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    await add_visit(world, made, "Zażółć gęślą jaźń 👍 – #show *x* $y$ Олена\r\nĄĆĘŁŃÓŚŹŻ €")
    request = await receive(api, made.mother)
    answer = await api.as_(HERE.manager).get(f"/rights-requests/{request['id']}/package/paper")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in answer.content or b"pdfaid" in answer.content
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_another_centre_has_no_such_request(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    request = await receive(api, made.mother)
    for path in ("", "/package", "/package/paper"):
        answer = await api.as_(ELSEWHERE.manager).get(f"/rights-requests/{request['id']}{path}")
        problem_of(answer, 404, "not_found")
