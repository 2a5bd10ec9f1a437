"""The docs page, the contract file and the public keys: self-hosted, no network but ours."""

import json
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from app.api.keys import jwks

router = APIRouter(include_in_schema=False)
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html><html lang="pl"><head><meta charset="utf-8"><title>Asysta API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body></html>"""
_START = """SwaggerUIBundle({url: "/openapi/v1.json", dom_id: "#swagger-ui", deepLinking: true,
  persistAuthorization: true, displayRequestDuration: true});"""


@router.get("/docs")
async def docs_page() -> Response:
    """Show Swagger UI from the packaged assets, under our own content security policy."""
    return HTMLResponse(_PAGE, headers={"content-security-policy": _POLICY})


@router.get("/docs/{name}")
async def docs_asset(name: str) -> Response:
    """Serve one asset of the docs page."""
    if name == "start.js":
        return Response(_START, media_type="text/javascript")
    if name not in _ASSETS:
        raise HTTPException(404)
    content = (files("fastapi_offline") / "static" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={"cache-control": "max-age=86400"})


@router.get("/openapi/v1.json")
async def openapi_document(request: Request) -> Response:
    """Serve the contract."""
    document: dict[str, Any] = request.app.openapi()
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, media_type="application/json", headers={"cache-control": "max-age=300"})


@router.get("/.well-known/jwks.json")
async def public_keys(request: Request) -> Response:
    """Publish the keys that verify our tokens (RFC 7517)."""
    body = json.dumps(jwks(request.app.state.keyring))
    return Response(body, media_type="application/json", headers={"cache-control": "max-age=300"})
