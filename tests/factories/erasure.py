"""Files at their end: archived cases, holds, requests for erasure, and all that a file says."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.base import metadata
from app.db.sensitive import erased_columns
from app.db.vault.ring import MARK
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.closures.tables import ArchivedCase
from app.domain.retention import rules
from tests.factories.api import Api
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import HERE, Town, World
from tests.factories.rights import receive

OVER = date(2026, 3, 10)
HELD = {"reason": "court", "reference": "III Nsm 14/26", "set_on": "2026-03-10"}
GRANTED = {"ground": "retention_over", "identity_confirmed": True}


async def make_archived(
    world: World, until: date | None = OVER, town: Town = HERE, category: str = "B-10"
) -> MadeCase:
    """Put a case into the archive years ago; `until` is the first day without need of it."""
    made = await make_case(world, CaseState.ARCHIVED, town)
    async with world.acting(town) as act:
        act.add(
            ArchivedCase(
                case_id=made.case,
                family_id=made.family,
                archived_on=date(2015, 12, 1),
                retention_category=category,
                retention_until=until,
            )
        )
    return made


async def make_ended(
    world: World, state: CaseState, closed_on: date | None, older: MadeCase | None = None
) -> MadeCase:
    """Put a case into a state without a row in the archive; the later one of a family, if said."""
    made = older or await make_case(world, state)
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        if older:
            case = Case(
                family_id=made.family,
                state=state,
                opened_on=act.today,
                social_worker_id=case.social_worker_id,
            )
            act.add(case)
        case.closed_on = closed_on
    return made


async def hold(api: Api, made: MadeCase, **said: Any) -> dict[str, Any]:
    """Hold a file as the manager; return the hold."""
    path = f"/families/{made.family}/legal-holds"
    answer = await api.as_(HERE.manager).post(path, HELD | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lift(api: Api, held: dict[str, Any], **said: Any) -> Any:
    """Lift a hold as the manager."""
    path = f"/legal-holds/{held['id']}/lifting"
    body = {"lifted_on": "2026-03-10"} | said
    return await api.as_(HERE.manager).post(path, body, version=held["version"])


async def grant(
    api: Api, made: MadeCase, request: dict[str, Any] | None = None, **said: Any
) -> Any:
    """Grant the mother's request for erasure: the one that is there, or one received now."""
    request = request or await receive(api, made.mother, kind="erasure")
    path = f"/rights-requests/{request['id']}/erasure"
    return await api.as_(HERE.manager).post(path, GRANTED | said, version=request["version"])


async def rows_of(world: World, family: UUID, table: str) -> list[dict[str, Any]]:
    """Return the rows of a file in a table as they lie there."""
    column = {"family": "id", "rights_request": "person_id"}.get(table, "family_id")
    among = "SELECT p.id FROM person p WHERE p.family_id = :family"
    key = f"x.{column} IN ({among})" if column == "person_id" else f"x.{column} = :family"
    query = f'SELECT to_jsonb(x)::text FROM "{table}" x WHERE {key}'
    async with world.acting() as act:
        found = await act.session.scalars(text(query), {"family": family})
        return [json.loads(row) for row in found]


async def written(world: World, family: UUID) -> dict[str, list[str]]:
    """Return every text of a file that erasure must take, as it lies there, by table and column."""
    found: dict[str, list[str]] = {}
    for table in (t for t in metadata().sorted_tables if erased_columns(t)):
        for row in await rows_of(world, family, table.name):
            for column in erased_columns(table):
                texts = [said for said in _texts(row[column]) if said not in rules.codes()]
                found.setdefault(f"{table.name}.{column}", []).extend(texts)
    return {place: texts for place, texts in found.items() if texts}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif isinstance(value, str) and (MARK in value or not rules.is_fact(value)):
        yield value
