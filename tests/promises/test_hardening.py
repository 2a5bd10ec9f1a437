"""The contract leaves nothing open: bounds, answers, headers, locks (the linters need Node)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import create_model
from pydantic.fields import FieldInfo
from sqlmodel import SQLModel

from app.api.answers import query_names
from app.api.contract_refusals import REFUSALS
from app.api.contract_walk import references
from app.api.hardening import harden
from app.api.v1.reference import all_rules
from app.domain import rooms
from app.domain.terms import all_terms
from tests.factories.api import EVERYWHERE
from tests.factories.routes import asks_for_version, creates, guards, operations, unconnected
from tests.factories.sources import ROOT

Part = dict[str, Any]
DOCUMENT: Part = json.loads(json.dumps(unconnected().openapi()))
COMPONENTS: Part = DOCUMENT["components"]
ROUTES = {route.operation_id: route for route in operations()}
OPEN = {"sign_in", "refresh_session", "live", "ready"}
LENGTHS = {"maxLength", "enum", "const"}
DAY = {"type": "string", "format": "date"}
TABLES = {
    name: value
    for room in rooms("tables")
    for name, value in vars(room).items()
    if isinstance(value, type) and issubclass(value, SQLModel) and value.model_config.get("table")
}
FORMS = {"pattern", "format", "enum", "const"}


def _operations() -> list[Part]:
    return [operation for verbs in DOCUMENT["paths"].values() for operation in verbs.values()]


def _each() -> list[Any]:
    return [pytest.param(operation, id=operation["operationId"]) for operation in _operations()]


def _shared(part: Part) -> Part:
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    found: Part = COMPONENTS[kind][name]
    return found


def _within(schema: Part, place: str) -> Iterator[tuple[str, Part]]:
    """Yield a schema and all within it, with their places."""
    yield place, schema
    for name, part in schema.get("properties", {}).items():
        yield from _within(part, f"{place}.{name}")
    for part in schema.get("anyOf", ()):
        yield from _within(part, place)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _within(schema[key], f"{place}[]")


def _schemas() -> list[tuple[str, Part]]:
    named = [*COMPONENTS["schemas"].items()]
    for kind in ("headers", "parameters"):
        named += [(name, part["schema"]) for name, part in COMPONENTS[kind].items()]
    for operation in _operations():
        for parameter in map(_shared, operation.get("parameters", ())):
            named.append((f"{operation['operationId']} {parameter['name']}", parameter["schema"]))
    return [found for name, schema in named for found in _within(schema, name)]


def _of(kind: str) -> list[tuple[str, Part]]:
    return [(place, schema) for place, schema in _schemas() if kind in schema.get("type", ())]


def test_every_text_has_a_longest_length_and_a_form() -> None:
    odd = [place for place, schema in _of("string") if not schema.keys() & LENGTHS]
    assert not odd, "Take the type from app.domain.fields, or bound it."
    no_form = [place for place, schema in _of("string") if not schema.keys() & FORMS]
    assert not no_form


def test_every_number_has_bounds_and_a_size() -> None:
    found = _of("integer")
    assert found
    assert not [p for p, s in found if not {"minimum", "maximum", "format"} <= s.keys()]


def test_every_list_has_a_longest_length_and_says_what_it_holds() -> None:
    found = _of("array")
    assert found
    assert not [place for place, schema in found if "maxItems" not in schema]
    assert not [place for place, schema in found if not schema.get("items")], (
        "A list of anything tells a client nothing."
    )


def test_a_page_says_what_its_items_are() -> None:
    pages = {
        name: schema
        for name, schema in COMPONENTS["schemas"].items()
        if "next_cursor" in schema.get("properties", {})
    }
    assert pages
    for name, schema in pages.items():
        assert schema["properties"]["items"]["items"]["$ref"].startswith("#/"), name


def test_every_operation_is_locked_or_open_on_purpose() -> None:
    assert DOCUMENT["security"], "What an operation forgets to say is locked."
    unlocked = {o["operationId"] for o in _operations() if not o["security"]}
    assert unlocked == OPEN


def test_every_tag_is_explained_and_used() -> None:
    explained = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert explained == {tag for operation in _operations() for tag in operation["tags"]}


@pytest.mark.parametrize("operation", _each())
def test_every_answer_says_its_headers(operation: Part) -> None:
    for status, said in operation["responses"].items():
        headers = set(_shared(said)["headers"])
        assert {"X-Request-ID", "API-Version"} <= headers, status
        assert ("Retry-After" in headers) == (status in {"429", "503"})
        assert ("WWW-Authenticate" in headers) == (status == "401")


@pytest.mark.parametrize("operation", _each())
def test_an_operation_announces_what_it_can_answer_and_no_more(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    good = str(route.status_code or 200)
    can = {good, "422", "429", "500"} | {str(status) for status in route.responses}
    for demand, statuses in (
        (guards(route), {"401", "403", "503"}),
        (route.body_field, {"400", "413", "415"}),
        (route.dependant.path_params, {"404"}),
        (asks_for_version(route), {"412", "428"}),
        (creates(route), {"400", "409"}),
    ):
        can |= statuses if demand else set()
    assert operation["responses"].keys() == can


@pytest.mark.parametrize("operation", _each())
def test_an_operation_shows_what_it_demands(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    parameters = {p["name"]: p for p in map(_shared, operation.get("parameters", ()))}
    assert all(parameter["description"] for parameter in parameters.values())
    assert ("If-Match" in parameters) == asks_for_version(route)
    assert ("Idempotency-Key" in parameters) == creates(route)
    if creates(route):
        assert {"Location", "ETag"} <= set(operation["responses"]["201"]["headers"])


@pytest.mark.parametrize("operation", _each())
def test_an_operation_names_the_roles_that_its_guard_lets_in(operation: Part) -> None:
    roles = [sorted(guard.roles) for guard in guards(ROUTES[operation["operationId"]])]
    assert roles == ([operation["x-roles"]] if operation["security"] else [])
    assert ("x-roles" in operation) == bool(roles)


@pytest.mark.parametrize("operation", _each())
def test_a_response_names_its_refusals_and_each_is_told_once(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    responses = operation["responses"].items()
    named = {status: _shared(said).get(REFUSALS, []) for status, said in responses}
    for status, said in route.responses.items():
        for refusal in said[REFUSALS]:
            assert refusal["type"] in named[str(status)]
            told = {"legal_basis": None} | COMPONENTS[REFUSALS][refusal["type"]]
            assert {"type": refusal["type"]} | told == refusal
    for status, types in named.items():
        assert bool(types) == (status >= "400" and status != "429"), "The gateway's has none."
        assert len(set(types)) == len(types)


@pytest.mark.parametrize("operation", _each())
def test_a_response_names_what_is_refused_by_the_form_of_the_operation(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    own = {refusal["code"] for said in route.responses.values() for refusal in said[REFUSALS]}
    can = own | {"invalid", "our_error"}
    for demand, codes in (
        (guards(route), {"not_signed_in", "not_your_role", "K3", "C10", "busy"}),
        (route.body_field, {"unreadable", "body_too_large", "unsupported_media_type"}),
        (route.dependant.path_params, {"not_found"}),
        (asks_for_version(route), {"no_precondition", "stale"}),
        (creates(route), {"no_idempotency_key", "key_reused"}),
        ("cursor" in query_names(route.dependant), {"bad_cursor"}),
    ):
        can |= codes if demand else set()
    types = [t for said in operation["responses"].values() for t in _shared(said).get(REFUSALS, ())]
    assert {COMPONENTS[REFUSALS][kind]["code"] for kind in types} == can


def test_what_any_operation_may_refuse_is_in_the_contract() -> None:
    told = {said["code"] for said in COMPONENTS[REFUSALS].values()}
    assert EVERYWHERE - told == {"method_not_allowed"}, "An operation has one method."


def test_every_refusal_that_is_told_is_named_and_stands_on_its_article() -> None:
    named = {
        kind
        for operation in _operations()
        for said in operation["responses"].values()
        for kind in _shared(said).get(REFUSALS, ())
    }
    assert named == COMPONENTS[REFUSALS].keys()
    rules = {rule.id: str(rule.basis) for rule in all_rules()}
    for kind, said in COMPONENTS[REFUSALS].items():
        assert len({said["pl"], said["en"], ""}) == 3, f"{kind} is said in Polish and in English"
        assert said.get("legal_basis") == rules.get(said["code"]), kind


def _closed_lists() -> list[Any]:
    found = [(place, schema) for place, schema in _schemas() if schema.keys() & {"enum", "const"}]
    return [pytest.param(schema, id=place) for place, schema in found]


@pytest.mark.parametrize("schema", _closed_lists())
def test_every_value_of_a_closed_list_is_said_in_both_languages(schema: Part) -> None:
    values = schema.get("enum") or [schema["const"]]
    assert list(schema["x-terms"]) == values
    for value, said in schema["x-terms"].items():
        assert said.keys() == {"pl", "en"}
        assert all(said.values())
        assert f"- `{value}`: {said['pl']} / {said['en']}" in schema["description"].splitlines()


def test_a_closed_list_of_the_contract_says_what_the_dictionaries_say() -> None:
    schemas = COMPONENTS["schemas"]
    lists = {term.__name__: term for term in all_terms() if term.__name__ in schemas}
    assert {"CaseState", "ActionEffect", "GoalRating", "Certainty"} <= lists.keys()
    for name, term in lists.items():
        labels = {m.value: {"pl": m.pl, "en": m.en} for m in term}
        assert schemas[name]["x-terms"] == labels, name
    some = schemas["ExternalAgreementIn"]["properties"]["partner"]["x-terms"]
    partners = schemas["PlanPartner"]["x-terms"]
    assert some == {value: partners[value] for value in ("organiser", "educator")}


@pytest.mark.parametrize("values", [["nobody", "knows"], ["other"]])
def test_values_that_no_list_or_many_lists_have_are_refused(values: list[str]) -> None:
    enum = {"type": "string", "enum": values}
    with pytest.raises(ValueError, match="values to unpack"):
        harden(_small({"Shown": {"type": "object", "properties": {"kind": enum}}}), [])


def test_the_names_of_schemas_tell_nothing_of_our_modules() -> None:
    odd = [name for name in COMPONENTS["schemas"] if not re.fullmatch(r"[A-Za-z]+(_\w+_)?", name)]
    assert not odd


def test_a_query_parameter_is_left_out_rather_than_null() -> None:
    for operation in _operations():
        for parameter in map(_shared, operation.get("parameters", ())):
            assert "anyOf" not in parameter["schema"], parameter["name"]


def _small(schemas: Part) -> Part:
    """Make a document with one operation: it takes `Sent`, if there is one, and shows `Shown`."""
    shown = {"schema": {"$ref": "#/components/schemas/Shown"}}
    operation: Part = {"responses": {"200": {"content": {"application/json": shown}}}}
    if "Sent" in schemas:
        shape = {"schema": {"$ref": "#/components/schemas/Sent"}}
        operation["requestBody"] = {"content": {"application/json": shape}}
    return {
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": json.loads(json.dumps(schemas))},
    }


def test_nothing_is_bounded_by_guess() -> None:
    """A bound is said where the field is declared; one that is missing there is missing here."""
    text = {"type": "object", "properties": {"text": {"type": "string"}, "day": DAY}}
    found = _small({"Sent": text, "Shown": text, "Unused": text})
    harden(found, [])
    schemas = found["components"]["schemas"]
    for name in ("Sent", "Shown"):
        assert schemas[name] == text | {
            "properties": {"text": {"type": "string"}, "day": DAY | {"maxLength": 10}}
        }
    assert schemas.keys() == {"Sent", "Shown", "Problem"}
    assert "#/components/schemas/Sent" in references(found)


def test_every_object_is_closed_or_says_how_much_it_holds() -> None:
    found = _of("object")
    assert found
    open_ones = [p for p, schema in found if schema.get("additionalProperties") is not False]
    assert open_ones == ["DictionariesOut.dictionaries", "Problem.facts"]
    assert all("maxProperties" in schema for place, schema in found if place in open_ones)


def test_the_texts_of_an_answer_are_as_long_as_their_table_allows() -> None:
    held = 0
    for name, schema in COMPONENTS["schemas"].items():
        table = TABLES.get(re.sub(r"(Summary|Header)?Out$", "", name))
        for field, said in schema.get("properties", {}).items():
            declared = table.model_fields.get(field) if table and name.endswith("Out") else None
            kept = _longest_kept(declared) if declared else []
            assert not kept or _longest(said) == kept, f"{name}.{field}: take its table's type."
            held += bool(kept)
    assert held > 50


def _longest_kept(declared: FieldInfo) -> list[int]:
    declaration: Any = (declared.annotation, declared)
    alone = create_model("Alone", field=declaration)
    return _longest(alone.model_json_schema()["properties"]["field"])


def _longest(schema: Part) -> list[int]:
    """Return the longest text that a field takes, null or not; forms (days, ids) have their own."""
    choices = [schema, *schema.get("anyOf", ())]
    return [c["maxLength"] for c in choices if "maxLength" in c and "format" not in c]


def test_the_lock_of_the_linters_holds_hashes_and_no_addresses_of_packages() -> None:
    lock = json.loads((ROOT / "openapi" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: said for name, said in lock["packages"].items() if name}
    assert packages
    # Where authors ask for money is no address that anything is fetched from.
    fetched = [{k: v for k, v in said.items() if k != "funding"} for said in packages.values()]
    assert "://" not in json.dumps(fetched)
    assert not [name for name, said in packages.items() if "integrity" not in said]


def _request_objects() -> list[tuple[str, dict[str, Any]]]:
    """Return every object that a request body may hold, however deep."""
    found: dict[str, dict[str, Any]] = {}

    def follow(part: Any) -> None:
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found and name in DOCUMENT["components"]["schemas"]:
                found[name] = DOCUMENT["components"]["schemas"][name]
                follow(found[name])
            for value in part.values():
                follow(value)
        elif isinstance(part, list):
            for value in part:
                follow(value)

    for verbs in DOCUMENT["paths"].values():
        for operation in verbs.values():
            follow(operation.get("requestBody", {}))
    return [(name, schema) for name, schema in found.items() if schema.get("type") == "object"]


@pytest.mark.parametrize(("name", "schema"), _request_objects())
def test_no_object_of_a_request_takes_unknown_fields(name: str, schema: dict[str, Any]) -> None:
    assert schema.get("additionalProperties") is False, f"{name} must be a Shape"
