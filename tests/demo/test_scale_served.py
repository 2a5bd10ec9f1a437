"""Every reading operation serves what was copied in, to the manager and to each one's assistant."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi.routing import APIRoute

from app.demo.scale.load import LoadedCentre
from app.demo.scale.roster import LoadedPerson
from app.domain.actor import Role
from tests.factories.api import Caller
from tests.factories.every_table import connected
from tests.factories.named_rows import table_of
from tests.factories.routes import guards, method, operations
from tests.factories.scale import LoadedSet

READINGS = [r for r in operations() if method(r) == "GET" and guards(r)]
EACH = 2  # rows of a kind that are asked for in each centre
KINDS = {
    "family_case": "state, (SELECT count(*) FROM placement p WHERE p.case_id = family_case.id)",
    "account": "roles",
}
ROLES = "(SELECT a.roles FROM account a WHERE a.id = account_id)"
# Nobody of the staff is suspended or on leave in any life, and no life goes through these rooms.
NOTHING = {
    *("list_staff_suspensions", "list_families_without_substitute"),
    *("list_access_signs", "show_access_sign"),
}
UNUSED = {
    *("clients", "covers", "destruction", "emergencies", "identities"),
    *("notices", "retention", "rights", "webhooks"),
}
# An assistant sees a family neither before the assignment nor when the case is in the archive.
OUT_OF_SIGHT = {"assistant": {"show_consent_refusal", "show_archived_case"}, "manager": set[str]()}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of the set, as the caller of the API knows people."""

    name: str
    centre: UUID
    roles: frozenset[Role]
    id: UUID
    session_id: UUID


def _reader(centre: LoadedCentre, person: LoadedPerson) -> Any:
    role = frozenset({Role(person.role)})
    return Reader(person.login, centre.id, role, person.account, person.session)


def _room(route: APIRoute) -> str:
    return route.endpoint.__module__.rpartition(".")[2]


async def _paths(
    connection: asyncpg.Connection, centre: UUID, route: APIRoute
) -> list[tuple[str, UUID | None]]:
    """Return paths of a route with ids that are there, and whose each is: family or person."""
    path = route.path.removeprefix("/api/v1")
    named = re.findall(r"{(\w+)}", path)
    if not named:
        return [(path, None)]
    register = named == ["staff_id", "check_id"]
    table = "register_check" if register else table_of(named[-1])
    owner = await _owner(connection, table)
    kind = KINDS.get(table, ROLES if named[0] == "staff_id" else "NULL")
    rows = await connection.fetch(
        f"SELECT id, owner FROM (SELECT id, {owner} AS owner, row_number() OVER"
        f" (PARTITION BY {kind} ORDER BY md5(id::text)) AS n FROM {table} WHERE centre_id = $1) r"
        f" WHERE n <= {EACH}",
        centre,
    )
    ids = [(row["owner"], row["id"])[-len(named) :] for row in rows]
    filled = [re.sub(r"{\w+}", "{}", path).format(*pair) for pair in ids]
    return [(said, row["owner"]) for said, row in zip(filled, rows, strict=True)]


async def _owner(connection: asyncpg.Connection, table: str) -> str:
    """Return the column that says whose a row is."""
    if table in {"family", "account"}:
        return "id"
    return str(
        await connection.fetchval(
            "SELECT coalesce(max(column_name::text), 'NULL::uuid') FROM information_schema.columns"
            " WHERE table_name = $1 AND column_name IN ('family_id', 'account_id')",
            table,
        )
    )


def _empty(body: Any) -> bool:
    return body.get("items") == [] if isinstance(body, dict) else not body


def _whose(centre: LoadedCentre, role: str, owner: UUID | None) -> LoadedPerson:
    """Return who of a role has to do with a family or is the person; else the first of them."""
    hands = {case.family: case.assistant for case in centre.cases}
    people = {person.account: person for person in centre.of_role(role)}
    first = next(iter(people.values()))
    return people.get(hands.get(owner) or owner, first) if owner else first


async def _seen(caller: Caller, path: str) -> str:
    """Read; the answer fits its model, or there is none."""
    response = await caller.get(path)
    assert response.status_code in {200, 404}, f"{path}: {response.text}"
    if response.status_code == 404:
        return "absent"
    return "empty" if _empty(response.json()) else "full"


@pytest.mark.parametrize("role", ["manager", "assistant"])
async def test_every_reading_operation_serves_the_copies(
    loaded: LoadedSet, tmp_path: Path, role: str
) -> None:
    served: dict[str, Counter[str]] = {}
    async with connected(loaded.admin_url) as connection, loaded.served(tmp_path) as api:
        for route in READINGS:
            (guard,) = guards(route)
            if role not in guard.roles or _room(route) in UNUSED:
                continue
            found: Counter[str] = Counter()
            for centre in loaded.loaded.centres:
                for path, owner in await _paths(connection, centre.id, route):
                    caller = api.as_(_reader(centre, _whose(centre, role, owner)))
                    found[await _seen(caller, path)] += 1
            served[route.name] = found
    assert len(served) > 45
    assert {name for name, found in served.items() if not found["full"]} - NOTHING == OUT_OF_SIGHT[
        role
    ]
    if role == "manager":
        absent = {name for name, found in served.items() if found["absent"]}
        assert absent == {"show_archived_case", "show_closure", "show_monitoring"}
