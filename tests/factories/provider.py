"""An identity provider that a test plays itself: every answer of it can be spoilt."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx import Response
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.factories.api import Api
from tests.factories.people import HERE

CLIENT_ID, SECRET = "asysta", "tajne/hasło+klienta"
CALLBACK = "https://asysta.test/api/v1/sessions/oidc/callback"
SUBJECT = "5f0c9a52-1f7e-4b7d-9d7a-0b8f0f4f6c11"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, auto_kid=False)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"}, auto_kid=False)
EC_KEY = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"}, auto_kid=False)


@dataclass(slots=True)
class Played:
    """What the provider says; a test changes it, and counts what it was asked."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [KEY])
    discovery: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    raw: bytes | None = None
    asked: list[str] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    authorization: str | None = None

    def said(self, path: str) -> dict[str, Any]:
        """Return what stands at a path."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.discovery
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        return self.answer


def id_token(
    played: Played, nonce: str, now: datetime, key: Any = KEY, alg: str = "RS256", **changes: Any
) -> str:
    """Sign what a provider says of somebody; None leaves a claim out."""
    stamp = int(now.timestamp())
    claims = {
        "iss": played.issuer,
        "aud": CLIENT_ID,
        "sub": SUBJECT,
        "iat": stamp,
        "exp": stamp + 300,
        "nonce": nonce,
    } | changes
    said = {name: value for name, value in claims.items() if value is not None}
    header = {"alg": alg, "kid": key.kid} if key.kid else {"alg": alg}
    return jwt.encode(header, said, key, algorithms=[alg])


@contextmanager
def playing() -> Iterator[Played]:
    """Play a provider on a free port until the end of the block."""
    played = Played()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = json.dumps(played.said(urlsplit(self.path).path)).encode()
            status = 200
            if self.path == "/token":
                status, body = played.status, played.raw or body
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            played.form = {name: values[0] for name, values in parse_qs(sent).items()}
            played.authorization = self.headers["authorization"]
            self._answer()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        played.issuer = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield played
        server.shutdown()


def write_file(folder: Path, address: str, **changes: Any) -> Path:
    """Write the file of providers, as an administrator of the server does."""
    about: dict[str, Any] = {"issuer": address, "client_id": CLIENT_ID, "client_secret": SECRET}
    about |= {"redirect_uri": CALLBACK} | changes
    file = folder / "oidc.toml"
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
    file.write_text(f"[{HERE.code}]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


@dataclass(slots=True)
class Browser:
    """A browser: it keeps the cookie, and follows nothing by itself."""

    api: Api
    cookie: str = ""

    async def get(self, path: str, **query: str) -> Response:
        """Ask for a page of ours with the cookie."""
        headers = {"cookie": self.cookie} if self.cookie else {}
        async with self.api.client() as client:
            return await client.get(path, params=query, headers=headers)

    async def start(self, **more: str) -> dict[str, str]:
        """Begin to sign in; return what the provider is told."""
        answer = await self.get("/api/v1/sessions/oidc/start", centre=HERE.code, **more)
        assert answer.status_code == 303, answer.text
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    async def back(self, state: str, code: str = "code", **more: str) -> Response:
        """Come back from the provider."""
        return await self.get("/api/v1/sessions/oidc/callback", state=state, code=code, **more)


async def link(api: Api, issuer: str, subject: str = SUBJECT) -> dict[str, Any]:
    """Link the assistant's account to an identity."""
    said = {"issuer": issuer, "subject": subject}
    answer = await api.as_(HERE.manager).post(f"/staff/{HERE.assistant.id}/identities", said)
    assert answer.status_code == 201, answer.text
    linked: dict[str, Any] = answer.json()
    return linked


async def come_back(browser: Browser, played: Played, **changes: Any) -> Response:
    """Begin, let the provider say something, come back."""
    told = await browser.start()
    key, alg = changes.pop("key", KEY), changes.pop("alg", "RS256")
    nonce = changes.pop("nonce", told["nonce"])
    token = id_token(played, nonce, browser.api.clock(), key, alg, **changes)
    played.answer = {"id_token": token, "access_token": "x", "token_type": "Bearer"}
    return await browser.back(told["state"])
