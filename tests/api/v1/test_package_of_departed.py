"""Act: who has left a family gets of its common records those of their time, and no address."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.domain.families.tables import Person as Member
from app.domain.visits.rules import VisitPlace
from app.domain.visits.tables import Visit
from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.consents import add_father
from tests.factories.endings import make_assisted
from tests.factories.people import HERE, World
from tests.factories.rights import add_visit, leave, package_of, texts_of, written_on
from tests.factories.visits import visit_said

BEFORE, LEFT = date(2026, 3, 9), "2026-03-10"
FLED = {"place_text": "Dom Samotnej Matki, ul. Cicha 5", "next_visit_on": date(2026, 3, 16)}


async def _with_father(world: World) -> tuple[MadeCase, Any]:
    made = await make_assisted(world)
    father = await add_father(world, made)
    await add_visit(world, made, "Ojciec gotuje.", place=VisitPlace.FAMILY_INDICATED, **FLED)
    await written_on(world, made, BEFORE)
    return made, father


def _names(package: dict[str, Any], kind: str) -> set[str]:
    parts = [part for part in package["parts"] if part["kind"] == kind]
    return {f["name"] for part in parts for entry in part["entries"] for f in entry["fields"]}


@pytest.mark.rule("K2")
async def test_who_has_left_is_not_told_where_the_family_lives_and_is_met(
    api: Api, world: World
) -> None:
    made, father = await _with_father(world)
    await leave(api, father, LEFT)
    api.clock.go_to(date(2026, 5, 4))
    shown = (await api.as_(HERE.social_worker).get(f"/families/{made.family}")).json()
    moved = {"street": "ul. Schronienia 7/3", "phone": "600 700 800", "surname": "Borkowska"}
    path = f"/families/{made.family}"
    answer = await api.as_(HERE.social_worker).patch(path, moved, version=shown["version"])
    assert answer.status_code == 200
    said = visit_said(made, held_on="2026-05-04", next_visit_on=None, topics="Matka się boi.")
    assert (await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)).is_success
    found = await package_of(api, father)
    assert texts_of(found, "visit").count("Ojciec gotuje.") == 1
    for hidden in (
        "Schronienia",
        "600 700",
        "15-440",
        "Cicha",
        "2026-03-16",
        "się boi",
        "Białystok",
    ):
        assert hidden not in str(found["parts"]), hidden
    assert not _names(found, "family") & {"street", "town", "gmina", "phone", "surname"}
    assert not _names(found, "visit") & {"place", "place_text", "next_visit_on"}
    assert {"family", "visit"} <= set(found["withheld"])


@pytest.mark.rule("K2")
async def test_who_stays_is_told_all_of_it(api: Api, world: World) -> None:
    _, father = await _with_father(world)
    found = await package_of(api, father)
    assert {"street", "town", "gmina"} <= _names(found, "family")
    assert {"place", "place_text", "next_visit_on"} <= _names(found, "visit")


@pytest.mark.rule("K2")
@pytest.mark.parametrize(("left_on", "given"), [("2026-03-10", True), ("2026-03-09", False)])
async def test_what_was_written_down_on_the_day_of_leaving_is_no_longer_theirs(
    api: Api, world: World, left_on: str, given: bool
) -> None:
    _, father = await _with_father(world)
    await leave(api, father, left_on)
    assert ("Ojciec gotuje." in texts_of(await package_of(api, father), "visit")) is given


@pytest.mark.rule("K2")
async def test_what_was_written_again_after_the_leaving_is_left_out(api: Api, world: World) -> None:
    made, father = await _with_father(world)
    await leave(api, father, LEFT)
    async with world.acting() as act:
        query = select(Visit).where(col(Visit.family_id) == made.family)
        (await act.session.execute(query)).scalar_one().notes = "Matka planuje wyjazd."
    found = await package_of(api, father)
    assert "Rytm dnia." in texts_of(found, "visit")
    assert "notes" not in _names(found, "visit")
    assert "wyjazd" not in str(found)


@pytest.mark.rule("K2")
async def test_who_was_recorded_by_mistake_gets_nothing_of_the_family(
    api: Api, world: World
) -> None:
    _, father = await _with_father(world)
    await leave(api, father, LEFT, "recorded_by_mistake")
    found = await package_of(api, father)
    assert {part["kind"] for part in found["parts"]} == {"person", "rights_request"}
    assert found["retention"] == []


async def test_what_is_their_own_stays_theirs(api: Api, world: World) -> None:
    _, father = await _with_father(world)
    async with world.acting() as act:
        (await act.find(Member, father)).phone = "601 202 303"
    await leave(api, father, "2026-03-08")
    assert "601 202 303" in texts_of(await package_of(api, father), "person")


@pytest.mark.rule("K2")
async def test_who_asks_for_a_child_and_has_left_is_not_told_where_it_is(
    api: Api, world: World
) -> None:
    made, father = await _with_father(world)
    await leave(api, father, "2026-03-08")
    said = {"requester": "legal_representative", "representation_ref": "Odpis aktu urodzenia"}
    for who, told in ((made.mother, True), (father, False)):
        asked = said | {"representative_id": str(who)}
        found = await package_of(api, made.child, **asked)
        assert "Ojciec gotuje." in texts_of(found, "visit"), "the child's own is the child's"
        assert ("street" in _names(found, "family")) is told
        assert ("next_visit_on" in _names(found, "visit")) is told
