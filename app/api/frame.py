"""The frame around the application: request id, fixed headers, HEAD, unknown parameters.

Pure ASGI, because a `BaseHTTPMiddleware` costs more than a whole lean endpoint.
"""

from typing import Any, TypeAlias
from uuid import UUID

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.types import new_id

API_VERSION = "1.0.0"
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
    """Gives every request an id and every answer the same headers (ADR security-headers)."""

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
            scope["method"] = "GET"

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _framed(message.get("headers", []), request_id)
            elif head:
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await self.app(scope, receive, framed)


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
            "ctx": {
                "pl": "Nieznany lub powtórzony parametr.",
                "en": "Unknown or repeated parameter.",
            },
        }
        for name in wrong
    ]
