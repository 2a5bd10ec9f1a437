"""Monitorings for tests: a case is closed, and monitored unless said otherwise."""

from datetime import date
from typing import Any

from httpx import Response

from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.endings import add_final_assessment, closure, make_assisted, version_of
from tests.factories.people import HERE, Person, World

CHECK = {"mode": "visit", "situation": "Rodzina radzi sobie; „bez zmian”.", "risk": "none"}
END = {"outcome": "Sytuacja stabilna.", "retention_category": "B-10"}


async def closed(api: Api, world: World, **changes: Any) -> MadeCase:
    """Close a case, with monitoring unless said otherwise."""
    made = await make_assisted(world)
    await add_final_assessment(world, made)
    said = {"kind": "closure", "closure_reason": "goals_achieved"}
    await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/closure"
    response = await api.as_(HERE.manager).post(path, closure(api, **changes), version=version)
    assert response.status_code == 201, response.text
    return made


async def shown(api: Api, made: MadeCase, person: Person = HERE.assistant) -> dict[str, Any]:
    """Read the monitoring."""
    response = await api.as_(person).get(f"/cases/{made.case}/monitoring")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def check(api: Api, made: MadeCase, on: date, **changes: Any) -> Response:
    """Record a check as the assistant."""
    said = CHECK | {"checked_on": on.isoformat()} | changes
    return await api.as_(HERE.assistant).post(f"/cases/{made.case}/monitoring-checks", said)


async def end(api: Api, world: World, made: MadeCase, on: date, **changes: Any) -> Response:
    """End the monitoring as the manager."""
    said = END | {"ended_on": on.isoformat()} | changes
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/monitoring-end"
    return await api.as_(HERE.manager).post(path, said, version=version)
