"""Who reads and writes which field: the matrix says it, and nothing is masked beside it."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.api.contract.access import FieldAccess, fields, matrix, scopes
from app.api.v1.reference import all_rules
from app.db.views import View
from app.domain import rooms
from app.domain.actor import Role
from app.domain.cases.rules import CaseState
from app.domain.clients.rules import ClientArea
from tests.factories.api import Api
from tests.factories.cases import make_case
from tests.factories.erasure import hold
from tests.factories.machines import machine
from tests.factories.people import World
from tests.factories.shown import PROBES
from tests.factories.sources import ROOT
from tests.stories.contract import CONTRACT, DOCUMENT, schemas_in

FIELDS = fields()
RULES = {rule.id for rule in all_rules()}
ROLES = {role.value for role in Role}
NAMED = pytest.mark.parametrize("name", sorted(FIELDS))


def _written(field: FieldAccess) -> bool:
    return field.place[0].endswith(("In", "Patch"))


def _said(field: FieldAccess) -> dict[str, Any]:
    schema, name = field.place
    said: dict[str, Any] = DOCUMENT["components"]["schemas"][schema]["properties"][name]
    return said


def _operations(field: FieldAccess) -> set[str]:
    """Return the operations that show a field, or take it."""
    side = "requestBody" if _written(field) else "responses"
    return {
        name
        for name, operation in CONTRACT.items()
        if field.place[0] in schemas_in(operation.said.get(side, {}))
    }


@NAMED
def test_an_entry_speaks_of_a_field_in_known_words(name: str) -> None:
    field = FIELDS[name]
    assert _said(field), "there is such a field"
    assert field.rows.keys() <= ROLES
    for rows in field.rows.values():
        assert rows
        assert set(rows) <= scopes().keys()
    assert field.why
    assert set(field.why) <= RULES
    assert field.pl
    assert field.en


@NAMED
def test_an_entry_leaves_somebody_out_who_calls_the_operation(name: str) -> None:
    field = FIELDS[name]
    calling: dict[str, set[str]] = {}
    for operation in _operations(field):
        for role, rows in matrix()[operation].rows.items():
            calling.setdefault(role, set()).update(rows)
    assert field.rows.keys() <= calling.keys(), "who does not call it needs no word"
    narrower = [role for role in calling if set(field.rows.get(role, ())) != calling[role]]
    assert narrower, "everybody reads it: take it out"


@NAMED
def test_the_contract_prints_the_entry(name: str) -> None:
    field = FIELDS[name]
    printed = {role: list(rows) for role, rows in field.rows.items()}
    assert _said(field)["x-field-scope"] == printed


async def test_the_page_of_access_shows_every_field(api: Api) -> None:
    async with api.client() as client:
        page = (await client.get("/docs/access")).text
    for field in FIELDS.values():
        assert f"<th>{field.name}</th>" in page
        assert field.pl.split(",")[0] in page
        for rule in field.why:
            assert f"<th>{rule}</th>" in page


def test_nothing_else_in_the_contract_says_a_field_scope() -> None:
    said = {
        f"{schema}.{name}"
        for schema, found in DOCUMENT["components"]["schemas"].items()
        for name, part in found.get("properties", {}).items()
        if "x-field-scope" in part
    }
    assert said == FIELDS.keys() == PROBES.keys()


# Everybody who may call the operation asks.


@pytest.mark.rule("K11")
@NAMED
async def test_a_field_is_for_whom_the_matrix_says(api: Api, world: World, name: str) -> None:
    field = FIELDS[name]
    seen = await PROBES[name](api, world)
    wrong = [
        f"{role} in {scope}: {'filled' if filled else 'empty'}"
        for role, scope, filled in seen
        if filled is not (scope in field.rows.get(role, ()))
    ]
    assert not wrong
    calling = {role for op in _operations(field) for role in matrix()[op].rows}
    assert {role for role, *_ in seen} == calling, "everybody who may call it asks"
    tried = {(role, scope) for role, scope, _ in seen}
    named = {(role, scope) for role, rows in field.rows.items() for scope in rows}
    assert named <= tried, "every way in is tried"
    assert {filled for *_, filled in seen} == {True, False}


@pytest.mark.rule("K3")
async def test_a_machine_client_reads_none_of_them(api: Api, world: World) -> None:
    reading = {
        name
        for name, field in FIELDS.items()
        for operation in _operations(field)
        if CONTRACT[operation].method == "GET" and matrix()[operation].machines
    }
    assert reading == {"FamilyOut.under_legal_hold"}
    made = await make_case(world, CaseState.IN_PROGRESS)
    await hold(api, made)
    client = await machine(api, reads=[area.value for area in ClientArea])
    shown = await client.get(f"/families/{made.family}", await client.token())
    assert shown.status_code == 200, shown.text
    assert shown.json()["under_legal_hold"] is None


# Nothing beside the list: whoever writes another look at who asks says here what it hides.

ROWS = "whole rows, by the scopes of its operation"
HIDES: dict[tuple[str, str], str | set[str]] = {
    ("covers", "COVER"): {"CoverOut.reason"},
    ("covers", "COVERS"): {"CoverOut.reason"},
    ("families", "FAMILY"): {"FamilyOut.under_legal_hold"},
    ("staff", "STAFF"): {"StaffOut.qualifications", "StaffOut.declarations"},
    ("staff", "CHECKS"): ROWS,
    ("staff", "TRAINING"): ROWS,
    ("staff", "TRAININGS"): ROWS,
    ("staff", "AUTHORISATION"): ROWS,
    ("staff", "AUTHORISATIONS"): ROWS,
    ("staff", "SUSPENSIONS"): ROWS,
    ("identity", "ME"): ROWS,
    ("identity", "MY_SESSIONS"): ROWS,
    ("factors", "MINE"): ROWS,
    # Lists of the manager, each with its count; `on_behalf_of` speaks of the reader alone.
    ("worklist", "WORKLIST"): {name for name in FIELDS if name.startswith(("Work", "Counts"))},
}
_WHO = re.compile(r"app\.(sees_all|roles|keeps_accounts|account)\(|:roles")


def _asking() -> Iterator[tuple[str, str]]:
    for room in rooms("queries"):
        capability = room.__name__.split(".")[-2]
        for name, view in vars(room).items():
            if isinstance(view, View) and (_WHO.search(view.bare) or "roles" in view.names):
                yield capability, name


def test_every_read_that_asks_who_reads_says_what_it_hides() -> None:
    assert set(_asking()) == HIDES.keys()
    for hidden in HIDES.values():
        assert hidden == ROWS or set(hidden) <= FIELDS.keys()


# Who looks at the roles of a caller within a command, and what for.
STEP = "a step of the workflow: the whole operation"
ROW = "whom it is about: a row scope of its operation"
JUDGES: dict[str, str | set[str]] = {
    "assessments._judge": STEP,
    "assignments._require_transfer": STEP,
    "cases.advance": STEP,
    "covers.end_cover": ROW,
    "covers.set_cover": {"CoverIn.override_local_limit"},
    "identity.begin_reset": "whose account an administrator may open: refuses the whole operation",
    "identity.give_first_password": {"StaffIn.password"},
    "identity.require_managers_keeper": {"StaffPatch.roles"},
    "intake.choose_social_worker": "whose the case is where nobody is named; refuses nothing",
    "motions.decide": STEP,
    "placements.appoint_coordinator": ROW,
    "placements.end_coordination": ROW,
    "staff._change_roles": {"StaffPatch.roles"},
    "staff.remove_factor": "whose account an administrator may open: refuses the whole operation",
    "visits.judge": STEP,
    "visits.record_visit": STEP,
}


def _judging() -> Iterator[str]:
    for file in sorted((ROOT / "app" / "domain").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _looks(node):
                yield f"{file.parent.name}.{node.name}"


def _looks(function: ast.AST) -> bool:
    """Tell whether a function reads `actor.roles` (or a caller's)."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "roles"
        and re.fullmatch(r"(\w+\.)?(actor|caller)", ast.unparse(node.value))
        for node in ast.walk(function)
    )


def test_every_command_that_asks_for_roles_says_what_for() -> None:
    assert sorted(_judging()) == sorted(JUDGES)
    said = {name for what in JUDGES.values() if isinstance(what, set) for name in what}
    assert said == {name for name, field in FIELDS.items() if _written(field)}
