"""Every read compiles as the application's role, and reaches large tables by an index only.

What is asked is what an empty database can tell: each access to a large table, those of row
security too, is bound by an index condition, at least on the centre. Which of the indexes is the
best one depends on statistics that a test's few rows do not have; the load test looks at that.
"""

from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.base import metadata
from app.db.brief import FIRST_ANSWER, Brief
from app.db.views import View
from app.domain import rooms
from tests.factories.databases import of_database
from tests.factories.planned import nodes, planned, planned_by

T = TypeVar("T")
list(rooms("tables"))
# Every table but those that are small whatever the centres do; why stands beside each.
SMALL = {"centre": "one row for each centre; the page to sign in on lists them all"}
LARGE = {table.name for table in metadata().tables.values()} - {*SMALL}


def _named(kind: type[T]) -> dict[str, T]:
    return {
        f"{room.__name__.split('.')[-2]}.{name}": found
        for room in rooms("queries")
        for name, found in vars(room).items()
        if isinstance(found, kind)
    }


VIEWS, BRIEFS = _named(View), _named(Brief)


def test_there_are_views() -> None:
    assert len(VIEWS) > 50
    assert len(BRIEFS) >= 2


@pytest.mark.parametrize("form", ["scoped", "bare"])
@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_compiles_and_never_walks_through_the_rows_of_all_centres(
    connection: AsyncConnection, name: str, form: str
) -> None:
    assert not _walked(await planned(connection, getattr(VIEWS[name], form)))


def _walked(plan: dict[str, Any]) -> list[str]:
    """Return the large tables that a plan walks through; what it writes to is no such walk.

    A bitmap's condition stands with its index.
    """
    bound = ("Bitmap Heap Scan", "ModifyTable")
    return [
        node["Relation Name"]
        for node in nodes(plan)
        if node.get("Relation Name") in LARGE and node["Node Type"] not in bound
        if "Index Cond" not in node
    ] + [
        node["Index Name"]
        for node in nodes(plan)
        if node["Node Type"] == "Bitmap Index Scan" and "Index Cond" not in node
    ]


def test_every_table_counts_as_large_but_for_a_reason() -> None:
    assert {*SMALL} < {*metadata().tables}
    assert {"audit_entry", "event", "visit_correction", "plan_progress", "user_session"} < LARGE
    assert {
        table.name for table in metadata().tables.values() if "family_id" in table.columns
    } < LARGE


@pytest.mark.parametrize("asked", ["*", "count(*)"])
async def test_a_walk_through_any_large_table_is_seen(
    superuser_url: str, database_url: str, asked: str
) -> None:
    ours = make_url(database_url).database or ""
    # To whom row security gives no condition for an index.
    owner = await asyncpg.connect(of_database(superuser_url, ours))
    try:
        async with owner.transaction():
            for table in LARGE:
                seen = await planned_by(owner, f'SELECT {asked} FROM "{table}"')
                assert _walked(seen), table
    finally:
        await owner.close()


@pytest.mark.parametrize("statement", ["opening", "facts", "writing"])
@pytest.mark.parametrize("name", BRIEFS)
async def test_a_hot_command_never_walks_through_the_rows_of_all_centres(
    connection: AsyncConnection, name: str, statement: str
) -> None:
    assert not _walked(await planned(connection, getattr(BRIEFS[name], statement)))


async def test_a_repeat_never_walks_through_the_rows_of_all_centres(
    connection: AsyncConnection,
) -> None:
    assert not _walked(await planned(connection, FIRST_ANSWER))
