"""Views: named parameters become numbers, and lists are walked by key without gap or repeat."""

import base64
import json
from datetime import date, timedelta
from typing import Any

import pytest

from app.api.cursors import BadCursor, Cursors
from app.db.views import Key, Many, One, View
from app.domain.directory.tables import District
from tests.factories.api import Api, problem_of
from tests.factories.databases import MASTER, OneConnection
from tests.factories.people import HERE, World
from tests.factories.scopes import scope_of

SCOPE = scope_of(HERE.manager)
BY_NAME = (Key("d.address", "text"), Key("d.id", "uuid"))
DISTRICTS = "SELECT d.id, d.name, d.address FROM district d WHERE d.name LIKE 'Z%'"
DATES = "SELECT n.id, n.day FROM (VALUES {values}) AS n (id, day) WHERE true"


def test_named_parameters_become_numbers_in_order() -> None:
    view = View("SELECT :b::text || :a || :b WHERE x = :a AND t::date = '10:30'::time")
    assert view.names == ("b", "a")
    assert view.bare == (
        "SELECT (SELECT $1::text || $2 || $1 WHERE x = $2 AND t::date = '10:30'::time)::text"
    )
    assert "$9::text || $10 || $9" in view.scoped, "the scope's eight arguments come first"
    assert view.arguments({"a": 1, "b": 2, "c": 3}) == [2, 1]


def test_a_missing_value_is_a_mistake_that_shows() -> None:
    with pytest.raises(KeyError):
        View("SELECT :a").arguments({"b": 1})


async def test_one_returns_body_version_and_facts(database: OneConnection) -> None:
    row = "SELECT a.login, a.version FROM account a WHERE a.id = :id::uuid"
    plain, knowing = One(row), One(row, facts="SELECT length(r.login) AS letters, :more::text AS m")
    body, version, facts = await database.read(SCOPE, plain, id=HERE.manager.id)
    assert json.loads(body) == {"login": "manager", "version": 1}
    assert (version, json.loads(facts)) == ("1", {"?column?": None})
    _, _, facts = await database.read(SCOPE, knowing, id=HERE.manager.id, more="x")
    assert json.loads(facts) == {"letters": 7, "m": "x"}


async def test_one_finds_nothing_as_none(database: OneConnection) -> None:
    view = One("SELECT a.login, a.version FROM account a WHERE a.id = :id::uuid")
    assert await database.read(SCOPE, view, id=HERE.district) is None


@pytest.fixture
async def districts(world: World) -> list[str]:
    """Add seven districts, several of one street; return their names in the order of the list."""
    streets = ["ul. B", "ul. A", "ul. B", "ul. B", "", "ul. Ż", "ul. A"]
    async with world.acting() as act:
        rows = [District(name=f"Z{n}", address=street) for n, street in enumerate(streets)]
        act.add(*rows)
    return [row.name for row in sorted(rows, key=lambda row: (row.address or "", row.id.bytes))]


async def _walk(database: OneConnection, view: Many, limit: int) -> list[list[dict[str, Any]]]:
    pages: list[list[dict[str, Any]]] = []
    after: list[str] | None = None
    while len(pages) < 20:
        items, following = await database.read(SCOPE, view, after=after, limit=limit)
        pages.append(json.loads(items))
        if following is None:
            break
        after = [str(value) for value in json.loads(following)]
    return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
async def test_pages_show_each_row_once_in_order(
    database: OneConnection, districts: list[str], limit: int
) -> None:
    pages = await _walk(database, Many(DISTRICTS, BY_NAME), limit)
    assert [item["name"] for part in pages for item in part] == districts
    assert all(len(part) == limit for part in pages[:-1])
    assert 0 < len(pages[-1]) <= limit, "no empty page at the end"


async def test_an_empty_list_is_one_empty_page(database: OneConnection) -> None:
    assert await _walk(database, Many(DISTRICTS, BY_NAME), 5) == [[]]


async def test_a_row_added_behind_the_cursor_does_not_shift_the_next_page(
    database: OneConnection, world: World, districts: list[str]
) -> None:
    view = Many(DISTRICTS, BY_NAME)
    _, following = await database.read(SCOPE, view, after=None, limit=3)
    async with world.acting() as act:
        act.add(District(name="Z first of all", address=""))
    items, _ = await database.read(SCOPE, view, after=json.loads(following), limit=10)
    assert [item["name"] for item in json.loads(items)] == districts[3:]


def test_text_has_no_highest_value_to_descend_from() -> None:
    with pytest.raises(KeyError):
        Many(DISTRICTS, BY_NAME, descending=True)


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7])
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
async def test_days_with_ties_are_walked_both_ways(
    database: OneConnection, limit: int, *, descending: bool
) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n // 3) for n in range(6)]
    values = ", ".join(f"({n}::bigint, '{day}'::date)" for n, day in enumerate(days))
    keys = (Key("n.day", "date"), Key("n.id", "bigint"))
    view = Many(DATES.format(values=values), keys, descending=descending)
    pages = await _walk(database, view, limit)
    shown = [item["id"] for part in pages for item in part]
    assert shown == sorted(range(6), reverse=descending)
    assert all(len(part) == limit for part in pages[:-1])


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("A", "AAAA", "____", _cursor({"a": 1}), _cursor("x"), _cursor(None), _cursor([1])),
        *(_cursor([["x"]]), _cursor([None]), base64.urlsafe_b64encode(b"[" * 200).decode()),
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str, *, sealed: bool) -> None:
    with pytest.raises(BadCursor):
        Cursors(MASTER, SCOPE, sealed).read(cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        *(_cursor([]), _cursor(["x"]), _cursor(["2026-01-01"]), _cursor(["x", "y"])),
        *(_cursor(["2026-13-01", str(HERE.id)]), _cursor(["2026-01-01", "'; --"])),
        *(_cursor(["2026-01-01", "a", "b"]), _cursor(["\u0000", "\u0000"])),
        *(_cursor(["infinity", str(HERE.id)]), "*", "x" * 401),
    ],
)
async def test_no_cursor_makes_the_server_fail(api: Api, cursor: str) -> None:
    answer = await api.as_(HERE.manager).get(f"/centre/settings?cursor={cursor}")
    assert answer.status_code in {200, 422}, answer.text


async def test_the_link_header_leads_to_the_next_page(api: Api) -> None:
    manager = api.as_(HERE.manager)
    for day in range(3):
        said = {"valid_from": f"2026-05-0{day + 1}"}
        assert (await manager.post("/centre/settings", said)).status_code == 201
    first = await manager.get("/centre/settings?limit=2")
    assert [item["valid_from"] for item in first.json()["items"]] == ["2026-05-03", "2026-05-02"]
    target, relation = first.headers["link"].split("; ")
    assert relation == 'rel="next"'
    assert first.json()["next_cursor"] in target
    second = await manager.get(target.strip("<>"))
    assert [item["valid_from"] for item in second.json()["items"]] == ["2026-05-01"]
    assert second.json()["next_cursor"] is None
    assert "link" not in second.headers


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5", "9" * 30, ""])
async def test_a_limit_has_its_bounds(api: Api, limit: str) -> None:
    problem = problem_of(
        await api.as_(HERE.manager).get(f"/centre/settings?limit={limit}"), 422, "invalid"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["query/limit"]
