"""The rules and the closed lists."""

from tests.factories.api import Api
from tests.factories.people import HERE


async def test_the_rule_list_names_articles_and_where_they_are_held(api: Api) -> None:
    """A frontend can show why something is blocked without a text of its own."""
    response = await api.as_(HERE.assistant).get("/rules")
    rules = {rule["id"]: rule for rule in response.json()["items"]}
    assert "art. 15 ust. 4" in rules["C13"]["legal_basis"]
    assert "change_settings" in rules["C13"]["operations"]
    assert rules["B10"]["settings"] == ["joint_first_visit_required"]
    assert rules["E6"]["deadlines"] == ["periodic_assessment"]


async def test_every_closed_list_has_both_languages(api: Api) -> None:
    """Labels come from the contract, not from the screen."""
    response = await api.as_(HERE.coordinator).get("/dictionaries")
    lists = response.json()["dictionaries"]
    states = {term["value"]: term for term in lists["case_state"]}
    assert states["under_analysis"]["pl"] == "analiza wniosku"
    assert states["under_analysis"]["en"] == "under analysis"
