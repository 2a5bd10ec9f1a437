"""The contract: FastAPI's document, hardened in one place (OpenAPI 3.1)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.contract.events import say_events
from app.api.contract.examples import show_examples
from app.api.contract.hardening import harden
from app.api.contract.links import add_links
from app.api.contract.words import TAGS
from app.api.frame import API_VERSION
from app.api.retirement import announce

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
    "contact": {"name": "Asysta", "url": "https://asysta.example", "email": "api@asysta.example"},
    "license_info": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
}
SERVER = {
    "url": "/",
    "description": "The server that gave this document: in production, or local to try it.",
    "x-internal": False,
}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the contract, built once per application: for tools, which look into it."""
    if app.openapi_schema is None:
        app.openapi_schema = build(app)
    return app.openapi_schema


def build(app: FastAPI) -> dict[str, Any]:
    """Build the contract anew: seconds of work, and megabytes as long as it is held."""
    found = get_openapi(routes=app.routes, openapi_version="3.1.0", **TITLE)
    found["servers"] = [SERVER]
    found["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    # Whatever a later operation forgets to say is closed; open ones say `security: []`.
    found["security"] = [{name: []} for name in found["components"]["securitySchemes"]]
    say_events(found)
    harden(found, app.routes)
    announce(found)
    add_links(found)
    show_examples(found)
    return found
