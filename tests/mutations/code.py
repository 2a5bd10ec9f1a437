"""Mutants of the code: the hooks of the session, and what a guard asks."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event

from app.api.deps import Guard, current_day
from app.db.session import Scope, ScopedSession
from app.domain.actor import Actor, Role
from tests.factories.people import HERE
from tests.factories.routes import guarded, guards
from tests.mutations.mutant import Mutant

GUARDS = "tests/promises/test_guards.py"
OBJECTS = ("tests/promises/test_object_access.py",)
SYSTEM = "rows are those of the system"
SESSIONS = (
    *("tests/db/test_vault_stored.py", "tests/db/test_vault_keeping.py", "tests/db/test_audit.py"),
    "tests/db/test_row_security_families.py",
)


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of the code."""
    for name, _ in hooks():
        yield Mutant(f"hook {name} removed", SESSIONS, patch=("hook", name))
    for name in GUARD_PATCHES:
        # A short story leads to show_family, and every relation is tried there.
        tests, about = (OBJECTS, "show_family") if name == SYSTEM else ((GUARDS,), None)
        yield Mutant(f"guard: {name}", tests, patch=("guard", name), about=about)
    for route in guarded():
        if guards(route)[0].roles != frozenset(Role):
            yield Mutant(
                f"guard of {route.name} lets everybody in",
                (GUARDS,),
                patch=("open", route.name),
                about=route.name,
            )


def hooks() -> list[tuple[str, Any]]:
    """Return the hooks that listen on the session, from the live registry.

    What listens after a flush gives sealed values back to memory as plain ones: no protection.
    """
    registry: Any = ScopedSession().dispatch
    return [
        (f"{name} {listener.__name__}", listener)
        for name in registry._event_names
        if not name.startswith("after_flush")
        for listener in getattr(registry, name)
    ]


def applied(patch: tuple[str, str]) -> None:
    """Spoil the code of this process; it ends with the mutant."""
    kind, name = patch
    if kind == "hook":
        event.remove(ScopedSession, name.split()[0], dict(hooks())[name])
    elif kind == "guard":
        GUARD_PATCHES[name]()
    else:
        (route,) = (route for route in guarded() if route.name == name)
        guards(route)[0].roles = frozenset(Role)


_asked, _scoped = Guard.actor, Guard.scope


def _without_roles() -> None:
    def actor(self: Guard, request: Any, credentials: Any) -> Actor:
        assert self
        return _asked(Guard(), request, credentials)

    Guard.actor = actor  # type: ignore[method-assign]


def _without_token() -> None:
    def actor(self: Guard, request: Any, credentials: Any) -> Actor:
        someone = HERE.manager
        known = Actor(someone.id, someone.centre, someone.session_id, frozenset(Role))
        return known if credentials is None else _asked(self, request, credentials)

    Guard.actor = actor  # type: ignore[method-assign]


def _without_scope() -> None:
    def scope(self: Guard, request: Any, actor: Actor) -> Scope:
        known = _scoped(self, request, actor)
        return Scope.system(
            actor.centre_id,
            today=current_day(request),
            request=known.request,
            operation=known.operation,
        )

    Guard.scope = scope  # type: ignore[method-assign]


GUARD_PATCHES: dict[str, Callable[[], None]] = {
    "roles are not asked": _without_roles,
    "no token is asked": _without_token,
    SYSTEM: _without_scope,
}
