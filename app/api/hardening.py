"""What the contract says beyond FastAPI: bounds everywhere, every answer, headers, shared parts.

Requests are bounded where their fields are declared; here only what leaves gets a bound by default.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from json import dumps
from typing import Any

from app.api.contract_words import (
    ALWAYS,
    ANSWERS,
    BY_STATUS,
    DEMANDED,
    EVERYWHERE,
    GOOD,
    HEADERS,
    PROBLEM_SCHEMA,
    Part,
)
from app.api.problems import PROBLEM
from app.domain.fields import NO_CONTROL

SCHEMAS = "#/components/schemas/"
INT32 = 2**31 - 1
# The longest text of a format: a uuid, a day, an instant with offset and microseconds, a time.
LENGTHS = {"uuid": 36, "date": 10, "date-time": 40, "time": 21}
# Texts and lists that leave come from tables that bound them (the longest text is a Note); the
# exact bound of each stands there, so this one only tells clients how much to be ready for.
LONGEST_TEXT = 20_000
LONGEST_LIST = 10_000


def harden(found: Part) -> None:
    """Complete the document in place."""
    _name_plainly(found)
    schemas = found["components"]["schemas"]
    schemas["Problem"] = deepcopy(PROBLEM_SCHEMA)
    for operation in operations(found):
        _say_parameters(operation)
        _say_answers(operation, schemas)
        operation.setdefault("security", [])
    asked = _used_by_requests(found)
    for name, schema in schemas.items():
        _bound(schema, leaves=name not in asked)
    _share(found)
    _prune(found)


def _name_plainly(found: Part) -> None:
    """Take Python's modules out of the names of schemas that two modules have."""
    schemas = found["components"]["schemas"]
    names = {name: _plain(name) for name in schemas if _plain(name) not in schemas}
    found["components"]["schemas"] = {names.get(n, n): schema for n, schema in schemas.items()}
    for part in _referring(found):
        name = part["$ref"].removeprefix(SCHEMAS)
        part["$ref"] = f"{SCHEMAS}{names.get(name, name)}"


def _plain(name: str) -> str:
    module = re.fullmatch(r"app__(?:\w+__)?(\w+)__(?:tables|schemas)__(\w+)", name)
    return f"{module[1].title()}{module[2]}" if module else name.replace("-Output", "Stored")


def operations(found: Part) -> Iterator[Part]:
    """Yield every operation of the document."""
    for verbs in found["paths"].values():
        yield from verbs.values()


def _say_parameters(operation: Part) -> None:
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if name in DEMANDED:
            parameter["name"], parameter["schema"] = DEMANDED[name]
            parameter["required"] = True
        what = name.removesuffix("_id").replace("_", " ")
        parameter.setdefault("description", f"Id of the {what}" if what != name else what)
        choices = parameter["schema"].pop("anyOf", ())
        for choice in choices:  # an address holds no null: what is not asked for is left out
            if choice != {"type": "null"}:
                parameter["schema"] |= choice
        parameter["schema"].pop("description", None)
        _bound(parameter["schema"], leaves=False)


