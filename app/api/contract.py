"""The contract: FastAPI's document, hardened in one place (OpenAPI 3.1)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.frame import API_VERSION
from app.api.problems import PROBLEM

EXPOSED_HEADERS = [
    *("ETag", "Location", "Link", "API-Version", "X-Request-ID", "Retry-After"),
    *("Deprecation", "Sunset", "Idempotency-Replayed"),
]
TITLE: dict[str, Any] = {
    "title": "Asysta",
    "version": API_VERSION,
    "summary": "Case management of family assistantship in Polish social-welfare centres.",
    "description": (
        "A family's road from signal to monitoring, by the Act of 9 June 2011 on Family Support"
        " and the Foster Care System. Every refusal names its rule and article; every stateful"
        " resource lists its `allowed_actions`; every deadline explains itself."
    ),
    "contact": {"name": "Asysta", "url": "https://asysta.example"},
    "license_info": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
}
# FastAPI writes the names of headers in small letters and knows nothing of the guards' demands.
REQUIRED_HEADERS = {"if-match": "If-Match", "idempotency-key": "Idempotency-Key"}
EVERYWHERE = {
    "400": "The request can't be read.",
    "401": "Sign in first.",
    "403": (
        "This role may not, or you hold no data authorisation (K3, art. 7 ust. 4 UWR), or you are"
        " suspended from duty (C10, art. 13 ust. 1 UWR)."
    ),
    "422": "The content is invalid; `errors` lists every place.",
    "500": "Our error; nothing was stored.",
    "503": "Try again shortly; nothing was stored.",
}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the contract, built once per application."""
    if app.openapi_schema is None:
        found = get_openapi(routes=app.routes, openapi_version="3.1.0", **TITLE)
        _harden(found)
        app.openapi_schema = found
    return app.openapi_schema


def _harden(found: dict[str, Any]) -> None:
    found["servers"] = [{"url": "/", "description": "this server"}]
    for operations in found["paths"].values():
        for operation in operations.values():
            _harden_operation(operation)
    schemas = found["components"]["schemas"]
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _harden_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "application/json" in responses.get("422", {}).get("content", {}):
        responses["422"].pop("content")
        responses["422"]["description"] = EVERYWHERE["422"]
    for status, description in EVERYWHERE.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in REQUIRED_HEADERS:
            parameter["name"] = REQUIRED_HEADERS[parameter["name"]]
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "minLength": 3, "maxLength": 128}
    operation["responses"] = dict(sorted(responses.items()))


def _text(longest: int, description: str) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, "description": description}


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details; the input is never echoed.",
    "required": [
        *("type", "title", "status", "detail", "code", "instance", "legal_basis", "facts", "errors")
    ],
    "properties": {
        "type": _text(200, "urn:asysta:problem:<kind>"),
        "title": _text(500, "What is refused, in the language of the answer"),
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "detail": _text(4000, "The title with this occurrence's facts"),
        "code": _text(80, "Stable: the rule's id where there is one"),
        "instance": _text(80, "urn:uuid of the request"),
        "legal_basis": {"type": ["string", "null"], "maxLength": 500},
        "facts": {"type": "object", "additionalProperties": True},
        "errors": {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": _text(400, "JSON pointer into the body, or the parameter"),
                    "code": _text(80, "Kind of error"),
                    "detail": _text(500, "What is wrong"),
                },
            },
        },
    },
}
