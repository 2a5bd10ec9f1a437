"""The matrix of access says what is true, in known words; test_guards.py holds the guards to it."""

from typing import Any

import pytest

from app.api.contract.access import FILE, fields, matrix, scopes
from app.api.contract.walk import references
from app.api.v1.reference import all_rules
from app.demo import people
from app.domain.actor import Role
from app.domain.clients.rules import ClientArea
from tests.factories.api import Api
from tests.factories.routes import operations, unconnected
from tests.fuzz import identities

SAID = [route for route in operations() if route.include_in_schema]
RULES = {rule.id for rule in all_rules()}
ROLES = {role.value for role in Role}


def test_the_matrix_names_no_operation_that_is_gone() -> None:
    gone = matrix().keys() - {route.name for route in SAID}
    assert not gone, f"Take these out of {FILE.name}: {gone}"


def test_an_operation_stands_in_the_matrix_once() -> None:
    said = FILE.read_text(encoding="utf-8").partition("\noperations:\n")[2]
    lines = said.splitlines()
    for indent in ("  ", "    "):
        names = [line for line in lines if line.startswith(indent) and line[len(indent)].isalpha()]
        names = [name for name in names if name.strip() != "why" and name.endswith(":")]
        assert len(names) == len(set(names)), "YAML keeps the second of two and says nothing"


@pytest.mark.parametrize("name", sorted(matrix()))
def test_the_matrix_speaks_in_known_words(name: str) -> None:
    access = matrix()[name]
    assert access.rows.keys() <= ROLES
    for role, rows in access.rows.items():
        assert rows, f"{name}: {role} reaches nothing; take the role out."
        assert set(rows) <= scopes().keys(), f"{name}: say the scope under `scopes`."
    assert access.why, f"{name}: say which rule lets people in."
    assert set(access.why) <= RULES, f"{name}: {set(access.why) - RULES} is no rule of GET /rules."


def test_every_scope_is_used_and_explained() -> None:
    said = [access.rows for access in matrix().values()]
    said += [access.rows for access in fields().values()]
    used = {scope for rows in said for reached in rows.values() for scope in reached}
    assert used == scopes().keys()
    for scope in scopes().values():
        assert scope.pl
        assert scope.en
        assert scope.within <= scopes().keys()


def test_machines_read_where_the_matrix_says() -> None:
    said = {access.machines for access in matrix().values()} - {None}
    assert said == {area.scope for area in ClientArea}
    for access in matrix().values():
        assert access.machines in {None, f"{access.tag}:read"}


def test_each_role_of_the_matrix_is_fuzzed() -> None:
    """`make fuzz` asks as each role, against somebody of that role in another centre."""
    known = {role for access in matrix().values() for role in access.rows}
    assert known == ROLES
    assert set(identities.LOGINS) == known
    demo = {login: role.value for login, _, role in people.STAFF}
    for role, logins in identities.LOGINS.items():
        assert {demo[login] for login in logins} == {role}
        own, *peers = identities.identities(role)
        assert own.name == "own"
        assert [peer.name for peer in peers][-1] == "stranger"
        assert own.centre != peers[-1].centre


@pytest.mark.rule("K11")
def test_only_managers_reach_the_whole_centre_of_families() -> None:
    families = {"own", "substituted", "district", "casework", "placed"}
    for access in matrix().values():
        reached = {scope for rows in access.rows.values() for scope in rows}
        for role, rows in access.rows.items():
            if reached & families and role != Role.MANAGER:
                assert "centre" not in rows, f"{access.operation}: {role} would see every family."


def test_the_contract_prints_the_matrix() -> None:
    said = {
        operation["operationId"]: operation
        for verbs in unconnected().openapi()["paths"].values()
        for operation in verbs.values()
    }
    for name, access in matrix().items():
        assert said[name].get("x-row-scope", {}) == {r: list(s) for r, s in access.rows.items()}
        assert said[name]["description"].endswith(str(access))


async def test_the_page_of_access_shows_every_operation_and_why(api: Api) -> None:
    async with api.client() as client:
        page = await client.get("/docs/access")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for access in matrix().values():
        assert f"<th>{access.operation}</th>" in page.text
        for rule in access.why:
            assert f"<th>{rule}</th>" in page.text
    for scope in scopes().values():
        assert scope.pl in page.text
    assert "<th>kierownik ośrodka</th>" in page.text
    row = page.text.partition("<th>show_register_check</th>")[2].partition("</tr>")[0]
    assert row.count("<td></td>") == len(Role) - 1, "managers alone"


@pytest.mark.rule("J1")
@pytest.mark.rule("C10")
def test_what_registers_and_courts_say_of_staff_is_shown_to_managers_alone() -> None:
    document = unconnected().openapi()
    shown = {
        name
        for name, schema in document["components"]["schemas"].items()
        if {"register_kind", "printout_ref"} & set(schema.get("properties", {}))
        or {"cause", "suspended_from"} <= set(schema.get("properties", {}))
    }
    assert len(shown) >= 3, "register checks, asked and answered, and suspensions"
    reached: set[str] = set()
    for verbs in document["paths"].values():
        for operation in verbs.values():
            if _refers(document, operation, set()) & shown:
                reached.add(operation["operationId"])
                assert operation["x-roles"] == [Role.MANAGER], operation["operationId"]
    assert {"list_register_checks", "show_register_check", "list_staff_suspensions"} <= reached


def _refers(document: Any, part: Any, seen: set[str]) -> set[str]:
    """Return the schemas that a part shows, through whatever it refers to."""
    for name in set(references(part)) - seen:
        seen.add(name)
        kind, _, key = name.removeprefix("#/components/").partition("/")
        _refers(document, document["components"].get(kind, {}).get(key, {}), seen)
    return {name.rpartition("/")[2] for name in seen}