def _say_answers(operation: Part, schemas: Part) -> None:
    said = operation["responses"]
    if "application/json" in said.get("422", {}).get("content", {}):
        said.pop("422")  # FastAPI's own form of it
    for status in EVERYWHERE | _implied(operation):
        said.setdefault(status, {"description": ANSWERS[status][1]})
    for status, answer in said.items():
        if status >= "400":
            answer["content"] = {PROBLEM: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
        elif status in GOOD:
            answer["description"] = GOOD[status]
        names = (*ALWAYS, *BY_STATUS.get(status, ()))
        if status < "400":
            names += _carried(operation, answer, schemas)
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    operation["responses"] = dict(sorted(said.items()))


def _implied(operation: Part) -> set[str]:
    """Say which refusals follow from the form of an operation."""
    found = {"413", "415"} if "requestBody" in operation else set()
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            found.add("404")
        if parameter["name"] == "If-Match":
            found |= {"412", "428"}
    return found


def _carried(operation: Part, answer: Part, schemas: Part) -> tuple[str, ...]:
    """Say which headers a good answer has by what it is: one resource, a page, something new."""
    if any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", ())):
        return ("ETag", "Location", "Idempotency-Replayed")
    shown = answer.get("content", {}).get("application/json", {}).get("schema", {})
    properties = schemas.get(shown.get("$ref", "").removeprefix(SCHEMAS), {}).get("properties", {})
    if "version" in properties:
        return ("ETag",)
    return ("Link",) if "next_cursor" in properties else ()


def _used_by_requests(found: Part) -> set[str]:
    """Return the names of the schemas that people fill in."""
    schemas, seen = found["components"]["schemas"], set[str]()
    waiting = [
        reference
        for operation in operations(found)
        for part in (operation.get("requestBody"), operation.get("parameters"))
        for reference in references(part)
    ]
    while waiting:
        name = waiting.pop().removeprefix(SCHEMAS)
        if name not in seen:
            seen.add(name)
            waiting += references(schemas[name])
    return seen


def references(part: Any) -> Iterator[str]:
    """Yield every reference within a part of the document."""
    for referring in _referring(part):
        yield referring["$ref"]


def _referring(part: Any) -> Iterator[Part]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from _referring(value)


def _bound(schema: Part, *, leaves: bool) -> None:
    """Bound a schema and all within it; `leaves` allows the bounds by default."""
    schema.pop("title", None)  # Python's spelling of the name once more
    kinds = schema.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind in BOUNDS:
            BOUNDS[kind](schema, leaves)
    within = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    within += [schema.get("items"), schema.get("additionalProperties")]
    for part in within:
        if isinstance(part, dict):
            _bound(part, leaves=leaves)


def _bound_text(schema: Part, leaves: bool) -> None:
    if schema.keys() & {"enum", "const"}:
        return
    if schema.get("format") in LENGTHS:
        schema.setdefault("maxLength", LENGTHS[schema["format"]])
    elif leaves:
        schema.setdefault("maxLength", LONGEST_TEXT)
        if "format" not in schema:
            schema.setdefault("pattern", NO_CONTROL)


def _bound_number(schema: Part, leaves: bool) -> None:
    for key in {"minimum", "maximum"} & schema.keys():
        schema[key] = int(schema[key])
    if leaves:  # every whole number of the tables is PostgreSQL's `integer`
        schema.setdefault("minimum", -INT32 - 1)
        schema.setdefault("maximum", INT32)
    schema.setdefault("format", "int32")


def _bound_list(schema: Part, leaves: bool) -> None:
    if leaves:
        schema.setdefault("maxItems", LONGEST_LIST)


def _bound_object(schema: Part, leaves: bool) -> None:
    if leaves and "properties" in schema:
        schema.setdefault("additionalProperties", False)
    elif leaves:
        schema.setdefault("maxProperties", 1_000)


BOUNDS: dict[str, Callable[[Part, bool], None]] = {
    "string": _bound_text,
    "integer": _bound_number,
    "array": _bound_list,
    "object": _bound_object,
}


def _share(found: Part) -> None:
    """Put what many operations say alike into components: parameters, the usual refusals."""
    components = found["components"]
    components["headers"] = {
        name: {"description": text, "schema": schema} for name, (text, schema) in HEADERS.items()
    }
    usual = _usual(found)
    for operation in operations(found):
        for place, parameter in enumerate(operation.get("parameters", ())):
            kind, name = "parameters", parameter["name"]
            if usual.get((kind, name)) == dumps(parameter):
                components.setdefault(kind, {})[name] = parameter
                operation[kind][place] = {"$ref": f"#/components/{kind}/{name}"}
        for status, answer in operation["responses"].items():
            kind = "responses"
            if usual.get((kind, status)) == dumps(answer):
                name = ANSWERS[status][0]
                components.setdefault(kind, {})[name] = answer
                operation[kind][status] = {"$ref": f"#/components/{kind}/{name}"}


def _usual(found: Part) -> dict[tuple[str, str], str]:
    """Return the form of each parameter and refusal that stands in the most operations."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for operation in operations(found):
        for parameter in operation.get("parameters", ()):
            counted["parameters", parameter["name"], dumps(parameter)] += 1
        for status, answer in operation["responses"].items():
            if status in ANSWERS:
                counted["responses", status, dumps(answer)] += 1
    ordered = sorted(counted.items(), key=lambda entry: entry[1])
    return {(kind, name): form for (kind, name, form), number in ordered if number > 1}


def _prune(found: Part) -> None:
    """Drop the schemas that nothing refers to, and those that only they referred to."""
    schemas = found["components"]["schemas"]
    while unused := schemas.keys() - {r.removeprefix(SCHEMAS) for r in references(found)}:
        for name in unused:
            del schemas[name]
