"""How PostgreSQL would carry out a statement, for any values."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a plan and all that is below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def relations(plan: dict[str, Any]) -> set[str]:
    """Return the tables that a plan reads or writes."""
    return {node["Relation Name"] for node in nodes(plan) if "Relation Name" in node}


async def planned(connection: AsyncConnection, statement: str) -> dict[str, Any]:
    """Plan for any values, as the application's prepared statements are planned."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return await planned_by(driver, statement)


async def planned_by(driver: Any, statement: str) -> dict[str, Any]:
    """Do the same on a bare connection."""
    await driver.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    await driver.execute("SET LOCAL enable_seqscan = off")
    await driver.execute(f"PREPARE planned AS {statement}")
    nothing = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", statement))))
    values = f"({nothing})" if nothing else ""
    said = await driver.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned{values}")
    await driver.execute("DEALLOCATE planned")
    plan: dict[str, Any] = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    return plan
