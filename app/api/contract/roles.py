"""Who may call what: the roles of each operation's guard, and the rows that each role reaches."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api.contract.access import matrix
from app.api.contract.walk import Part, operations
from app.api.deps import Guard

ROLES = "x-roles"
ROW_SCOPE = "x-row-scope"


def say_roles(found: Part, routes: Iterable[BaseRoute]) -> None:
    """Name the roles that an operation lets in; an open operation has no `x-roles`.

    The roles are the guard's own, the row scopes those of the matrix; a test holds one against
    the other.
    """
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
        access = matrix().get(operation.get("operationId", ""))
        if access is not None:
            operation["description"] = f"{operation.get('description', '')}\n\n{access}".strip()
            if access.rows:
                operation[ROW_SCOPE] = {role: list(rows) for role, rows in access.rows.items()}


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)
