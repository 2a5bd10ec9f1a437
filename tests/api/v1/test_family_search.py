"""Act: a social worker searches the whole centre before recording a family."""

from datetime import date
from typing import Any

import pytest

from app.domain.families.tables import Family
from tests.factories.api import Api, problem_of
from tests.factories.families import MARIA, search, settle
from tests.factories.people import ELSEWHERE, HERE, Person, World


@pytest.mark.parametrize(
    "text",
    ["Żółkiewska", "zolkiewska", "Zólkiewska", "ŻÓŁKIEWSKA", "Żółkiewka", "Maria zolkievska"],
)
async def test_polish_letters_and_typos_do_not_hide_a_family(
    api: Api, world: World, text: str
) -> None:
    family = await settle(world)
    await settle(world, surname="Nowak", first_name="Jan", street="ul. Polna 1")
    found = (await search(api.as_(HERE.social_worker), text=text))["candidates"]
    assert found[0]["id"] == str(family)
    assert {"surname", "last_name"} <= set(found[0]["matched"])


async def test_a_family_is_found_by_its_street_and_by_one_part_of_a_double_name(
    api: Api, world: World
) -> None:
    family = await settle(world, surname="Kowalska-Nowak", street="ul. Źródlana 15")
    worker = api.as_(HERE.social_worker)
    assert (await search(worker, text="zrodlana"))["candidates"][0]["id"] == str(family)
    assert (await search(worker, text="Nowak"))["candidates"][0]["id"] == str(family)


async def test_a_pesel_is_certain_and_more_evidence_ranks_higher(api: Api, world: World) -> None:
    worker = api.as_(HERE.social_worker)
    sure = await settle(world, surname="Nowak", street="ul. Polna 1", pesel=MARIA)
    likely = await settle(world, street="ul. Polna 2", born_on=date(1990, 2, 3))
    namesake = await settle(world, street="ul. Polna 3")
    said = {"text": "Żółkiewska", "pesel": MARIA, "born_on": "1990-02-03"}
    found = (await search(worker, **said))["candidates"]
    assert [c["id"] for c in found[:3]] == [str(sure), str(likely), str(namesake)]
    assert found[0]["score"] == 1
    assert found[0]["matched"] == ["pesel"]
    assert found[1]["matched"] == ["born_on", "last_name", "surname"]


async def test_a_phone_number_is_found_however_it_is_written(api: Api, world: World) -> None:
    family = await settle(world, phone="600 100 200")
    found = (await search(api.as_(HERE.social_worker), phone="+48600100200"))["candidates"]
    assert [c["id"] for c in found] == [str(family)]
    assert found[0]["matched"] == ["phone"]


@pytest.mark.rule("K11")
async def test_a_family_of_another_district_is_masked(api: Api, world: World) -> None:
    await settle(world, district_id=HERE.other_district)
    found = (await search(api.as_(HERE.social_worker), text="Żółkiewska"))["candidates"]
    handle = found[0].pop("handle")
    assert len(handle) == 64, "it says nothing without the search and the family's id"
    assert found == [
        {
            "in_scope": False,
            "id": None,
            "surname": "Żółkiewska",
            "street": None,
            "town": "Białystok",
            "district": "Rejon 2 – Wsie",
            "ask": "Danuta Sokół",
            "score": found[0]["score"],
            "matched": ["last_name", "surname"],
        }
    ]


@pytest.mark.rule("K1")
async def test_a_first_name_alone_tells_nothing_of_other_districts(api: Api, world: World) -> None:
    await settle(world, district_id=HERE.other_district)
    mine = await settle(world, street="ul. Polna 1")
    found = (await search(api.as_(HERE.social_worker), text="Maria"))["candidates"]
    assert [c["id"] for c in found] == [str(mine)]


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    "said",
    [
        {"text": "Żółkiewska Źródlana"},
        {"text": "Żółkiewska Maria"},
        {"text": "Żółkiewska", "born_on": "1990-02-03"},
    ],
)
async def test_a_search_confirms_no_street_name_or_birthday_of_a_hidden_family(
    api: Api, world: World, said: dict[str, str]
) -> None:
    hidden: dict[str, Any] = {"street": "ul. Źródlana 3", "born_on": date(1990, 2, 3)}
    await settle(world, district_id=HERE.other_district, **hidden)
    seen = [
        [(c["score"], c["matched"]) for c in (await search(caller, **asked))["candidates"]]
        for caller in (api.as_(HERE.social_worker), api.as_(HERE.manager))
        for asked in ({"text": "Żółkiewska"}, said)
    ]
    assert seen[0] == seen[1] == [(seen[0][0][0], ["last_name", "surname"])]
    assert seen[2] != seen[3], "who may see the family is told more"


