"""The lean way answers as FastAPI's own would, byte for byte, and does nothing before it may."""

import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import pytest
from fastapi import Body, Cookie, Depends, FastAPI, Query, Response, routing
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from httpx import Response as Answer
from pydantic import BaseModel

from app.api.answers import Door
from app.api.lean import Irregular, Lean
from tests.factories.api import Api
from tests.factories.databases import OneConnection
from tests.factories.people import HERE
from tests.factories.routes import anywhere, creates, guarded, guards, method
from tests.stories.contract import CONTRACT

# FastAPI makes the answer of these from a model.
ORDINARY = {"show_contacts", "list_closure_blockers"}
ROUTES = [pytest.param(route, id=route.name) for route in guarded()]


def test_every_guarded_operation_goes_the_lean_way_unless_it_returns_a_model() -> None:
    assert {r.name for r in guarded() if not (isinstance(r, Door) and r.lean)} == ORDINARY


# The same answers.


def _headers(route: APIRoute) -> dict[str, str]:
    body = CONTRACT[route.name].body
    return {
        **({"content-type": body} if body else {}),
        **({"idempotency-key": "0" * 8} if creates(route) else {}),
        "if-match": '"1"',
    }


def _body(route: APIRoute) -> bytes:
    operation = CONTRACT[route.name]
    if operation.body is None:
        return b""
    said = operation.said["requestBody"]["content"][operation.body]
    example = next(iter(said["examples"].values()))["value"] if "examples" in said else {}
    return json.dumps(example).encode()


def _requests(route: APIRoute, token: str) -> list[dict[str, Any]]:
    """Return good requests of an operation and all kinds of irregular ones."""
    path, headers, body = anywhere(route), _headers(route), _body(route)
    good = {"url": path, "headers": headers, "content": body}
    head = path.rpartition("/")[0]
    found = [
        good,
        *(
            {**good, "url": f"{path}?{query}"}
            for query in _QUERIES[: None if method(route) == "GET" else 1]
        ),
        *({**good, "url": url} for url in (f"{head}/x", f"{head}/%00", path.upper())),
        *({**good, "content": content} for content in _BODIES),
        *({**good, "content": body[:-1] + b', "x": 1}'} for _ in "x" if len(body) > 2),
        *({**good, "headers": headers | {"content-type": kind}} for kind in _KINDS),
        *({**good, "headers": headers | {"if-match": tag}} for tag in ("", "*", 'W/"1"')),
        *({**good, "headers": {n: v for n, v in headers.items() if n != gone}} for gone in headers),
        {**good, "headers": headers | {"idempotency-key": "x"}},
    ]
    signed = [_also(r, authorization=f"Bearer {token}") for r in found]
    others = (f"bearer {token}", f"Bearer  {token} ", f"Basic {token}", "Bearer", "", "Bearer x")
    return [*signed, *(_also(good, authorization=said) for said in others), good]


def _also(request: dict[str, Any], **headers: str) -> dict[str, Any]:
    return request | {"headers": request["headers"] | headers}


_QUERIES = (
    *("x=1", "limit=2", "limit=0", "limit=x", "limit=2&limit=3", "cursor=AAAA", "cursor=%00"),
    *("state=", "state=nothing", "state=closed", "district_id=1", "role=manager", "limit"),
    *("kind=x", "due_before=2026-02-30", "due_before=2026-03-01", "waiting=true", "%ff=%ff"),
)
_BODIES = (
    *(b"", b"{}", b"null", b"[]", b"{", b"\xff", b'{"x":1,"x":2}', b'{"x":NaN}'),
    *(b"[" * 99_999, b'{"x":' + b"9" * 5_000 + b"}", b" " * 300_000),
)
_KINDS = ("application/json; charset=utf-8", "text/plain", "APPLICATION/JSON", "application/json;x")


def _shown(answer: Answer) -> tuple[int, dict[str, str], str]:
    """Return what must be equal: all but the ids that were made."""
    said = {name: _ID.sub("", text) for name, text in answer.headers.items()}
    return answer.status_code, said, _ID.sub("", answer.text)


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}|[A-Z2-7]{32}")


