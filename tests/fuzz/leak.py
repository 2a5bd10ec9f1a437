"""A leak on purpose: one operation that forgets for whom it reads. Only the fuzzer serves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import FastAPI, Request

from app.api.deps import Reads, current_day
from app.db.session import Scope
from app.domain.actor import Actor
from tests.factories.api import flat_routes
from tests.factories.routes import guards


@contextmanager
def planted(app: FastAPI, operation: str, homes: dict[str, UUID]) -> Iterator[None]:
    """Let an operation read in the scope of the system, in whichever centre the row is of."""
    (route,) = (route for route in flat_routes(app) if route.operation_id == operation)
    (guard,) = guards(route)
    assert isinstance(guard, Reads), "a leak reads"

    def unscoped(request: Request, actor: Actor) -> Scope:
        asked = [homes[id_] for id_ in request.path_params.values() if id_ in homes]
        return Scope.system(
            asked[0] if asked else actor.centre_id,
            today=current_day(request),
            request=request.state.request_id,
            operation=operation,
        )

    guard.scope = unscoped  # type: ignore[method-assign]
    try:
        yield
    finally:
        del guard.scope
