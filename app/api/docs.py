"""The docs page, the contract file and the public keys: self-hosted, no network but ours."""

import asyncio
import json
from importlib.resources import files

from fastapi import APIRouter, FastAPI, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from app.api.access_page import access_page
from app.api.contract.document import build
from app.api.keys import JWKS_MAX_AGE, jwks

router = APIRouter(include_in_schema=False)
_OURS = {"start.js": "text/javascript", "page.css": "text/css"}
_SWAGGER = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# form-action: were the page's script to fail, the sign-in form must not send itself anywhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@router.get("/docs")
async def docs_page() -> Response:
    """Show Swagger UI with a form to sign in, under our own content security policy.

    The tokens stay in the page's memory: none is stored by the browser.
    """
    return HTMLResponse(_ours("page.html"), headers={"content-security-policy": _POLICY})


@router.get("/docs/access")
async def docs_access() -> Response:
    """Show who may call what, of which rows and why: the matrix of access, for reading."""
    return HTMLResponse(access_page(), headers={"content-security-policy": _POLICY})


@router.get("/docs/{name}")
async def docs_asset(name: str) -> Response:
    """Serve one asset of the docs page: ours always anew, Swagger UI's for a day."""
    if name in _OURS:
        return Response(_ours(name), media_type=_OURS[name])
    if name not in _SWAGGER:
        raise HTTPException(404)
    content = (files("fastapi_offline") / "static" / name).read_bytes()
    return Response(content, media_type=_SWAGGER[name], headers={"cache-control": "max-age=86400"})


def _ours(name: str) -> bytes:
    return (files("app.api") / "assets" / name).read_bytes()


@router.get("/openapi/v1.json")
async def openapi_document(request: Request) -> Response:
    """Serve the contract; the first to ask waits for it, the others are served meanwhile."""
    state = request.app.state
    if getattr(state, "contract", None) is None:
        state.contract = await asyncio.to_thread(_contract, request.app)
    return Response(
        state.contract, media_type="application/json", headers={"cache-control": "max-age=300"}
    )


def _contract(app: FastAPI) -> bytes:
    """Write the contract; only its text is kept."""
    return json.dumps(build(app), ensure_ascii=False).encode()


@router.get("/.well-known/jwks.json")
async def public_keys(request: Request) -> Response:
    """Publish the keys that verify our tokens (RFC 7517)."""
    body = json.dumps(jwks(request.app.state.keyring))
    kept = {"cache-control": f"public, max-age={JWKS_MAX_AGE}"}
    return Response(body, media_type="application/jwk-set+json", headers=kept)