@pytest.mark.parametrize("route", ROUTES)
async def test_the_answer_is_that_of_fastapi(
    api: Api, database: OneConnection, route: APIRoute, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Irregular

    (guard,) = guards(route)
    person = next(p for p in (HERE.manager, *HERE.people) if p.roles & guard.roles)
    token = api.as_(person).headers()["authorization"].removeprefix("Bearer ")
    requests, answers = _requests(route, token), []
    for _ in ("lean", "FastAPI's"):
        async with api.client() as client, database.connection.begin_nested() as undone:
            answers.append([_shown(await client.request(method(route), **r)) for r in requests])
            await undone.rollback()
        monkeypatch.setattr(Lean, "arguments", refuse)
    for request, lean, ordinary in zip(requests, *answers, strict=True):
        assert lean == ordinary, request
    statuses = [status for status, *_ in answers[0]]
    assert statuses[0] in {200, 201, 204, 404, 409, 422}
    assert statuses[-1] == 401
    assert max(statuses) < 500


# Which way is taken.


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the paths whose dependencies FastAPI itself works out."""
    seen: list[str] = []
    whole = vars(routing)["solve_dependencies"]

    async def noting(**said: Any) -> Any:
        seen.append(said["request"].url.path)
        return await whole(**said)

    monkeypatch.setattr(routing, "solve_dependencies", noting)
    return seen


async def test_a_regular_request_never_reaches_fastapi_s_solver(
    api: Api, solved: list[str]
) -> None:
    manager = api.as_(HERE.manager)
    assert (await manager.get("/cases?limit=3&state=closed")).status_code == 200
    assert (await manager.get(f"/families/{HERE.id}")).status_code == 404
    assert (await manager.post("/districts", {"name": "Trzecia"})).status_code == 201
    assert not solved
    assert (await manager.get("/families/x")).status_code == 422
    assert (await manager.post("/districts", {"name": ""})).status_code == 422
    assert solved == ["/api/v1/families/x", "/api/v1/districts"]


async def test_what_is_irregular_is_done_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    whole = api.app.state.database.begin

    def counting(scope: Any) -> Any:
        begun.append(scope.operation)
        return whole(scope)

    monkeypatch.setattr(api.app.state.database, "begin", counting)
    manager = api.as_(HERE.manager)
    assert (await manager.post("/districts", {"name": ""})).status_code == 422
    assert (await manager.post("/districts", {"name": "Trzecia"})).status_code == 201
    assert begun == ["create_district", "create_district"]


# Signatures that are left to FastAPI as a whole.


async def _opened() -> AsyncIterator[int]:
    yield 7


async def _given(n: int = 7) -> int:
    return n


def _sync(n: int = 7) -> int:
    return n


async def _taking(n: Annotated[int, Depends(_given)]) -> int:
    return n


class Shape(BaseModel):
    """A few parameters as one."""

    n: int = 7


async def plain(n: int = 7) -> Response:
    return Response(str(n))


async def given(n: Annotated[int, Depends(_given)]) -> Response:
    return Response(str(n))


async def model(n: int = 7) -> int:
    return n


async def unsaid(n: int = 7) -> Any:
    return Response(str(n))


def sync(n: int = 7) -> Response:
    return Response(str(n))


async def sync_dependency(n: Annotated[int, Depends(_sync)]) -> Response:
    return Response(str(n))


async def closed_late(n: Annotated[int, Depends(_opened)]) -> Response:
    return Response(str(n))


async def asked_twice(
    n: Annotated[int, Depends(_given)], m: Annotated[int, Depends(_taking)]
) -> Response:
    assert n == m
    return Response(str(n))


async def cookie(n: Annotated[int, Cookie()] = 7) -> Response:
    return Response(str(n))


async def own_response(response: Response, n: int = 7) -> Response:
    response.headers["x-n"] = str(n)
    return Response(str(n))


async def several(n: Annotated[list[int] | None, Query()] = None) -> Response:
    return Response(str(7 if n is None else n))


async def model_of_parameters(n: Annotated[Shape, Query()]) -> Response:
    return Response(str(n.n))


async def other_name(n: Annotated[int, Query(validation_alias="m")] = 7) -> Response:
    return Response(str(n))


async def checked_default(n: Annotated[int, Query(validate_default=True)] = 7) -> Response:
    return Response(str(n))


async def made_default(n: Annotated[int, Query(default_factory=int)]) -> Response:
    return Response(str(n + 7))


async def required(n: int) -> Response:
    return Response(str(n))


async def embedded(n: Annotated[Shape, Body(embed=True)]) -> Response:
    return Response(str(n.n))


async def two_bodies(n: Shape, m: Shape) -> Response:
    return Response(f"{n.n}{m.n}")


READS = (plain, given, model, unsaid, sync, sync_dependency, closed_late, asked_twice, cookie)
MORE = (own_response, several, model_of_parameters, other_name, checked_default, made_default)
BODIES = (required, embedded, two_bodies)
LEAN = {plain, given}


def _door(endpoint: Callable[..., Any], verb: str = "GET") -> Door:
    return Door("/n", endpoint, methods=[verb])


@pytest.mark.parametrize("endpoint", [*READS, *MORE, *BODIES], ids=lambda e: e.__name__)
def test_a_signature_that_is_not_plain_is_left_to_fastapi(endpoint: Callable[..., Any]) -> None:
    assert (_door(endpoint, "POST").lean is not None) == (endpoint in LEAN)


@pytest.mark.parametrize("endpoint", [*READS, *MORE], ids=lambda e: e.__name__)
async def test_and_is_served_all_the_same(endpoint: Callable[..., Any]) -> None:
    app = FastAPI(openapi_url=None)
    app.router.routes.append(_door(endpoint))
    async with AsyncClient(transport=ASGITransport(app), base_url="https://asysta.test") as client:
        answer = await client.get("/n")
    assert (answer.status_code, answer.text) == (200, "7")
