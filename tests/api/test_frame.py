"""The frame: every answer, good or bad, carries the same headers and an id of its own."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.contract.document import EXPOSED_HEADERS
from app.api.frame import Frame
from app.domain.centres import service
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE

ALWAYS = {
    "api-version": "1.1.0",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
CLOSED = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
ORIGIN = "https://panel.ops.example"
SAID = {"valid_from": "2026-05-01"}
# Method, path, body, status; the body "large" is one byte too long, "broken" fails in our code.
KINDS: dict[str, tuple[str, str, Any, int]] = {
    "read": ("GET", "/api/v1/centre", None, 200),
    "head": ("HEAD", "/api/v1/centre", None, 200),
    "created": ("POST", "/api/v1/centre/settings", SAID, 201),
    "refused by a rule": ("POST", "/api/v1/centre/settings", SAID | {"family_limit": 16}, 422),
    "invalid": ("POST", "/api/v1/centre/settings", {}, 422),
    "unknown parameter": ("GET", "/api/v1/centre?x=1", None, 422),
    "unknown operation": ("GET", "/api/v1/nothing", None, 404),
    "unknown path": ("GET", "/nothing", None, 404),
    "wrong method": ("PUT", "/api/v1/centre", None, 405),
    "too large": ("POST", "/api/v1/centre/settings", "large", 413),
    "our error": ("POST", "/api/v1/centre/settings", "broken", 500),
    "health": ("GET", "/health/live", None, 200),
}


@pytest.fixture
def framed(settings: Settings, database: OneConnection, clock: TestClock) -> Api:
    """Return the application with one allowed origin."""
    allowed = settings.model_copy(update={"cors_origins": (ORIGIN,)})
    return Api(create_app(allowed, database=database, clock=clock), clock)


async def _answer(api: Api, kind: str, monkeypatch: pytest.MonkeyPatch, **headers: str) -> Response:
    method, path, said, status = KINDS[kind]
    sent = api.as_(HERE.manager).headers() | {"idempotency-key": "12345678"} | headers
    content: dict[str, Any] = {} if said is None else {"json": said}
    if said == "large":
        content = {"content": b" " * 262_145}
    if said == "broken":
        monkeypatch.setattr(service, "change_settings", None)
        content = {"json": SAID}
    async with api.client() as client:
        answer = await client.request(method, path, headers=sent, **content)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize("kind", KINDS)
async def test_every_answer_has_the_headers_of_security(
    framed: Api, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await _answer(framed, kind, monkeypatch)
    for name, value in (ALWAYS | CLOSED).items():
        assert answer.headers.get_list(name) == [value], f"{kind}: {name}"
    assert "server" not in answer.headers


@pytest.mark.parametrize("kind", KINDS)
async def test_every_answer_has_an_id_of_its_own(
    framed: Api, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = "11111111-1111-4111-8111-111111111111"
    answer = await _answer(framed, kind, monkeypatch, **{"x-request-id": theirs})
    (shown,) = answer.headers.get_list("x-request-id")
    assert UUID(shown).version == 7, "ours, not what the client says"
    if answer.status_code >= 400:
        assert answer.json()["instance"] == f"urn:uuid:{shown}"


@pytest.mark.parametrize("kind", KINDS)
async def test_an_allowed_origin_may_read_every_answer_and_our_headers(
    framed: Api, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await _answer(framed, kind, monkeypatch, origin=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    exposed = {
        n.strip().lower() for n in answer.headers["access-control-expose-headers"].split(",")
    }
    assert exposed == {name.lower() for name in EXPOSED_HEADERS}
    assert {"etag", "location", "link", "api-version", "x-request-id", "retry-after"} <= exposed
    assert "access-control-allow-credentials" not in answer.headers, "tokens, not cookies"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example"])
async def test_another_origin_may_not(
    framed: Api, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await _answer(framed, "read", monkeypatch, origin=origin)
    assert "access-control-allow-origin" not in answer.headers


async def test_without_setting_no_origin_may(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await _answer(api, "read", monkeypatch, origin=ORIGIN)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
async def test_a_browser_may_ask_before(framed: Api, method: str) -> None:
    async with framed.client() as client:
        answer = await client.options(
            "/api/v1/centre/settings",
            headers={
                "origin": ORIGIN,
                "access-control-request-method": method,
                "access-control-request-headers": "authorization, content-type, if-match,"
                " idempotency-key, accept-language",
            },
        )
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert method in answer.headers["access-control-allow-methods"]
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value


def test_the_server_goes_on_seeing_head() -> None:
    """A server that saw GET would close the connection for the body that never comes."""
    seen: list[str] = []

    async def inner(scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(scope["method"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"left out"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope: Scope = {"type": "http", "method": "HEAD", "path": "/", "headers": []}
    asyncio.run(Frame(inner)(scope, receive, send))
    assert seen == ["GET"]
    assert scope["method"] == "HEAD"
    assert sent[-1]["body"] == b""
