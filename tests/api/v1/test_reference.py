"""The rules, the closed lists and the names: a screen needs no text of its own."""

import ast
from typing import Any

import pytest

from app.api.messages import FAULTS
from app.domain.cases.rules import CaseState
from app.domain.disclosure.rules import RecordKind
from app.domain.names import ENGLISH, POLISH, called, english
from tests.factories.api import Api
from tests.factories.cases import make_case
from tests.factories.disclosed import columns_shown
from tests.factories.people import HERE, World
from tests.factories.rulebook import refusals, terms
from tests.factories.wordings import enums, errors_met, facts_raised, names_shown

# Facts and links that no argument and no schema names: a closure collects its blockers in a
# dictionary, a case names its links in SQL.
BLOCKERS = "blockers"
LINKS = {
    *("signal", "interview", "offer", "consent", "referral", "first_visit", "diagnosis"),
    *("active_plan", "draft_plan", "assessment", "motion", "monitoring"),
}


async def _served(api: Api, path: str) -> dict[str, Any]:
    response = await api.as_(HERE.manager).get(path)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_the_rule_list_names_articles_and_where_they_are_held(api: Api) -> None:
    rules = {rule["id"]: rule for rule in (await _served(api, "/rules"))["items"]}
    assert "art. 15 ust. 4" in rules["C13"]["legal_basis"]
    assert "change_settings" in rules["C13"]["operations"]
    assert rules["B10"]["settings"] == ["joint_first_visit_required"]
    assert rules["E6"]["deadlines"] == ["periodic_assessment"]


async def test_every_closed_list_has_both_languages(api: Api) -> None:
    lists = (await _served(api, "/dictionaries"))["dictionaries"]
    assert lists.keys() >= {term.kind() for term in terms()}
    states = {term["value"]: term for term in lists["case_state"]}
    assert states["under_analysis"]["pl"] == "analiza wniosku"
    assert states["under_analysis"]["en"] == "under analysis"


async def test_every_refusal_is_listed_with_its_title_and_article(api: Api) -> None:
    rules = await _served(api, "/rules")
    listed = {said["type"]: said for said in rules["refusals"]}
    for kind in refusals():
        said = listed[f"urn:asysta:problem:{kind.kind()}"]
        assert said["title"] == {"pl": kind.pl, "en": kind.en()}
        assert said["code"] == kind.code()
        assert said["status"] == kind.status
    named = {name for rule in rules["items"] for name in rule["refusals"]}
    assert named <= listed.keys()
    stale = listed["urn:asysta:problem:stale"]
    assert (stale["code"], stale["status"], stale["legal_basis"]) == ("stale", 412, None)
    full = listed["urn:asysta:problem:caseload_full"]
    assert full["code"] == "C12"
    assert full["legal_basis"].startswith("art. 15 ust. 4")


@pytest.mark.parametrize("name", sorted(enums()))
async def test_every_closed_list_of_the_contract_is_in_the_dictionaries(
    api: Api, name: str
) -> None:
    lists = (await _served(api, "/dictionaries"))["dictionaries"]
    (kind,) = [term.kind() for term in terms() if term.__name__ == name]
    assert [term["value"] for term in lists[kind]] == enums()[name]


async def test_the_names_and_the_errors_are_served_in_both_languages(api: Api) -> None:
    served = await _served(api, "/dictionaries")
    names = {said["value"]: said for said in served["names"]}
    assert names["valid_from"] == {
        "value": "valid_from",
        "pl": "obowiązuje od",
        "en": "valid from",
    }
    assert names.keys() == POLISH.keys()
    errors = {said["value"]: (said["pl"], said["en"]) for said in served["errors"]}
    assert errors == dict(FAULTS)


def _named() -> dict[str, str]:
    facts = {name: place for name, _, place in facts_raised()}
    packed = {
        name: f"package of a person: {kind}" for kind in RecordKind for name in columns_shown(kind)
    }
    return dict.fromkeys(LINKS | {BLOCKERS}, "see above") | packed | facts | names_shown()


def test_everything_that_is_shown_has_a_name_in_polish() -> None:
    nameless = {name: place for name, place in _named().items() if name not in POLISH}
    assert not nameless, f"Name these in app/domain/names.toml, [polish]: {nameless}"


def test_a_name_that_nothing_shows_is_taken_out() -> None:
    assert POLISH.keys() - _named().keys() == set()
    assert ENGLISH.keys() - POLISH.keys() == set()


def test_the_table_of_names_is_sorted_and_says_nothing_twice() -> None:
    assert list(POLISH) == sorted(POLISH)
    assert list(ENGLISH) == sorted(ENGLISH)
    needless = {name: said for name, said in ENGLISH.items() if said == english(name)}
    assert not needless, "Their own words say the same."
    assert not [name for name in POLISH if not called(name, "pl").strip()]


def test_a_fact_from_a_closed_list_is_given_as_its_member() -> None:
    bare = [
        f"{place} {name}"
        for name, argument, place in facts_raised()
        if any(isinstance(n, ast.Attribute) and n.attr == "value" for n in ast.walk(argument))
    ]
    assert not bare, f"Without `.value`, so that the refusal can say its label: {bare}"


def test_every_kind_of_error_in_a_field_has_its_text_in_both_languages() -> None:
    ours = {"unknown_parameter"}
    assert errors_met() | ours == FAULTS.keys()
    for pl, en in FAULTS.values():
        assert pl.endswith(".")
        assert en.endswith(".")
        assert pl != en


async def test_the_links_of_a_case_have_names(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    assert (await _served(api, f"/cases/{made.case}"))["links"].keys() == LINKS
    assert POLISH.keys() >= LINKS
