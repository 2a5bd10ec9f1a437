"""State machines as tables: who may do what from which state, and on what basis."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.domain.actor import Role
from app.domain.errors import Conflict, Forbidden, Refusal
from app.domain.law import Rule
from app.domain.terms import Term

S = TypeVar("S", bound=Term)
A = TypeVar("A", bound=Term)


class IllegalStep(Conflict):
    """This action is not possible in the present state."""

    pl = "Ta czynność nie jest możliwa w obecnym stanie."


class NotYourRole(Forbidden):
    """This action belongs to another role."""

    pl = "Ta czynność należy do innej roli."


@dataclass(frozen=True, slots=True)
class Step(Generic[S, A]):
    """One row of a machine: `action` leads from each of `sources` to `target` (None: stays)."""

    action: A
    sources: frozenset[S]
    target: S | None
    roles: frozenset[Role]
    rule: Rule


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """An action that leaves the present state, and whether this person may do it now."""

    action: Term
    rule: Rule
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Workflow(Generic[S, A]):
    """A whole machine; `step` is the only judge of transitions."""

    steps: tuple[Step[S, A], ...]

    def step(self, state: S, action: A) -> Step[S, A]:
        """Return the step that the action takes from the state, or refuse with IllegalStep."""
        for row in self.steps:
            if row.action == action and state in row.sources:
                return row
        raise IllegalStep(state=state, action=action)

    def take(self, state: S, action: A, roles: Iterable[Role]) -> Step[S, A]:
        """Return the step as one of these roles takes it, or refuse with NotYourRole as well."""
        row = self.step(state, action)
        if row.roles.isdisjoint(roles):
            raise NotYourRole(allowed=sorted(row.roles))
        return row

    def roles(self, action: A) -> frozenset[Role]:
        """Return who may do the action at all: what the guard of its endpoint lets in."""
        return frozenset(r for row in self.steps if row.action == action for r in row.roles)

    def allowed_actions(
        self, state: S, roles: Iterable[Role], blocked: Callable[[A], Refusal | None]
    ) -> list[AllowedAction]:
        """List what can be done from the state: by whom it may not, and what blocks the rest.

        `blocked` is asked only for the actions that the roles allow; it returns the very refusal
        that the command would raise.
        """
        mine = frozenset(roles)
        found = []
        for row in self.steps:
            if state in row.sources:
                refusal = blocked(row.action) if mine & row.roles else NotYourRole()
                found.append(AllowedAction(row.action, row.rule, refusal))
        return found


def step(
    action: A, sources: Iterable[S] | S, target: S | None, roles: Iterable[Role] | Role, rule: Rule
) -> Step[S, A]:
    """Write one row; a single state or role need not be wrapped in a set."""
    from_states = [sources] if isinstance(sources, Term) else sources
    by = [roles] if isinstance(roles, Role) else roles
    return Step(action, frozenset(from_states), target, frozenset(by), rule)


def refusal_of(check: Callable[[], object]) -> Refusal | None:
    """Run a rule and return its refusal instead of raising: for showing what is blocked."""
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None
