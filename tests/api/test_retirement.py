"""A retired operation says so everywhere: in the contract, and in each of its answers."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI, Request
from httpx import Response
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel
from starlette.responses import Response as Answer

from app import main
from app.api.answers import PageOf, Reader, capability
from app.api.deps import reads
from app.api.problems import problems
from app.api.retirement import WrongRetirement, retired
from app.api.v1.router import routes
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.directory import DistrictOut
from app.domain.actor import Role
from app.domain.directory import queries
from app.domain.errors import NotFound
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import HERE, Person
from tests.factories.routes import NOWHERE, unconnected
from tests.factories.tokens import pem_of

ON, SUNSET = date(2026, 2, 1), date(2026, 8, 1)
ORIGIN = "https://panel.ops.example"
ANYBODY = UUID("00000000-0000-4000-8000-000000000000")
PRESENT = unconnected().openapi()
GONE_LIST = retired(on=ON, sunset=SUNSET, successor="list_districts")
GONE_ITEM = retired(on=ON, sunset=SUNSET, successor="change_district")


class Told(BaseModel):
    """A body, so that one can be wrong."""

    text: str


def _old() -> APIRouter:
    """Make the operations that this centre once had: a page, an item and a command."""
    router = capability("directory")

    @router.get(
        "/rejony",
        operation_id="list_rejony",
        response_model=PageOut[DistrictOut],
        responses=problems(NotFound),
        **GONE_LIST,
    )
    async def list_rejony(
        request: Request, reader: Annotated[Reader, reads(Role.MANAGER)], page: PageOf
    ) -> Answer:
        """List the districts, as it once was."""
        return await reader.many(request, queries.DISTRICTS, page)

    @router.post("/rejony/{district_id}/nota", operation_id="note_rejon", **GONE_ITEM)
    async def note_rejon(
        district_id: str, reader: Annotated[Reader, reads(Role.MANAGER)], body: Told
    ) -> Told:
        """Fail, or give back what was sent."""
        if body.text == "break":
            raise ZeroDivisionError(district_id, reader)
        return body

    return router


@pytest.fixture
def app(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    database: OneConnection,
    clock: TestClock,
) -> FastAPI:
    """Return the application with old operations among its own."""
    every = [*routes(), *_old().routes]
    monkeypatch.setattr(main, "routes", lambda: every)
    allowed = settings.model_copy(update={"cors_origins": (ORIGIN,)})
    return main.create_app(allowed, database=database, clock=clock)


@pytest.fixture
def old(app: FastAPI, clock: TestClock) -> Api:
    """Return the application with old operations, to be called."""
    return Api(app, clock)


LIST, NOTE = "/rejony", f"/rejony/{ANYBODY}/nota"
JSON = {"content-type": "application/json"}
# Who asks, how, with what, and the status.
ANSWERS: dict[str, tuple[Person | None, str, str, bytes | None, int]] = {
    "a page": (HERE.manager, "GET", LIST, None, 200),
    "head": (HERE.manager, "HEAD", LIST, None, 200),
    "a command": (HERE.manager, "POST", NOTE, b'{"text":"a"}', 200),
    "unreadable": (HERE.manager, "POST", NOTE, b"{", 400),
    "nobody": (None, "GET", LIST, None, 401),
    "another role": (HERE.assistant, "GET", LIST, None, 403),
    "too large": (HERE.manager, "POST", NOTE, b" " * 262_145, 413),
    "invalid": (HERE.manager, "POST", NOTE, b"{}", 422),
    "unknown parameter": (HERE.manager, "GET", f"{LIST}?x=1", None, 422),
    "our error": (HERE.manager, "POST", NOTE, b'{"text":"break"}', 500),
}


async def _answer(api: Api, kind: str) -> Response:
    who, method, path, content, status = ANSWERS[kind]
    headers = api.as_(who).headers() | JSON | {"origin": ORIGIN}
    async with api.client() as client:
        answer = await client.request(method, f"/api/v1{path}", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize("kind", ANSWERS)
async def test_every_answer_of_a_retired_operation_says_since_when_and_until(
    old: Api, kind: str
) -> None:
    answer = await _answer(old, kind)
    (since,) = answer.headers.get_list("deprecation")
    assert datetime.fromtimestamp(int(since.removeprefix("@")), UTC).date() == ON
    (until,) = answer.headers.get_list("sunset")
    assert until == "Sat, 01 Aug 2026 00:00:00 GMT"
    assert parsedate_to_datetime(until).date() == SUNSET


@pytest.mark.parametrize("kind", ANSWERS)
async def test_every_answer_of_a_retired_operation_leads_to_what_replaces_it(
    old: Api, kind: str
) -> None:
    successor = "/api/v1/districts" + (f"/{ANYBODY}" if ANSWERS[kind][2] == NOTE else "")
    answer = await _answer(old, kind)
    assert answer.links["successor-version"]["url"] == successor


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_browser_may_read_all_of_it(old: Api, kind: str) -> None:
    answer = await _answer(old, kind)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
    assert {"deprecation", "sunset", "link"} <= set(exposed)
    assert answer.headers.get_list("api-version") == ["1.1.0"]


async def test_a_retired_page_still_leads_to_the_next(old: Api) -> None:
    manager = old.as_(HERE.manager)
    for name in ("Rejon A", "Rejon B"):
        made = await manager.post("/districts", {"name": name})
        assert made.status_code == 201, made.text
    first = await manager.get(f"{LIST}?limit=1")
    assert first.links.keys() == {"next", "successor-version"}
    second = await manager.get(first.links["next"]["url"])
    assert second.json()["items"] != first.json()["items"]
    assert second.links.keys() >= {"successor-version"}


async def test_what_stands_in_the_address_cannot_write_a_header(old: Api) -> None:
    path = '/rejony/%22%3E%3B rel="next"%0D%0Ax:y/nota'
    answer = await old.as_(HERE.manager).post(path, {"text": "a"})
    assert answer.status_code == 200, answer.text
    target = answer.links["successor-version"]["url"]
    assert target == "/api/v1/districts/%22%3E%3B%20rel%3D%22next%22%0D%0Ax%3Ay"
    assert answer.links.keys() == {"successor-version"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/districts"), ("GET", "/nothing"), ("DELETE", LIST)]
)
async def test_no_other_answer_says_it(old: Api, method: str, path: str) -> None:
    answer = await old.as_(HERE.manager).send(method, path)
    assert not {"deprecation", "sunset"} & answer.headers.keys()
    assert "successor-version" not in answer.links


@pytest.mark.parametrize("today", ["2026-07-31", "2026-08-01", "2027-08-01"])
async def test_the_day_of_the_sunset_switches_nothing_off(
    old: Api, clock: TestClock, today: str
) -> None:
    clock.go_to(date.fromisoformat(today))
    answer = await old.as_(HERE.manager).get(LIST)
    assert answer.status_code == 200, answer.text
    assert answer.headers["sunset"] == "Sat, 01 Aug 2026 00:00:00 GMT"


def _operation(app: FastAPI, path: str, verb: str) -> dict[str, Any]:
    found: dict[str, Any] = app.openapi()["paths"][f"/api/v1{path}"][verb]
    return found


def test_the_contract_says_that_it_is_deprecated_and_what_to_use(app: FastAPI) -> None:
    operation = _operation(app, LIST, "get")
    assert operation["deprecated"] is True
    for words in ("2026-02-01", "2026-08-01", "`list_districts`", "`GET /api/v1/districts`"):
        assert words in operation["description"]
    assert "deprecated" not in _operation(app, "/districts", "get")


def test_the_contract_documents_the_headers_of_every_answer(app: FastAPI) -> None:
    for path, verb in ((LIST, "get"), ("/rejony/{district_id}/nota", "post")):
        for status, answer in _operation(app, path, verb)["responses"].items():
            said = answer["headers"]
            assert {"Deprecation", "Sunset", "Link", "API-Version"} <= said.keys(), status
    for answer in _operation(app, "/districts", "get")["responses"].values():
        assert "Sunset" not in answer.get("headers", {})


def test_the_contract_of_a_retired_operation_is_valid(app: FastAPI) -> None:
    assert not list(OpenAPIV31SpecValidator(app.openapi()).iter_errors())
    assert "RetiredSunset" in app.openapi()["components"]["headers"]
    assert "RetiredSunset" not in PRESENT["components"]["headers"]


def test_clients_have_six_months_at_least() -> None:
    with pytest.raises(WrongRetirement, match="the sunset is 2026-08-01 or later"):
        retired(on=ON, sunset=date(2026, 7, 31), successor="list_districts")
    assert retired(on=ON, sunset=SUNSET, successor="list_districts")["deprecated"]


def _to(successor: str) -> dict[str, Any]:
    return retired(on=ON, sunset=SUNSET, successor=successor)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"deprecated": True}, "deprecated without days"),
        (_to("list_rejonow"), "'list_rejonow' is no operation that stays"),
        (_to("list_rejony"), "'list_rejony' is no operation that stays"),
        (_to("change_district"), r"needs \['district_id'\]"),
    ],
    ids=["without days", "unknown", "retired itself", "another id"],
)
def test_a_wrong_retirement_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], message: str
) -> None:
    router = capability("directory")

    @router.get("/rejony", operation_id="list_rejony", **wrong)
    async def list_rejony() -> Told:
        """List them, as it once was."""
        return Told(text="")

    _refused(monkeypatch, router, message)


def _refused(monkeypatch: pytest.MonkeyPatch, router: APIRouter, message: str) -> None:
    every = [*routes(), *router.routes]
    monkeypatch.setattr(main, "routes", lambda: every)
    settings = Settings.model_validate({"database_url": NOWHERE, "signing_key": pem_of()})
    with pytest.raises(WrongRetirement, match=message):
        main.create_app(settings)


@pytest.mark.parametrize("majors", [1, 2])
def test_two_major_versions_are_served_at_most(
    monkeypatch: pytest.MonkeyPatch, majors: int
) -> None:
    router = APIRouter()
    for major in range(2, 2 + majors):
        router.add_api_route(f"/api/v{major}/x", lambda: None, operation_id=f"x{major}")
    if majors == 2:
        _refused(monkeypatch, router, "At most 2 major versions")
        return
    every = [*routes(), *router.routes]
    monkeypatch.setattr(main, "routes", lambda: every)
    settings = Settings.model_validate({"database_url": NOWHERE, "signing_key": pem_of()})
    assert main.create_app(settings)
