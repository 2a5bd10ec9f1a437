"""Reads are one statement each; commands send a number of statements that no data changes."""

from datetime import UTC, datetime
from inspect import getsource
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.vault.rings import Vault
from app.domain.cases.rules import CaseState
from tests.factories import bodies
from tests.factories.api import Api
from tests.factories.assignments import fill
from tests.factories.bodies import Place, new_plan
from tests.factories.cases import make_case
from tests.factories.commands import COMMANDS, INTAKE, WORK, Command
from tests.factories.counting import CountingConnection, counted
from tests.factories.looking import read_at
from tests.factories.people import HERE, World
from tests.factories.plans import action, goal
from tests.factories.routes import method, operations
from tests.factories.walks import Walk

READS = [
    r
    for r in operations()
    if method(r) == "GET" and r.path.startswith("/api/v1/") and r.include_in_schema
]
# What the code itself knows needs no database.
CONSTANT = {"list_dictionaries", "list_rules"}
# Lists of which the walk below makes no rows: their operation can be read to be one view.
EMPTY = {
    *("list_access_signs", "list_clients", "list_covers", "list_data_notices"),
    *("list_destruction_lists", "list_emergency_accesses", "list_notice_handings"),
    *("list_erased_files", "list_failed_visits", "list_families_without_substitute"),
    *("list_family_legal_holds", "list_foster_families", "list_identities", "list_legal_holds"),
    *("list_placements", "list_rights_requests", "list_settings", "list_staff_suspensions"),
    *("list_webhooks", "list_webhook_deliveries"),
    *("list_suspensions", "list_closure_blockers", "list_coordinations", "list_destruction_files"),
}
LINKS = {"first_visit": "visit_id", "active_plan": "plan_id"}
BY_NAME = {command.name: command for command in reversed(COMMANDS)}


@pytest.fixture
def database(connection: AsyncConnection, vault: Vault) -> CountingConnection:
    """Return the database of this test, which counts."""
    return CountingConnection(connection, vault)


def _path(route: APIRoute, place: Place) -> str:
    """Fill a route's path with what the case has; of the rest there is nothing."""
    known: dict[str, object] = {"case_id": place.made.case, "family_id": place.made.family}
    known |= {"member_id": place.made.mother, "staff_id": HERE.assistant.id}
    known |= {LINKS.get(k, f"{k}_id"): v for k, v in place.links.items() if v}
    known |= {"district_id": HERE.district}
    path = route.path.removeprefix("/api/v1")
    for parameter in route.dependant.path_params:
        path = path.replace(f"{{{parameter.alias}}}", str(known.get(parameter.alias, uuid4())))
    return path


async def _walked(api: Api, world: World, *commands: Command) -> Walk:
    walk = Walk(api, world, await make_case(world, CaseState.SIGNAL_RECEIVED))
    for command in commands:
        response = await walk.give(command, await walk.place())
        assert response.status_code < 300, (command.name, response.text)
    return walk


async def _count_reads(
    walk: Walk, database: CountingConnection, empty: set[str]
) -> dict[str, tuple[int, int]]:
    """Count the statements of each read; `empty` is told which lists had no rows."""
    place, found = await walk.place(), {}
    for route in READS:
        with counted(database) as seen:
            response = await walk.api.as_(HERE.manager).get(_path(route, place))
        assert response.status_code in {200, 404}, response.text
        found[route.name] = (len(seen.views), len(seen.work))
        if route.name.startswith("list_") and route.name not in CONSTANT:
            filled = response.status_code == 200 and response.json()["items"]
            (empty.discard if filled else empty.add)(route.name)
    return found


async def test_each_read_is_one_statement_whatever_there_is_to_read(
    api: Api, world: World, database: CountingConnection
) -> None:
    walk = await _walked(api, world, *INTAKE, *WORK)
    one_each = {route.name: (int(route.name not in CONSTANT), 0) for route in READS}
    empty: set[str] = set()
    assert await _count_reads(walk, database, empty) == one_each
    place = await walk.place()
    now = datetime.now(UTC).isoformat()
    await read_at(world, HERE.coordinator, place.made.family, now, "emergency")  # at any hour
    for _ in range(30):
        await make_case(world, CaseState.IN_PROGRESS)
        await walk.give(BY_NAME["visits"], place)
    assert await _count_reads(walk, database, empty) == one_each
    assert empty == EMPTY, "a list counts with rows in it, or is named above"
    listed = await api.as_(HERE.manager).get("/cases?limit=100")
    assert len(listed.json()["items"]) == 31


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_list_without_rows_here_asks_once_by_its_form(name: str) -> None:
    (route,) = [route for route in READS if route.name == name]
    assert getsource(route.endpoint).count("await ") == 1


def _steps(place: Place, actions: int) -> dict[str, Any]:
    many = [action(due_on=place.day(30), action=f"Krok {n}") for n in range(actions)]
    return new_plan(place) | {"goals": [goal(*many)]}


async def _sent(walk: Walk, database: CountingConnection, name: str) -> int:
    """Give a command and count its statements; rows of one table go in one statement."""
    place = await walk.place()
    with counted(database) as seen:
        response = await walk.give(BY_NAME[name], place)
    assert response.status_code < 300, response.text
    return len(seen.work)


async def _take(walk: Walk, *names: str, **said: Any) -> None:
    for name in names:
        response = await walk.give(BY_NAME[name], await walk.place(), said=said.get(name))
        assert response.status_code < 300, (name, response.text)


def _until(name: str) -> tuple[Command, ...]:
    road = (*INTAKE, *WORK)
    return road[: [command.name for command in road].index(name)]


# How many statements each hot command sends, entering its scope and keeping its key included; the
# view that makes the answer is one more, but for those that go the short way: they send three in
# all. A higher figure is a decision: write it here.
FIGURES = {
    "referral acceptance": 25,
    "draft_plan activation": 15,
    "draft_plan activation, revised": 13,
    "visits": 3,
    "transfers": 3,
    "assessment handover": 15,
    "closure": 30,
}


@pytest.mark.parametrize("rows", [1, 20])
async def test_a_command_sends_as_many_statements_with_one_row_as_with_twenty(
    api: Api, world: World, database: CountingConnection, rows: int
) -> None:
    await fill(world, HERE.assistant, min(rows, 13))
    walk, found = await _walked(api, world, *_until("referral acceptance")), {}
    found["referral acceptance"] = await _sent(walk, database, "referral acceptance")
    await _take(walk, "first-visit", "first_visit confirmation", "diagnoses")
    for plan in ("draft_plan activation", "draft_plan activation, revised"):
        await _take(walk, "plans", plans=_steps(await walk.place(), rows))
        await _take(walk, "draft_plan consultation")
        found[plan] = await _sent(walk, database, "draft_plan activation")
    await _take(walk, *["visits"] * rows)
    found["visits"] = await _sent(walk, database, "visits")
    found["transfers"] = await _sent(walk, database, "transfers")
    back = bodies.transfer(HERE.assistant)(await walk.place())
    await _take(walk, "transfers", transfers=back)
    await _take(walk, "assessments", "fill", "assessment signature")
    found["assessment handover"] = await _sent(walk, database, "assessment handover")
    await _take(walk, "motions")
    found["closure"] = await _sent(walk, database, "closure")
    assert found == FIGURES
