"""Who may call what: the roles of each operation's guard."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api.contract.walk import Part, operations
from app.api.deps import Guard

ROLES = "x-roles"


def say_roles(found: Part, routes: Iterable[BaseRoute]) -> None:
    """Name the roles that an operation lets in; an open operation has no `x-roles`."""
    guards = {
        route.operation_id: guard
        for route in routes
        if isinstance(route, APIRoute)
        for guard in _guards(route.dependant)
    }
    for operation in operations(found):
        guard = guards.get(operation.get("operationId"))
        if guard is not None:
            operation[ROLES] = sorted(guard.roles)


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)
