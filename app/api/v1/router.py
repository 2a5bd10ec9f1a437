"""All operations of version 1: those of every module beside this one that has a `router`."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, compile_path

import app.api.v1 as package


@cache
def routes() -> tuple[BaseRoute, ...]:
    """Return every route of the version, flat: included routers would be matched level by level."""
    found: list[BaseRoute] = []
    for module in iter_modules(package.__path__):
        if not module.ispkg and module.name != "router":
            found += import_module(f"{package.__name__}.{module.name}").router.routes
    keep_apart([route for route in found if isinstance(route, APIRoute)])
    return tuple(found)


def keep_apart(found: Iterable[APIRoute]) -> None:
    """Take out of every template the addresses that another path names closer.

    `/families/search` is no family: without this, a method that it doesn't have would fall to
    `/families/{family_id}` and be refused as a malformed id in place of 405 with `Allow`.
    """
    forms = {route.path_format: compile_path(route.path)[0] for route in found}
    for route in found:
        mine = forms[route.path_format]
        closer = [
            form.pattern
            for path, form in forms.items()
            if mine.match(path) and not form.match(route.path_format)
        ]
        route.path_regex = re.compile("".join(f"(?!{_nameless(c)})" for c in closer) + mine.pattern)


def _nameless(pattern: str) -> str:
    """Drop the names of groups: two of one name can't stand in one expression."""
    return re.sub(r"\?P<\w+>", "?:", pattern)
