"""What the product shows by a code or a key, found in the code itself, for tests of its wording."""

import ast
from collections.abc import Iterator
from functools import cache
from json import dumps
from typing import Any

from pydantic import TypeAdapter

from tests.factories.api import flat_routes
from tests.factories.routes import parts_of, unconnected
from tests.factories.rulebook import refusals
from tests.factories.sources import called, sources

Part = dict[str, Any]
ABOUT = {"title", "description", "default", "examples", "$defs"}
# What people and machines send by mistake, each to every field.
WRONG: tuple[object, ...] = (
    *(None, True, 0, 1, -1, 10**12, 10**400, 0.5, float("nan"), [], {}, ["x"] * 101, {"odd": 1}),
    *("", "x", "x" * 20_001, "\x00", "\ud800", "9" * 5_000, "7.5", "44051401358"),
    *("2026-02-30", "2026-01-01T10:00:00", "2026-01-01T10:00:00Z", "25:00", "10:00"),
)


def document() -> Part:
    """Return the contract."""
    return unconnected().openapi()


def facts_raised() -> Iterator[tuple[str, ast.keyword, str]]:
    """Yield each fact that a refusal is given: its name, the argument, the place in the code."""
    kinds = {kind.__name__ for kind in refusals()}
    for source in sources():
        raised = [n.exc for n in ast.walk(source.tree) if isinstance(n, ast.Raise)]
        calls = [c for c, name in called(source) if c in raised or name.split(".")[-1] in kinds]
        for call in calls:
            for argument in call.keywords:
                if argument.arg and _is_refusal(call, kinds):
                    yield argument.arg, argument, source.at(call)


def _is_refusal(call: ast.Call, kinds: set[str]) -> bool:
    """Tell a refusal from an exception of Python: its class is one, or stands in a variable."""
    name = ast.unparse(call.func).split(".")[-1]
    return name in kinds or not name[:1].isupper()


def names_shown() -> dict[str, str]:
    """Return every property and parameter of the contract with a place where it stands."""
    found: dict[str, str] = {}
    for name, schema in document()["components"]["schemas"].items():
        for key in schema.get("properties", {}):
            found.setdefault(key, f"{name}.{key}")
    for part in _parts(document()):
        if part.get("in") in {"query", "path"}:
            found.setdefault(part["name"], f"parameter {part['name']}")
    return found


def _parts(part: Any) -> Iterator[Part]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from _parts(value)


def enums() -> dict[str, list[str]]:
    """Return every closed list of the contract: the name of its schema and its values."""
    return {
        name: schema["enum"]
        for name, schema in document()["components"]["schemas"].items()
        if "enum" in schema
    }


@cache
def errors_met() -> frozenset[str]:
    """Return each code of `errors[]` that wrong bodies, queries and ids bring about."""
    found: set[str] = set()
    seen: set[str] = set()
    for route in flat_routes(unconnected()):
        for part in parts_of(route):
            for field in (*part.path_params, *part.query_params, *part.body_params):
                schema = TypeAdapter[Any](field.field_info.annotation or Any).json_schema()
                for value in _spoilt(schema, schema.get("$defs", {}), seen):
                    if field in part.body_params or isinstance(value, str):
                        errors = field.validate(value, {}, loc=("x",))[1]
                        found |= {error["type"] for error in errors}
    return frozenset(found)


def _spoilt(schema: Part, known: Part, seen: set[str]) -> Iterator[object]:
    """Spoil each part of what may be sent; a form of field that was spoilt before is enough."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    form = dumps({name: said for name, said in schema.items() if name not in ABOUT})
    if form in seen:
        return
    seen.add(form)
    yield from WRONG
    for choice in schema.get("anyOf", ()):
        yield from _spoilt(choice, known, seen)
    for name, part in schema.get("properties", {}).items():
        yield from ({name: value} for value in _spoilt(part, known, seen))
    if "items" in schema:
        yield from ([value] for value in _spoilt(schema["items"], known, seen))
