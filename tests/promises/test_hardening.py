"""The contract leaves nothing open: bounds, answers, headers, locks (the linters need Node)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import create_model
from pydantic.fields import FieldInfo
from sqlmodel import SQLModel

from app.api.contract.hardening import harden
from app.api.contract.walk import references
from app.domain import rooms
from app.domain.terms import all_terms
from tests.factories.document import COMPONENTS, DOCUMENT, Part, said_operations, shared
from tests.factories.sources import ROOT

LENGTHS = {"maxLength", "enum", "const"}
DAY = {"type": "string", "format": "date"}
TABLES = {
    name: value
    for room in rooms("tables")
    for name, value in vars(room).items()
    if isinstance(value, type) and issubclass(value, SQLModel) and value.model_config.get("table")
}
FORMS = {"pattern", "format", "enum", "const"}


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
    for operation in said_operations():
        for parameter in map(shared, operation.get("parameters", ())):
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


def test_every_tag_is_explained_and_used() -> None:
    explained = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert explained == {tag for operation in said_operations() for tag in operation["tags"]}


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
    for operation in said_operations():
        for parameter in map(shared, operation.get("parameters", ())):
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
