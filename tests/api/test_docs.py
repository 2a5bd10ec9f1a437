"""The docs page: from our own server alone, under a strict policy; tests/browser looks at it."""

import re

import pytest

from app.api.contract.document import document
from app.api.keys import thumbprint
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE

OURS = ("start.js", "page.css")


async def test_the_page_loads_nothing_from_elsewhere(api: Api) -> None:
    async with api.client() as client:
        page = await client.get("/docs")
        parts = [(await client.get(f"/docs/{name}")).text for name in OURS]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy, "no inline scripts"
    assert "form-action 'none'" in policy, "a form without its script sends no password"
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    for text in (page.text, *parts):
        assert "//" not in text, "an address of another server"
    assert "<script>" not in page.text
    assert not re.search(r"\son\w+=", page.text), "no handlers in attributes"


async def test_the_page_keeps_no_token_in_the_browser(api: Api) -> None:
    async with api.client() as client:
        start = (await client.get("/docs/start.js")).text
    assert "persistAuthorization: false" in start
    assert not re.search(r"localStorage|sessionStorage|indexedDB|cookieStore|\.cookie", start)


async def test_the_sign_in_form_helps_password_managers_and_masks_the_password(api: Api) -> None:
    async with api.client() as client:
        page = (await client.get("/docs")).text
        start = (await client.get("/docs/start.js")).text
    fields = {}
    for field in re.findall(r"<input ([^>]*)>", page):
        said = dict(re.findall(r'(\S+)="([^"]*)"', field))
        fields[said["name"]] = said
    assert fields.keys() == {"centre", "login", "password", "code"}
    assert fields["password"]["type"] == "password"
    assert fields["password"]["autocomplete"] == "current-password"
    assert fields["login"]["autocomplete"] == "username"
    assert fields["code"]["autocomplete"] == "one-time-code"
    assert '"paste"' not in start, "nothing stands in the way of pasting"


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("swagger-ui-bundle.js", "text/javascript", 500_000),
        ("swagger-ui.css", "text/css", 50_000),
        ("start.js", "text/javascript", 2_000),
        ("page.css", "text/css", 200),
    ],
)
async def test_the_page_has_its_assets(api: Api, name: str, kind: str, least: int) -> None:
    async with api.client() as client:
        asset = await client.get(f"/docs/{name}")
    assert asset.status_code == 200
    assert asset.headers["content-type"].startswith(kind)
    assert asset.headers["x-content-type-options"] == "nosniff"
    assert len(asset.content) > least


@pytest.mark.parametrize(
    "name", ["index.html", "page.html", "..%2f..%2fpyproject.toml", "redoc.js", "%00"]
)
async def test_nothing_else_is_served_as_an_asset(api: Api, name: str) -> None:
    async with api.client() as client:
        problem_of(await client.get(f"/docs/{name}"), 404, "not_found")


async def test_the_contract_is_served_to_everybody(api: Api) -> None:
    async with api.client() as client:
        answer = await client.get("/openapi/v1.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document(api.app)


async def test_the_public_keys_verify_what_we_issue(api: Api) -> None:
    async with api.client() as client:
        answer = await client.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"] == "application/jwk-set+json"
    (key,) = answer.json()["keys"]
    assert key["kid"] == thumbprint(api.app.state.keyring.active.private.public_key())
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key
    assert api.as_(HERE.manager).headers()["authorization"].count(".") == 2
