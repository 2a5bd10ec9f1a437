"""Every read compiles as the application's role, and reaches large tables by an index only.

What is asked is what an empty database can tell: each access to a large table, those of row
security too, is bound by an index condition, at least on the centre. Which of the indexes is the
best one depends on statistics that a test's few rows do not have; the load test looks at that.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.brief import Brief
from app.db.views import View
from app.domain import rooms

T = TypeVar("T")
LARGE = {
    *("family", "person", "family_case", "visit", "deadline", "event", "audit_entry"),
    *("assessment", "assignment"),
}


def _named(kind: type[T]) -> dict[str, T]:
    return {
        f"{room.__name__.split('.')[-2]}.{name}": found
        for room in rooms("queries")
        for name, found in vars(room).items()
        if isinstance(found, kind)
    }


VIEWS, BRIEFS = _named(View), _named(Brief)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


async def _plan(connection: AsyncConnection, statement: str) -> dict[str, Any]:
    """Plan for any values, as the application's prepared statements are planned."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    await driver.execute("SET LOCAL enable_seqscan = off")
    await driver.execute(f"PREPARE planned AS {statement}")
    nothing = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", statement))))
    values = f"({nothing})" if nothing else ""
    said = await driver.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned{values}")
    await driver.execute("DEALLOCATE planned")
    plan: dict[str, Any] = said[0]["Plan"]
    return plan


def test_there_are_views() -> None:
    assert len(VIEWS) > 50
    assert len(BRIEFS) >= 2


@pytest.mark.parametrize("form", ["scoped", "bare"])
@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_compiles_and_never_walks_through_the_rows_of_all_centres(
    connection: AsyncConnection, name: str, form: str
) -> None:
    assert not _walked(await _plan(connection, getattr(VIEWS[name], form)))


def _walked(plan: dict[str, Any]) -> list[str]:
    """Return the large tables that a plan walks through; what it writes to is no such walk."""
    return [
        node["Relation Name"]
        for node in _nodes(plan)
        if node.get("Relation Name") in LARGE and "Bitmap" not in node["Node Type"]
        if "Index Cond" not in node and node["Node Type"] != "ModifyTable"
    ]


@pytest.mark.parametrize("statement", ["opening", "facts", "writing"])
@pytest.mark.parametrize("name", BRIEFS)
async def test_a_hot_command_never_walks_through_the_rows_of_all_centres(
    connection: AsyncConnection, name: str, statement: str
) -> None:
    assert not _walked(await _plan(connection, getattr(BRIEFS[name], statement)))
