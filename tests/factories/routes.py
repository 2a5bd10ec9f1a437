"""Every operation of the application with its guard, for tests that walk them all."""

from collections.abc import Iterator
from functools import cache
from uuid import uuid4

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import SecretStr

from app.api.deps import Creates, Guard, if_match
from app.main import create_app
from app.settings import Settings
from tests.factories.api import flat_routes
from tests.factories.tokens import pem_of

NOWHERE = "postgresql://nobody@localhost/none"


@cache
def unconnected() -> FastAPI:
    """Build the application for looking at; it connects to nothing and writes no key."""
    return create_app(Settings(database_url=NOWHERE, signing_key=SecretStr(pem_of())))


def operations() -> list[APIRoute]:
    """Return every route, in the order of their names."""
    return sorted(flat_routes(unconnected()), key=lambda route: (route.name, route.path))


def guarded() -> list[APIRoute]:
    """Return the routes that a guard watches."""
    return [route for route in operations() if guards(route)]


def guards(route: APIRoute) -> list[Guard]:
    """Return the guards in a route's tree of dependencies."""
    calls: list[object] = [found.call for found in parts_of(route)]
    return [call for call in calls if isinstance(call, Guard)]


def creates(route: APIRoute) -> bool:
    """Tell whether a route demands Idempotency-Key."""
    return any(isinstance(guard, Creates) for guard in guards(route))


def asks_for_version(route: APIRoute) -> bool:
    """Tell whether a route demands If-Match."""
    return any(found.call is if_match for found in parts_of(route))


def method(route: APIRoute) -> str:
    """Return the one method of a route."""
    (only,) = route.methods or {"GET"}
    return only


def anywhere(route: APIRoute) -> str:
    """Fill a route's path with ids that nobody has."""
    path = route.path
    for parameter in route.dependant.path_params:
        path = path.replace(f"{{{parameter.alias}}}", str(uuid4()))
    return path


def parts_of(route: APIRoute) -> list[Dependant]:
    """Return what an operation asks for: itself and all its dependencies."""
    return list(_tree(route.dependant))


def _tree(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _tree(below)
