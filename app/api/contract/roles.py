"""Who may call what: the roles of each operation's guard, and the scope of machine clients."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api.contract.walk import Part, operations
from app.api.deps import Guard, scope_of
from app.api.oauth import TOKEN_PATH
from app.domain.clients.rules import ClientArea

ROLES = "x-roles"
MACHINES = "MachineClient"


def say_roles(found: Part, routes: Iterable[BaseRoute]) -> None:
    """Name the roles that an operation lets in, and the scope where machine clients may call it.

    An open operation has no `x-roles`.
    """
    found["components"].setdefault("securitySchemes", {})[MACHINES] = _machines()
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
            scope = scope_of(guard, operation["tags"])
            if scope is not None:
                operation["security"] = [*operation["security"], {MACHINES: [scope]}]


def _machines() -> Part:
    scopes = {area.scope: f"{area.pl} / {area.en}" for area in ClientArea}
    return {
        "type": "oauth2",
        "description": "A machine client's own token (RFC 6749 §4.4), by its scopes.",
        "flows": {"clientCredentials": {"tokenUrl": TOKEN_PATH, "scopes": scopes}},
    }


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)
