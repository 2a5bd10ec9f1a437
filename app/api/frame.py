"""The frame around the application: request id, fixed headers, HEAD, limits, unknown parameters.

Pure ASGI, because a `BaseHTTPMiddleware` costs more than a whole lean endpoint.
"""

from time import perf_counter
from typing import Any, TypeAlias
from uuid import UUID

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.http_refusals import http_refusal
from app.api.logs import log_request
from app.api.problems import our_error, problem
from app.db.patience import one_request
from app.db.types import new_id

API_VERSION = "1.1.0"
_FIXED = (
    (b"api-version", API_VERSION.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
_CLOSED = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
Headers: TypeAlias = list[tuple[bytes, bytes]]


class Frame:
    """Gives requests an id and a line in the log, answers their headers (ADR security-headers)."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; HEAD is served as GET with the body left out (RFC 9110 §9.3.2)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        head = scope["method"] == "HEAD"
        if head:
            # A copy: the server must go on seeing HEAD, or it waits for the body that is announced.
            scope = {**scope, "method": "GET"}

        began, status = perf_counter(), 500

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _framed(message.get("headers", []), request_id)
            elif head:
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            with one_request():
                await self.app(scope, receive, framed)
        finally:
            log_request(scope, status, perf_counter() - began)


class Fence:
    """Refuses bodies that are too large, and answers what nothing else has caught.

    It stands within the frame, so that these answers have all headers, and before any handler:
    FastAPI's own limit would answer 413 after a command without a body was carried out.
    """

    def __init__(self, app: ASGIApp, longest_body: int) -> None:
        """Wrap the application."""
        self.app, self.longest_body = app, longest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the declared length is judged first, what comes in chunks as read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, size = False, 0

        async def limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.longest_body:
                raise HTTPException(413)
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if _declared(scope) > self.longest_body:
            await problem(Request(scope), http_refusal(413))(scope, receive, send)
            return
        try:
            await self.app(scope, limited, watched)
        except Exception as failure:
            if started:
                raise
            await (await our_error(Request(scope), failure))(scope, receive, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0


def _framed(headers: Headers, request_id: UUID) -> Headers:
    present = {name.lower() for name, _ in headers}
    closed = [pair for pair in _CLOSED if pair[0] not in present]
    return [*headers, *_FIXED, *closed, (b"x-request-id", str(request_id).encode())]


def refused_parameters(request: Request, known: frozenset[str]) -> list[dict[str, Any]]:
    """List query parameters that the operation does not know or that come twice (ASVS 15.3.7)."""
    names = [name for name, _ in request.query_params.multi_items()]
    wrong = sorted({name for name in names if name not in known or names.count(name) > 1})
    return [
        {
            "type": "unknown_parameter",
            "loc": ("query", name[:60]),
            "msg": "Unknown or repeated parameter",
        }
        for name in wrong
    ]
