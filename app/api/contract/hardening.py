"""What the contract says beyond FastAPI: bounds everywhere, every answer, headers, shared parts."""

import re
from collections.abc import Iterable
from copy import deepcopy

from starlette.routing import BaseRoute

from app.api.contract.bounds import bound
from app.api.contract.refusals import add_implied, share_refusals
from app.api.contract.roles import say_roles
from app.api.contract.sharing import prune, share
from app.api.contract.terms import say_terms
from app.api.contract.walk import SCHEMAS, Part, operations, referring
from app.api.contract.words import (
    ALWAYS,
    BY_STATUS,
    DEMANDED,
    GOOD,
    HEADERS,
    PROBLEM_SCHEMA,
)
from app.api.problems import PROBLEM


def harden(found: Part, routes: Iterable[BaseRoute]) -> None:
    """Complete the document of these routes in place."""
    _name_plainly(found)
    schemas = found["components"]["schemas"]
    schemas["Problem"] = deepcopy(PROBLEM_SCHEMA)
    say_roles(found, routes)
    for operation in operations(found):
        operation.setdefault("security", [])
        _say_parameters(operation)
        _say_answers(operation, schemas)
    for schema in schemas.values():
        bound(schema)
    found["components"]["headers"] = {
        name: {"description": text, "schema": deepcopy(schema)}
        for name, (text, schema) in HEADERS.items()
    }
    say_terms(found)
    share_refusals(found)
    share(found)
    prune(found)


def _name_plainly(found: Part) -> None:
    """Take Python's modules out of the names of schemas that two modules have."""
    schemas = found["components"]["schemas"]
    names = {name: _plain(name) for name in schemas if _plain(name) not in schemas}
    found["components"]["schemas"] = {names.get(n, n): schema for n, schema in schemas.items()}
    for part in referring(found):
        name = part["$ref"].removeprefix(SCHEMAS)
        part["$ref"] = f"{SCHEMAS}{names.get(name, name)}"


def _plain(name: str) -> str:
    module = re.fullmatch(r"app__(?:\w+__)?(\w+)__(?:tables|schemas)__(\w+)", name)
    return f"{module[1].title()}{module[2]}" if module else name.replace("-Output", "Stored")


def _say_parameters(operation: Part) -> None:
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if name in DEMANDED:
            parameter["name"], parameter["schema"] = deepcopy(DEMANDED[name])
            parameter["required"] = True
        what = name.removesuffix("_id").replace("_", " ")
        parameter.setdefault("description", f"Id of the {what}" if what != name else what)
        choices = parameter["schema"].pop("anyOf", ())
        for choice in choices:  # an address holds no null: what is not asked for is left out
            if choice != {"type": "null"}:
                parameter["schema"] |= choice
        parameter["schema"].pop("description", None)
        bound(parameter["schema"])


def _say_answers(operation: Part, schemas: Part) -> None:
    said = operation["responses"]
    if "application/json" in said.get("422", {}).get("content", {}):
        said.pop("422")  # FastAPI's own form of it
    add_implied(operation)
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


def _carried(operation: Part, answer: Part, schemas: Part) -> tuple[str, ...]:
    """Say which headers a good answer has by what it is: one resource, a page, something new."""
    if any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", ())):
        return ("ETag", "Location", "Idempotency-Replayed")
    shown = answer.get("content", {}).get("application/json", {}).get("schema", {})
    properties = schemas.get(shown.get("$ref", "").removeprefix(SCHEMAS), {}).get("properties", {})
    if "version" in properties:
        return ("ETag",)
    return ("Link",) if "next_cursor" in properties else ()
