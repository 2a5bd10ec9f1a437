"""A client that knows the contract alone walks the main way by its links."""

import pytest

from app.api.contract.links import MAIN_WAY
from tests.factories.api import Api
from tests.factories.people import HERE
from tests.stories.contract import CONTRACT, Operation
from tests.stories.guest import Guest

CREATING = [o for o in CONTRACT.values() if o.success[0] == 201 and not o.open]


@pytest.mark.usefixtures("world")
async def test_a_guest_walks_from_the_search_to_the_end_of_monitoring(api: Api) -> None:
    visited = await Guest(api).walk("search_families")
    assert tuple(step.operation.id for step in visited) == MAIN_WAY
    case = visited[-1].path["case_id"]
    shown = (await api.as_(HERE.manager).get(f"/cases/{case}")).json()
    assert shown["state"] == "archived"


@pytest.mark.parametrize("operation", CREATING, ids=lambda operation: operation.id)
def test_what_creates_leads_on(operation: Operation) -> None:
    links = operation.success[1].get("links", {})
    assert links, "Its answer should be shown by a GET of its own, or app.api.contract.links say."


def test_a_link_finds_every_variable_of_its_path() -> None:
    for operation in CONTRACT.values():
        for name, link in operation.success[1].get("links", {}).items():
            target = CONTRACT[link["operationId"]]
            known = link.get("parameters", {})
            paths = {p for p, said in target.parameters.items() if said["in"] == "path"}
            assert name == target.id
            assert paths <= known.keys() <= target.parameters.keys(), f"{operation.id} to {name}"
