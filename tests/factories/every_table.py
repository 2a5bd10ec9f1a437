"""A database with a row in every table for each family, in each relation to the people we know.

What the rows say means nothing: checks and keys to other tables are dropped, so that any value
fits, and row security alone is left to be looked at.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
from sqlalchemy.engine import make_url

from app.domain.access.rules import GrantReason
from tests.factories.databases import new_database
from tests.factories.people import ELSEWHERE, HERE, Person, Town, settle_world
from tests.factories.scopes import TODAY, scope_of

_SPACE = UUID("6ba7b815-9dad-11d1-80b4-00c04fd430c8")
_DAY = timedelta(days=1)
_ENTER = "SELECT app.enter($1, $2, $3, $4, $5, $6, $7)"
# A value for each type that must have one.
VALUES: dict[str, Any] = {
    **dict.fromkeys(("text", "character varying", "character"), "x"),
    **dict.fromkeys(("integer", "smallint", "bigint", "numeric", "double precision"), 1),
    **dict.fromkeys(("jsonb", "json", "text[]", "uuid[]", "integer[]", "date[]"), ()),
    "boolean": False,
    "date": str(TODAY),
    "time without time zone": "10:00",
    "timestamp with time zone": f"{TODAY}T10:00:00Z",
    "interval": "1 day",
    "daterange": "empty",
    "uuid": str(uuid5(_SPACE, "any")),
    "bytea": "\\x00",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A family: where it lives, and who was given it from when until before when."""

    name: str
    town: Town = HERE
    district: UUID | None = None
    to: Person | None = None
    reason: GrantReason = GrantReason.ASSIGNMENT
    first: date = TODAY - 30 * _DAY
    end: date | None = None

    @property
    def id(self) -> UUID:
        """Return the family's id, the same in each run."""
        return uuid5(_SPACE, self.name)


SUBSTITUTION = GrantReason.SUBSTITUTION
FAMILIES = (
    Known("own", to=HERE.assistant),
    Known("colleague's", to=HERE.other_assistant),
    Known("transferred today", to=HERE.assistant, end=TODAY),
    Known("substituted", to=HERE.assistant, reason=SUBSTITUTION, first=TODAY, end=TODAY + _DAY),
    Known("substituted from tomorrow", to=HERE.assistant, reason=SUBSTITUTION, first=TODAY + _DAY),
    Known("monitored", to=HERE.assistant, reason=GrantReason.MONITORING),
    Known("district's", district=HERE.district),
    Known("other district's", district=HERE.other_district),
    Known("recorded", to=HERE.social_worker, reason=GrantReason.RECORDED),
    Known("placed", to=HERE.coordinator, reason=GrantReason.PLACEMENT),
    Known("placed with another", to=HERE.other_coordinator, reason=GrantReason.PLACEMENT),
    Known("nobody's"),
    Known("elsewhere", ELSEWHERE, ELSEWHERE.district, ELSEWHERE.assistant),
)
SEEN: dict[Person, set[str]] = {
    HERE.assistant: {"own", "substituted", "monitored"},
    HERE.other_assistant: {"colleague's"},
    HERE.social_worker: {"district's", "recorded"},
    HERE.other_social_worker: {"other district's"},
    HERE.coordinator: {"placed"},
    HERE.other_coordinator: {"placed with another"},
    HERE.manager: {family.name for family in FAMILIES if family.town is HERE},
    ELSEWHERE.manager: {"elsewhere"},
    ELSEWHERE.assistant: {"elsewhere"},
    ELSEWHERE.other_assistant: set(),
}
# Filled once for each name in a process; who forks takes it along.
FILLED: dict[str, str] = {}


async def filled_database(superuser_url: str, name: str) -> str:
    """Return the superuser's address of a database with rows in every table."""
    if name not in FILLED:
        await settle_world(await new_database(superuser_url, name))
        url = make_url(superuser_url).set(database=name).render_as_string(hide_password=False)
        async with connected(url) as connection:
            await _loosen(connection)
            await _fill(connection)
        FILLED[name] = url
    return FILLED[name]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """Connect as the superuser."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def acting_as(connection: Any, person: Person | None) -> AsyncIterator[None]:
    """Be the application with a person's request (None: no scope); all is rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SET LOCAL ROLE asysta_app")
        if person is not None:
            assert await connection.fetchval(_ENTER, *scope_of(person).arguments()) == "ok"
        yield
    finally:
        await transaction.rollback()


async def _loosen(connection: Any) -> None:
    """Drop what would refuse meaningless values: row security is all that is looked at here."""
    for found in await connection.fetch(
        "SELECT conrelid::regclass::text AS of, quote_ident(conname) AS name FROM pg_constraint"
        " WHERE contype IN ('c', 'f', 'u', 'x') AND conrelid <> 0"
        " AND connamespace = 'public'::regnamespace ORDER BY contype <> 'f'"
    ):
        await connection.execute(f"ALTER TABLE {found['of']} DROP CONSTRAINT {found['name']}")
    for found in await connection.fetch(
        "SELECT indexrelid::regclass::text AS name FROM pg_index"
        " JOIN pg_class c ON c.oid = indrelid WHERE indisunique AND NOT indisprimary"
        " AND c.relnamespace = 'public'::regnamespace"
    ):
        await connection.execute(f"DROP INDEX {found['name']}")


async def _fill(connection: Any) -> None:
    columns = await connection.fetch(
        "SELECT c.relname AS of, a.attname AS name, format_type(a.atttypid, NULL) AS type,"
        " a.attnotnull AND NOT a.atthasdef AS needed FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    )
    tables: dict[str, dict[str, str | None]] = {}
    for found in columns:
        tables.setdefault(found["of"], {})[found["name"]] = (
            found["type"] if found["needed"] else None
        )
    await connection.execute("SET session_replication_role = replica")  # the audit stays out
    for family in FAMILIES:
        for table, types in tables.items():
            if table != "centre":
                await _put(connection, table, types, family)


async def _put(connection: Any, table: str, types: dict[str, str | None], family: Known) -> None:
    """Add one row of a family to a table, or of the centre where a table knows no family."""
    row: dict[str, Any] = {name: VALUES[type_] for name, type_ in types.items() if type_}
    row |= {"centre_id": family.town.id, "id": uuid4(), "family_id": family.id}
    if table == "family":
        row |= {"id": family.id, "surname": family.name, "district_id": family.district}
    if table == "access_grant":
        row |= {"account_id": family.to.id if family.to else uuid4(), "reason": family.reason}
        row |= {"valid_from": family.first, "valid_to": family.end}
    unique = {n: str(uuid4()) for n in ("login", "key", "token_hash", "code") if types.get(n)}
    row = {name: value for name, value in (row | unique).items() if name in types}
    names = ", ".join(f'"{name}"' for name in row)
    await connection.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM'
        f' jsonb_populate_record(NULL::"{table}", $1) ON CONFLICT DO NOTHING',
        json.dumps(row, default=str),
    )
