"""Calling the application as somebody; every answer is held against its declared shape."""

from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient, Response
from pydantic import BaseModel, ConfigDict, TypeAdapter

from app.api.federation import relying
from app.api.keywatch import KeyWatch
from app.api.messages import FAULTS
from app.api.paths import Paths
from app.api.turns import Turns
from app.db.session import Database
from app.domain.names import POLISH
from tests.factories.canaries import CANARIES
from tests.factories.clock import TestClock
from tests.factories.people import Person

BASE = "https://asysta.test"
# What every operation may answer; the contract documents these for all of them at once.
EVERYWHERE = frozenset(
    {
        *(
            "not_signed_in",
            "not_your_role",
            "insufficient_scope",
            "K3",
            "C10",
            "J1",
            "S4",
            "keys_destroyed",
            "unreadable",
            "invalid",
            "not_found",
            "busy",
        ),
        *("stale", "no_precondition", "no_idempotency_key", "key_reused"),
        *("answer_erased", "our_error"),
        *("body_too_large", "method_not_allowed", "unsupported_media_type", "bad_cursor"),
    }
)


class ProblemShape(BaseModel):
    """What every refusal looks like (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    legal_basis: str | None
    facts: dict[str, Any]
    errors: list[dict[str, str]]


class Caller:
    """One person's way to the API: signs each request, adds keys, checks shapes."""

    def __init__(self, api: "Api", person: Person | None) -> None:
        """Remember who calls; None: nobody is signed in."""
        self.api, self.person = api, person

    def headers(self) -> dict[str, str]:
        """Return the headers of a signed-in request at the clock's present instant."""
        if self.person is None:
            return {}
        token = self.api.app.state.tokens.issue(
            subject=self.person.id,
            centre=self.person.centre,
            session=self.person.session_id,
            roles=frozenset(self.person.roles),
            now=self.api.clock(),
        )
        return {"authorization": f"Bearer {token}"}

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        version: int | None = None,
        headers: dict[str, str] | None = None,
        hostile: bool = False,
        **more: Any,
    ) -> Response:
        """Send any request; POST gets an Idempotency-Key, `version` becomes If-Match.

        No address may hold a canary (tests/factories/canaries.py), unless the test is `hostile`.
        """
        sent = self.headers()
        if method == "POST":
            sent["idempotency-key"] = str(uuid4())
        if version is not None:
            sent["if-match"] = f'"{version}"'
        sent |= headers or {}
        async with self.api.client() as client:
            url = path if path.startswith("/") and self.api.unversioned(path) else f"/api/v1{path}"
            response = await client.request(method, url, json=json, headers=sent, **more)
        if not hostile:
            CANARIES.look("address", str(response.url))
        if method != "HEAD":
            self.api.check_shape(method, url, response)
        return response

    async def get(self, path: str, **more: Any) -> Response:
        """Read."""
        return await self.send("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> Response:
        """Create, or give a command."""
        return await self.send("POST", path, json=json, **more)

    async def put(self, path: str, json: Any = None, **more: Any) -> Response:
        """Replace."""
        return await self.send("PUT", path, json=json, **more)

    async def patch(self, path: str, json: Any = None, **more: Any) -> Response:
        """Change some fields (merge patch)."""
        merge = {"content-type": "application/merge-patch+json"}
        return await self.send("PATCH", path, json=json, headers=merge, **more)

    async def delete(self, path: str, **more: Any) -> Response:
        """Delete, or end."""
        return await self.send("DELETE", path, **more)


class Api:
    """The application in process."""

    def __init__(self, app: FastAPI, clock: TestClock, host: str = "127.0.0.1") -> None:
        """Hold the application, its clock, and the address of who calls."""
        self.app, self.clock, self.host = app, clock, host

    def at(self, host: str) -> "Api":
        """Return the same application, called from another address."""
        return Api(self.app, self.clock, host)

    def client(self) -> AsyncClient:
        """Open a bare client: no token, no key, no check of shapes."""
        transport = ASGITransport(
            app=self.app, raise_app_exceptions=False, client=(self.host, 4711)
        )
        return AsyncClient(
            transport=transport,
            base_url=BASE,
            trust_env=False,
            event_hooks={"response": [CANARIES.see]},
        )

    def as_(self, person: Person | None) -> Caller:
        """Call as somebody."""
        return Caller(self, person)

    @staticmethod
    def unversioned(path: str) -> bool:
        """Tell whether a path stands outside of /api/v1."""
        return path.startswith(("/health", "/docs", "/openapi", "/.well-known", "/api/"))

    def route(self, method: str, path: str) -> APIRoute | None:
        """Find the route that serves a request."""
        scope = {"method": method, "path": path.split("?", 1)[0]}
        paths: Paths = self.app.state.paths
        return paths.find(scope)[1]

    def check_shape(self, method: str, path: str, response: Response) -> None:
        """Hold the answer against its declared shape: nothing missing, nothing more."""
        if response.status_code >= 400:
            assert response.headers["content-type"] == "application/problem+json", response.text
            problem = ProblemShape.model_validate_json(response.content)
            assert problem.status == response.status_code
            self.check_named(problem)
            self.check_documented(method, path, problem)
            return
        route = self.route(method, path)
        assert route is not None, f"{method} {path} has no route"
        if route.response_model is not None and response.content:
            TypeAdapter(route.response_model).validate_json(response.content)

    @staticmethod
    def check_named(problem: ProblemShape) -> None:
        """Refuse a fact or an error that has no text to be shown by."""
        assert problem.facts.keys() <= POLISH.keys(), "Name the fact in app/domain/names.toml."
        codes = {error["code"] for error in problem.errors}
        codes -= {problem.type.rpartition(":")[2]}  # the refusal itself, at the field it names
        assert codes <= FAULTS.keys(), "Say the error in FAULTS of app/api/messages.py."

    def check_documented(self, method: str, path: str, problem: ProblemShape) -> None:
        """Refuse an answer that the operation does not announce in its `problems(...)`."""
        route = self.route(method, path)
        if route is None or problem.code in EVERYWHERE:
            return
        said = route.responses.get(problem.status, {}).get("x-refusals", [])
        kinds = [refusal["type"] for refusal in said]
        assert problem.type in kinds, f"{route.operation_id} does not document {problem.type}"


def renewed(app: FastAPI, database: Database, clock: TestClock) -> Api:
    """Return an application as after a new start: it remembers nothing of the tests before."""
    state = app.state
    for name in state._state.keys() - {"settings", "paths"}:
        delattr(state, name)
    app.openapi_schema = None
    state.database, state.clock, state.turns = database, clock, Turns()
    state.relying = relying(state.settings)
    KeyWatch(state.settings, state)
    return Api(app, clock)


def flat_routes(app: FastAPI) -> list[APIRoute]:
    """Return every route of the application with its full path."""
    return [route for route in app.router.routes if isinstance(route, APIRoute)]


def problem_of(response: Response, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer refuses with a status and a code; return the problem document."""
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    assert found["code"] == code, found
    return found