@pytest.mark.rule("K1")
async def test_two_workers_learn_that_a_family_is_known(api: Api, world: World) -> None:
    hidden: dict[str, Any] = {"pesel": MARIA, "phone": "600 100 200", "surname": "Nowak"}
    await settle(world, district_id=HERE.other_district, **hidden)
    worker = api.as_(HERE.social_worker)
    for said in ({"text": "Nowak"}, {"pesel": MARIA}, {"phone": "600100200"}):
        (found,) = (await search(worker, **said))["candidates"]
        assert (found["in_scope"], found["id"]) == (False, None), said
        assert found["ask"] == "Danuta Sokół"


@pytest.mark.rule("K1")
async def test_a_family_known_by_its_address_alone_is_found_by_it(api: Api, world: World) -> None:
    async with world.acting() as act:
        where = {"street": "ul. Źródlana 3", "town": "Białystok", "gmina": "2061011"}
        act.add(Family.model_validate(where | {"district_id": HERE.other_district}))
    (found,) = (await search(api.as_(HERE.social_worker), text="Źródlana"))["candidates"]
    assert (found["in_scope"], found["surname"], found["street"]) == (False, None, None)


async def test_the_scope_is_as_before_after_a_search(api: Api, world: World) -> None:
    other = await settle(world, district_id=HERE.other_district)
    worker = api.as_(HERE.social_worker)
    await search(worker, text="Żółkiewska")
    problem_of(await worker.get(f"/families/{other}"), 404, "not_found")
    assert (await worker.get("/families")).json()["items"] == []


async def test_a_manager_sees_every_family_of_the_centre(api: Api, world: World) -> None:
    family = await settle(world, district_id=None)
    found = (await search(api.as_(HERE.manager), text="Żółkiewska"))["candidates"]
    assert [(c["id"], c["district"], c["ask"]) for c in found] == [(str(family), None, None)]


async def test_another_centre_is_never_searched(api: Api, world: World) -> None:
    await settle(world, ELSEWHERE, pesel=MARIA, phone="600100200")
    said = {"text": "Żółkiewska Maria Źródlana", "pesel": MARIA, "phone": "600100200"}
    for person in (HERE.social_worker, HERE.manager):
        assert (await search(api.as_(person), **said))["candidates"] == []


async def test_no_more_than_asked_for_is_shown(api: Api, world: World) -> None:
    for number in range(4):
        await settle(world, street=f"ul. Polna {number}")
    found = await search(api.as_(HERE.social_worker), text="Żółkiewska", limit=3)
    assert len(found["candidates"]) == 3


@pytest.mark.rule("K1")
@pytest.mark.parametrize("said", [{}, {"born_on": "2019-05-01"}, {"text": "15"}, {"text": "ul."}])
async def test_a_search_needs_a_name_a_number_or_a_phone(api: Api, said: dict[str, str]) -> None:
    problem_of(await api.as_(HERE.manager).post("/families/search", said), 422, "K1")


@pytest.mark.parametrize("text", ["x" * 20_000, "Now\u0000ak", "Now\nak", "   ", 7])
async def test_junk_is_refused_without_being_repeated(api: Api, text: object) -> None:
    response = await api.as_(HERE.manager).post("/families/search", {"text": text})
    problem = problem_of(response, 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["#/text"]
    assert "xxx" not in response.text


async def test_half_a_character_is_refused(api: Api) -> None:
    body = b'{"text": "Nowak \\ud800"}'
    response = await api.as_(HERE.manager).send(
        "POST", "/families/search", content=body, headers={"content-type": "application/json"}
    )
    problem_of(response, 422, "invalid")


@pytest.mark.parametrize("text", ["'; DROP TABLE family; --", "%_\\", "🙂 Nowak", "Ωμέγα"])
async def test_strange_words_are_only_words(api: Api, world: World, text: str) -> None:
    await settle(world)
    response = await api.as_(HERE.social_worker).post("/families/search", {"text": text})
    assert response.status_code in {200, 422}


@pytest.mark.rule("K1")
@pytest.mark.parametrize("person", [HERE.assistant, HERE.coordinator])
async def test_who_records_no_family_searches_masked_as_well(
    api: Api, world: World, person: Person
) -> None:
    await settle(world, surname="Nowak")
    (found,) = (await search(api.as_(person), text="Nowak"))["candidates"]
    assert (found["in_scope"], found["id"], found["street"]) == (False, None, None)
