"""The contract: valid, complete, without personal data in addresses, and the one in the file."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.db.vault.ring import MARK
from tests.factories.document import shared
from tests.factories.routes import guarded, method, operations, unconnected
from tests.factories.sources import ROOT

FILE = ROOT / "openapi" / "v1.json"
DOCUMENT: dict[str, Any] = json.loads(json.dumps(unconnected().openapi()))
PROBLEM = "application/problem+json"
PERSONAL = {
    *("pesel", "name", "surname", "first_name", "last_name", "full_name", "phone", "email"),
    *("born_on", "birth_date", "street", "address", "q", "query", "search"),
}
CONDITIONAL = {"If-Match", "Idempotency-Key"}


def _operations() -> list[Any]:
    """Return every operation, with its shared parameters and answers put in their places."""
    return [
        pytest.param(
            path, verb, _whole(operation), id=operation.get("operationId", f"{verb} {path}")
        )
        for path, verbs in DOCUMENT["paths"].items()
        for verb, operation in verbs.items()
    ]


def _whole(operation: dict[str, Any]) -> dict[str, Any]:
    return operation | {
        "parameters": [shared(parameter) for parameter in operation.get("parameters", ())],
        "responses": {s: shared(answer) for s, answer in operation["responses"].items()},
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    faults = [
        f"{e.json_path}: {e.message}" for e in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()
    ]
    assert not faults


def test_the_document_says_who_we_are() -> None:
    assert {"title", "version", "summary", "description", "contact", "license"} <= set(
        DOCUMENT["info"]
    )
    assert DOCUMENT["servers"]


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    used = set(_references(DOCUMENT))
    declared = {
        f"#/components/{kind}/{name}"
        for kind, parts in DOCUMENT["components"].items()
        if kind != "securitySchemes" and not kind.startswith("x-")
        for name in parts
    }
    assert used - declared == set()
    assert declared - used == set(), "Drop what no operation uses."


def test_every_versioned_route_is_in_the_contract() -> None:
    said = {(verb.upper(), path) for path, verbs in DOCUMENT["paths"].items() for verb in verbs}
    assert said == {(method(r), r.path) for r in operations() if r.include_in_schema}
    assert {r.name for r in operations() if not r.include_in_schema} == {
        *("docs_page", "docs_access", "docs_asset", "openapi_document", "public_keys"),
        "issue_client_token",  # its form is that of RFC 6749
        *("begin_federated_sign_in", "finish_federated_sign_in"),  # a browser goes there by itself
    }


@pytest.mark.parametrize(("path", "verb", "operation"), _operations())
def test_an_operation_explains_itself(path: str, verb: str, operation: dict[str, Any]) -> None:
    for part in ("operationId", "summary", "description", "tags"):
        assert operation.get(part), f"{verb} {path} has no {part} (docstring, tag)."
    assert len(operation["tags"]) == 1, f"{verb} {path}: one tag."
    good = [status for status in operation["responses"] if status < "400"]
    assert len(good) == 1, f"{verb} {path}: say the one good answer by status_code=…: {good}"


@pytest.mark.parametrize(("path", "verb", "operation"), _operations())
def test_an_operation_answers_errors_with_problems(
    path: str, verb: str, operation: dict[str, Any]
) -> None:
    errors = {s: r for s, r in operation["responses"].items() if s >= "400"}
    assert {"422", "500"} <= set(errors)
    for status, response in errors.items():
        assert list(response["content"]) == [PROBLEM], f"{verb} {path} {status}"
        assert response["description"], f"{verb} {path} {status} does not say when"


@pytest.mark.parametrize(("path", "verb", "operation"), _operations())
def test_no_personal_data_stands_in_an_address(
    path: str, verb: str, operation: dict[str, Any]
) -> None:
    places = [p for p in operation.get("parameters", ()) if p["in"] in {"query", "path"}]
    found = {parameter["name"].lower() for parameter in places} & PERSONAL
    assert not found, (
        f"{verb} {path}: {found} would stand in logs of every proxy; search by POST with a body."
    )


@pytest.mark.parametrize(("path", "verb", "operation"), _operations())
def test_every_parameter_is_bounded(path: str, verb: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        named = f"{verb} {path} {parameter['name']}"
        if parameter["name"] in CONDITIONAL:
            assert parameter["required"], f"{named} is demanded, so say so."
        for schema in parameter["schema"].get("anyOf", [parameter["schema"]]):
            if schema.get("type") == "string":
                assert schema.keys() & {"maxLength", "format", "enum", "const"}, (
                    f"{named}: bound it."
                )
            if schema.get("type") == "integer":
                assert {"minimum", "maximum"} <= schema.keys(), f"{named}: bound it."


# The parts of a pattern that may stand for a letter that they don't name.
_MANY = re.compile(r"\[\^?(?:\\.|[^\]\\])+\]|\\[SWD]|(?<!\\)\.")


def _texts(part: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text that is not of a closed list, with its pattern ("" where it has none)."""
    if isinstance(part, dict):
        closed = part.keys() & {"enum", "const"} or ("format" in part and "pattern" not in part)
        if part.get("type") == "string" and not closed:
            yield place, part.get("pattern", "")
        for name, below in part.items():
            yield from _texts(below, f"{place}/{name}")
    elif isinstance(part, list):
        for below in part:
            yield from _texts(below, place)


def _admits(pattern: str, letter: str) -> bool:
    anchored = pattern.startswith("^") and pattern.endswith("$")
    return not anchored or any(
        re.fullmatch(p, letter) for p in [letter, *_MANY.findall(pattern)] if p in pattern
    )


def test_the_mark_of_what_is_sealed_fits_into_no_text() -> None:
    texts = {
        **dict(_texts(DOCUMENT["components"]["schemas"], "")),
        **dict(_texts(DOCUMENT["paths"], "")),
    }
    assert len(texts) > 500
    assert not {place: pattern for place, pattern in texts.items() if _admits(pattern, MARK)}
    for wrong in ("", "^.$", "^[^@]+$", r"^\S+$", f"^{MARK}$", "[a-z]"):
        assert _admits(wrong, MARK), wrong


@pytest.mark.parametrize(("path", "verb", "operation"), _operations())
def test_a_guarded_operation_says_so(path: str, verb: str, operation: dict[str, Any]) -> None:
    names = {route.operation_id for route in guarded()}
    assert bool(operation.get("security")) == (operation["operationId"] in names), (
        f"{verb} {path}: the padlock in the docs must tell the truth."
    )


def test_paths_are_kebab_case_without_a_slash_at_the_end() -> None:
    for path in DOCUMENT["paths"]:
        words = [part for part in path.split("/")[1:] if not part.startswith("{")]
        assert all(w and w == w.lower() and "_" not in w for w in words), path


def _properties() -> list[tuple[str, str]]:
    return [
        (name, key)
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for key in schema.get("properties", {})
    ]


def test_properties_are_snake_case() -> None:
    odd = [f"{name}.{key}" for name, key in _properties() if key != key.lower() or "-" in key]
    assert not odd


def test_the_file_holds_the_contract_of_the_code() -> None:
    assert FILE.exists(), "Run `.venv/bin/python -m app.cli export-contract` and commit the file."
    said = import_module("app.commands").contract_text()
    assert FILE.read_text(encoding="utf-8") == said, (
        f"The contract has changed and {FILE.name} has not: run `.venv/bin/python -m app.cli "
        "export-contract`, read the difference as a client would, and commit it."
    )
