"""An address belongs to the path that names it closest; what that path lacks is 405, not 422."""

from functools import cache

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from starlette.routing import Match, Mount, compile_path

from app.api.answers import Door
from app.api.paths import Paths, WrongPath
from tests.factories.api import Api, flat_routes, problem_of
from tests.factories.people import HERE
from tests.factories.routes import anywhere, operations, unconnected

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ALL = flat_routes(unconnected())
PATHS: Paths = unconnected().state.paths


@cache
def _shadowed() -> list[str]:
    """Return the literal paths that a template would take as well."""
    templates = [compile_path(route.path)[0] for route in ALL if "{" in route.path]
    literal = {route.path for route in ALL if "{" not in route.path}
    return sorted(path for path in literal if any(form.match(path) for form in templates))


def _has(path: str) -> set[str]:
    found = {m for route in ALL if route.path == path for m in route.methods or ()}
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


# The same route with the same parameters as Starlette finds by trying one after another.

Found = tuple[APIRoute | None, dict[str, str]]


def _tried(method: str, path: str) -> tuple[Match, Found]:
    """Match as Starlette does, route by route."""
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    best = Match.NONE
    for route in ALL:
        match, said = route.matches(scope)
        if match is Match.FULL:
            return match, (route, said["path_params"])
        best = max(best, match, key=lambda m: m.value)
    return best, (None, {})


def _looked_up(method: str, path: str) -> tuple[Match, Found]:
    address, route, parameters = PATHS.find({"method": method, "path": path})
    match = Match.FULL if route else Match.PARTIAL if address else Match.NONE
    return match, (route, parameters if route else {})


def _spoilt(path: str) -> list[str]:
    """Return addresses beside a good one."""
    above, _, last = path.rpartition("/")
    return [
        *(path, f"{path}/", f"{path}//", f"{above}//{last}", f"{above}/", above, f"{path}/x"),
        *(f"{path}x", path.upper(), f"{above}/..", f"{above}/%7Bid%7D", f"{above}/zażółć {last}"),
        *(path[1:], f"/{path}", path.replace("/api", "/API"), f"{above}/*", f"{above}/a\n{last}"),
    ]


@pytest.mark.parametrize("route", operations(), ids=lambda route: route.name)
def test_an_operation_is_found_like_starlette_would_find_it(route: APIRoute) -> None:
    (own,) = route.methods or {"GET"}
    good = anywhere(route)
    match, (found, parameters) = _looked_up(own, good)
    assert match is Match.FULL
    assert found is route
    assert list(parameters) == [field.alias for field in route.dependant.path_params]
    assert route.path_format.format(**parameters) == good
    for path in _spoilt(good):
        for method in METHODS:
            if path not in _shadowed():
                assert _looked_up(method, path) == _tried(method, path), (method, path)


def test_below_a_prefix_that_a_proxy_leaves_on_the_path() -> None:
    scope = {"method": "GET", "root_path": "/asysta", "path": "/asysta/api/v1/worklist"}
    _, route, _ = PATHS.find(scope)
    assert route is not None
    assert route.name == "show_worklist"


def test_few_forms_are_tried_however_many_operations_there_are() -> None:
    for length, forms in PATHS._by_length.items():
        assert len(forms) <= length


async def test_what_does_not_exist_is_not_found_by_any_method(api: Api) -> None:
    for path in ("/families/", "/families//cases", "/nothing", "/families/x/y/z/t"):
        for method in ("GET", "POST", "PATCH", "DELETE", "OPTIONS"):
            answer = await api.as_(HERE.manager).send(method, path)
            problem_of(answer, 404, "not_found")
            assert "allow" not in answer.headers


# Paths that overlap in every way.


@pytest.fixture
def nested() -> FastAPI:
    """Return an application whose paths overlap in every way."""
    router = APIRouter(route_class=Door)
    every = ("/a/{x}/{y}", "/a/b/{y}", "/a/{z}/{w}", "/a/b/c", "/a/{x}/c", "/a/{x}")
    for path, method in zip(every, ("PUT", "POST", "GET", "DELETE", "PATCH", "GET"), strict=True):
        router.add_api_route(path, lambda: None, methods=[method])
    app = FastAPI(openapi_url=None)
    app.router.routes += router.routes
    app.router.middleware_stack = Paths(app.router)
    return app


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


def test_each_spelling_of_a_variable_keeps_its_name(nested: FastAPI) -> None:
    paths = Paths(nested.router)
    assert paths.find({"method": "PUT", "path": "/a/1/2"})[2] == {"x": "1", "y": "2"}
    assert paths.find({"method": "GET", "path": "/a/1/2"})[2] == {"z": "1", "w": "2"}


async def _nobody() -> None:
    return None


@pytest.mark.parametrize(
    "path", ["/a/{x}.json", "/a/{x:path}", "/a/{x:int}", "/a/", "/a//b", "/a/{x}-{y}"]
)
def test_a_path_that_can_not_be_looked_up_is_refused_at_the_start(path: str) -> None:
    router = APIRouter()
    router.add_api_route(path, _nobody)
    with pytest.raises(WrongPath, match="whole segment"):
        Paths(router)


def test_what_is_no_operation_is_refused_at_the_start() -> None:
    with pytest.raises(WrongPath, match="no operation"):
        Paths(APIRouter(routes=[Mount("/a", app=APIRouter())]))
