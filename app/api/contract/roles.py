"""Who may call what: each guard's roles, their rows and fields, the machine clients' scope."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api.contract.access import fields, matrix
from app.api.contract.walk import Part, operations
from app.api.deps import Guard, scope_of
from app.api.oauth import TOKEN_PATH
from app.domain.clients.rules import ClientArea

ROLES = "x-roles"
ROW_SCOPE = "x-row-scope"
FIELD_SCOPE = "x-field-scope"
MACHINES = "MachineClient"


def say_roles(found: Part, routes: Iterable[BaseRoute]) -> None:
    """Name the roles that an operation lets in, and the scope where machine clients may call it.

    An open operation has no `x-roles`. The roles are the guard's own, the row scopes those of the
    matrix; a test holds one against the other.
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
        _say_rows(operation)
    _say_fields(found["components"]["schemas"])


def _say_rows(operation: Part) -> None:
    access = matrix().get(operation.get("operationId", ""))
    if access is not None:
        operation["description"] = f"{operation.get('description', '')}\n\n{access}".strip()
        if access.rows:
            operation[ROW_SCOPE] = {role: list(rows) for role, rows in access.rows.items()}


def _say_fields(schemas: Part) -> None:
    for field in fields().values():
        schema, name = field.place
        schemas[schema]["properties"][name][FIELD_SCOPE] = {
            role: list(rows) for role, rows in field.rows.items()
        }


def _machines() -> Part:
    scopes = {area.scope: f"{area.pl} / {area.en}" for area in ClientArea}
    return {
        "type": "oauth2",
        "description": "A machine client's own token by its scopes (RFC 6749 §4.4), "
        "a JWT of ten minutes under the practices of RFC8725.",
        "flows": {"clientCredentials": {"tokenUrl": TOKEN_PATH, "scopes": scopes}},
    }


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)
