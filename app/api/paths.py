"""Which operation an address means: looked up by its segments, at the same cost for each.

Starlette tries one route after another, and a hundred and sixty of them cost more than a whole
read. Here the routes of one form of address stand together, and the form whose literal segments
come first has an address for itself: `/families/search` is no family, so a method that it lacks is
405 with `Allow`, in place of 422 from `/families/{family_id}`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.convertors import StringConvertor
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

Form: TypeAlias = tuple[bool, ...]  # of each segment: is it a variable
Literals: TypeAlias = Callable[[list[str]], Any]


class WrongPath(ValueError):
    """A path can't be looked up by its segments; nothing is served."""


@dataclass(slots=True)
class Address:
    """The routes whose paths differ in the names of their variables at most."""

    form: Form
    router: APIRouter = field(default_factory=lambda: APIRouter(redirect_slashes=False))
    by_method: dict[str, tuple[APIRoute, tuple[str, ...]]] = field(default_factory=dict)

    variables: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Tell where the variables stand."""
        self.variables = tuple(n for n, variable in enumerate(self.form) if variable)

    def add(self, route: APIRoute, segments: list[str]) -> None:
        """Add a route; its variables may have names of their own."""
        names = tuple(segments[n][1:-1] for n in self.variables)
        self.router.routes.append(route)
        for method in route.methods or ():
            self.by_method.setdefault(method, (route, names))


class Paths:
    """The application's router: hands each request to the one route that is meant."""

    def __init__(self, router: APIRouter) -> None:
        """Sort the router's routes by their form: which segments of the path are variables."""
        self._rest, self._nothing = router.app, router.default
        forms: dict[Form, dict[Any, Address]] = {}
        for form, segments, route in _parsed(router.routes):
            held = forms.setdefault(form, {})
            held.setdefault(_literals(form)(segments), Address(form)).add(route, segments)
        self._by_length: dict[int, list[tuple[Literals, dict[Any, Address]]]] = {}
        for form in sorted(forms):  # False comes first: the literal segment further left wins
            self._by_length.setdefault(len(form), []).append((_literals(form), forms[form]))

    def find(self, scope: Scope) -> tuple[Address | None, APIRoute | None, dict[str, str]]:
        """Return what stands at an address, the operation that is meant, its path's parameters."""
        segments = get_route_path(scope).split("/")
        for literals, held in self._by_length.get(len(segments), ()):
            address = held.get(literals(segments))
            if address is not None and all(segments[n] for n in address.variables):
                route, names = address.by_method.get(scope["method"], (None, ()))
                values = (segments[n] for n in address.variables)
                return address, route, dict(zip(names, values, strict=False))
        return None, None, {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request: 404 where nothing stands, 405 where the method is another."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        address, route, parameters = self.find(scope)
        if address is None:
            await self._nothing(scope, receive, send)
        elif route is None or "fastapi.telemetry" in scope:  # FastAPI refuses; or names the route
            await address.router.app(scope, receive, send)
        else:
            scope["route"], scope["endpoint"] = route, route.endpoint
            scope["path_params"] = parameters
            await route.app(scope, receive, send)


def _parsed(routes: Iterable[BaseRoute]) -> Iterator[tuple[Form, list[str], APIRoute]]:
    for route in routes:
        if not isinstance(route, APIRoute):
            raise WrongPath(f"{route!r} is no operation: it needs another way than Paths.")
        segments = route.path_format.split("/")
        variables = {part[1:-1] for part in segments if part[:1] + part[-1:] == "{}"}
        plain = all(isinstance(c, StringConvertor) for c in route.param_convertors.values())
        if variables != set(route.param_convertors) or not plain or "" in segments[1:]:
            raise WrongPath(f"{route.path}: each variable must be a whole segment, `/{{name}}`.")
        yield tuple("{" in part for part in segments), segments, route


def _literals(form: Form) -> Literals:
    """Return what takes the literal segments of a path; the one before the first slash is one."""
    return itemgetter(*(n for n, variable in enumerate(form) if not variable))
