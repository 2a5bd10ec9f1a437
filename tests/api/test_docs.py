"""The docs page: from our own server alone, under a strict policy, and a browser can show it."""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from app.api.contract import document
from app.api.keys import thumbprint
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE
from tests.factories.routes import operations, unconnected

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--virtual-time-budget=20000", "--dump-dom"),
)


async def test_the_page_loads_nothing_from_elsewhere(api: Api) -> None:
    async with api.client() as client:
        page = await client.get("/docs")
        start = await client.get("/docs/start.js")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy, "no inline scripts"
    assert "frame-ancestors 'none'" in policy
    for text in (page.text, start.text):
        assert "//" not in text.replace("<!doctype", ""), "an address of another server"
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("swagger-ui-bundle.js", "text/javascript", 500_000),
        ("swagger-ui.css", "text/css", 50_000),
        ("start.js", "text/javascript", 50),
    ],
)
async def test_the_page_has_its_assets(api: Api, name: str, kind: str, least: int) -> None:
    async with api.client() as client:
        asset = await client.get(f"/docs/{name}")
    assert asset.status_code == 200
    assert asset.headers["content-type"].startswith(kind)
    assert asset.headers["x-content-type-options"] == "nosniff"
    assert len(asset.content) > least


@pytest.mark.parametrize("name", ["index.html", "..%2f..%2fpyproject.toml", "redoc.js", "%00"])
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
    (key,) = answer.json()["keys"]
    assert key["kid"] == thumbprint(api.app.state.keyring.active.private.public_key())
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key
    assert api.as_(HERE.manager).headers()["authorization"].count(".") == 2


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the application on a free port of this machine."""
    config = uvicorn.Config(unconnected(), port=0, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.skipif(BROWSER is None, reason="no browser installed")
def test_a_browser_shows_every_operation(address: str, tmp_path: Path) -> None:
    assert BROWSER is not None
    command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path}", f"{address}/docs"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "Failed to load" not in shown
    for route in operations():
        if route.include_in_schema:
            tag = str(route.tags[0]) if route.tags else ""
            assert f'id="operations-{tag}-{route.operation_id}"' in shown, route.operation_id
