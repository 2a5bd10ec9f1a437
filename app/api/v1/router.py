"""All operations of version 1: those of every module beside this one that has a `router`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from starlette.routing import BaseRoute

import app.api.v1 as package


@cache
def routes() -> tuple[BaseRoute, ...]:
    """Return every route of the version, flat, as `Paths` takes them."""
    found: list[BaseRoute] = []
    for module in iter_modules(package.__path__):
        if not module.ispkg and module.name != "router":
            found += import_module(f"{package.__name__}.{module.name}").router.routes
    return tuple(found)
