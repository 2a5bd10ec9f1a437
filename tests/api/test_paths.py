"""An address belongs to the path that names it closest; what that path lacks is 405, not 422."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from starlette.routing import compile_path

from app.api.answers import Door
from app.api.v1.router import keep_apart
from tests.factories.api import Api, flat_routes, problem_of
from tests.factories.clock import TestClock
from tests.factories.people import HERE
from tests.factories.routes import anywhere, operations, unconnected

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ROUTES = [route for route in flat_routes(unconnected()) if route.path.startswith("/api/v1/")]


def _shadowed() -> list[str]:
    """Return the literal paths that a template would take as well."""
    templates = [compile_path(route.path)[0] for route in ROUTES if "{" in route.path]
    literal = {route.path for route in ROUTES if "{" not in route.path}
    return sorted(path for path in literal if any(form.match(path) for form in templates))


def _has(path: str) -> set[str]:
    found = {m for route in ROUTES if route.path == path for m in route.methods or ()}
    return found | ({"HEAD"} if "GET" in found else set())


LACKING = [(path, m) for path in _shadowed() for m in METHODS if m not in _has(path)]


@pytest.mark.parametrize(("path", "method"), LACKING)
async def test_a_method_that_a_literal_path_lacks_does_not_fall_to_a_template(
    api: Api, path: str, method: str
) -> None:
    sent = {"if-match": '"1"', "content-type": "application/json"}
    answer = await api.as_(HERE.manager).send(method, path, headers=sent)
    assert answer.status_code == 405, answer.text
    assert set(answer.headers["allow"].split(", ")) == _has(path)
    if method != "HEAD":
        problem_of(answer, 405, "method_not_allowed")


def test_there_is_such_a_path() -> None:
    assert "/api/v1/families/search" in _shadowed()


async def test_a_malformed_id_is_still_named_as_such(api: Api) -> None:
    for path in ("/families/searches", "/families/Search", "/families/abc"):
        problem = problem_of(await api.as_(HERE.manager).get(path), 422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == ["path/family_id"]


@pytest.mark.parametrize("route", operations(), ids=lambda route: route.name)
def test_every_operation_is_still_reached(route: APIRoute) -> None:
    (method,) = route.methods or {"GET"}
    found = Api(unconnected(), TestClock()).route(method, anywhere(route))
    assert found is route


@pytest.fixture
def nested() -> FastAPI:
    """Return paths that overlap in every way."""
    router = APIRouter(route_class=Door)
    every = ("/a/{x}/{y}", "/a/b/{y}", "/a/{z}/{w}", "/a/b/c", "/a/{x}/c", "/a/{x}")
    for path, method in zip(every, ("PUT", "POST", "GET", "DELETE", "PATCH", "GET"), strict=True):
        router.add_api_route(path, lambda: None, methods=[method])
    app = FastAPI()
    keep_apart(flat_routes_of(router))
    keep_apart(flat_routes_of(router))  # building a second application changes nothing
    app.router.routes += router.routes
    return app


def flat_routes_of(router: APIRouter) -> list[APIRoute]:
    """Return the routes of a router."""
    return [route for route in router.routes if isinstance(route, APIRoute)]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/a/1/2", {"PUT", "GET"}),  # one form, two spellings of its variables
        ("/a/b/2", {"POST"}),
        ("/a/1/c", {"PATCH"}),
        ("/a/b/c", {"DELETE"}),
        ("/a/b", {"GET"}),
    ],
)
async def test_the_closest_path_has_the_address_for_itself(
    nested: FastAPI, path: str, methods: set[str]
) -> None:
    transport = ASGITransport(app=nested)
    async with AsyncClient(transport=transport, base_url="https://asysta.test") as client:
        answers = {m: await client.request(m, path) for m in METHODS[:6] if m != "HEAD"}
    assert {m for m, answer in answers.items() if answer.status_code == 200} == methods
    assert {a.status_code for a in answers.values()} == {200, 405}
