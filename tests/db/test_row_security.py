"""Row security by centre: no scope, no rows; another centre can't be seen, written or joined."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from app.db.base import metadata
from app.db.schema import PUBLIC_TABLES, is_append_only
from app.db.session import Database
from app.domain import rooms
from app.domain.cases.rules import CaseState
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.identity.tables import Account
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.databases import MASTER
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.scopes import count, scalar, scope_of, system_scope

list(rooms("tables"))
TABLES = [table for table in metadata().sorted_tables if table.name not in PUBLIC_TABLES]
FILLED = {
    *("account", "user_session", "district", "district_worker", "data_authorisation"),
    *("family", "person", "family_case", "access_grant", "event", "audit_entry"),
}
FAMILY_TABLES = ("family", "person", "family_case", "event")


def _name(table: Table) -> str:
    return table.name


@pytest.fixture(scope="module")
async def filled(kept_url: str) -> str:
    """Return the address of a database with a committed case in each centre."""
    database = Database(kept_url, MASTER)
    world = World(database, TestClock())
    for town in (HERE, ELSEWHERE):
        made = await make_case(world, CaseState.ASSIGNED, town)
        async with world.acting(town) as act:
            kind = EventType.ASSISTANT_ASSIGNED
            emit(act, kind, family_id=made.family, subject_id=made.case, case_id=made.case)
    await database.close()
    return kept_url


@pytest.fixture
def settled(pools: Database, filled: str) -> Database:
    """Return the pooled database with a committed case in each centre."""
    assert filled
    return pools


@pytest.fixture
async def raw(filled: str) -> Any:
    """Return a bare connection of the application's login, with no scope at all."""
    connection = await asyncpg.connect(filled)
    yield connection
    await connection.close()


async def test_without_a_scope_there_are_no_rows(raw: Any) -> None:
    for table in TABLES:
        found = await raw.fetchval(f'SELECT count(*) FROM "{table.name}"')
        assert found == 0, f"{table.name} shows rows to a connection without a scope"
    assert await raw.fetchval("SELECT count(*) FROM centre") == 2, "offices are public"


async def test_without_a_scope_nothing_can_be_written(raw: Any) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await raw.execute(
            "INSERT INTO district (centre_id, id, name) VALUES ($1, gen_random_uuid(), 'x')",
            HERE.id,
        )
    assert await raw.execute("UPDATE account SET active = false") == "UPDATE 0"


# Attempts to sign in are forgotten after a day: counts, no records.
LASTING = [table for table in TABLES if not table.info.get("transient")]


@pytest.mark.parametrize("table", LASTING, ids=_name)
async def test_nothing_can_be_deleted(raw: Any, table: Table) -> None:
    for command in ("DELETE FROM", "TRUNCATE"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await raw.execute(f'{command} "{table.name}"')


@pytest.mark.parametrize("name", sorted(t.name for t in TABLES if is_append_only(t)))
async def test_what_happened_can_not_be_rewritten(raw: Any, name: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await raw.execute(f'UPDATE "{name}" SET centre_id = centre_id')


async def test_another_centre_is_invisible(settled: Database) -> None:
    for scope in (system_scope(), scope_of(HERE.manager)):
        async with settled.begin(scope) as session:
            for table in TABLES:
                foreign = await count(session, table.name, "centre_id <> :here", here=HERE.id)
                assert foreign == 0, f"{table.name} shows rows of another centre"
            for name in FILLED:
                assert await count(session, name) > 0, f"{name} is empty: this test proves nothing"


async def test_another_centre_can_not_be_updated(settled: Database) -> None:
    async with settled.begin(system_scope()) as session:
        for table in TABLES:
            if not is_append_only(table):
                query = f'UPDATE "{table.name}" SET centre_id = centre_id WHERE centre_id = :there'
                done = await session.execute(text(query), {"there": ELSEWHERE.id})
                assert done.rowcount == 0, table.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["account", "district", "family", "family_case"])
async def test_a_row_can_not_move_to_another_centre(settled: Database, name: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with settled.begin(system_scope()) as session:
            await session.execute(
                text(f'UPDATE "{name}" SET centre_id = :there'), {"there": ELSEWHERE.id}
            )


async def test_a_row_can_not_be_put_into_another_centre(settled: Database) -> None:
    account = Account(
        centre_id=ELSEWHERE.id, login="x", full_name="X", roles=["manager"], password_hash="!"
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with settled.begin(system_scope()) as session:
            session.add(account)


async def test_a_new_row_gets_the_centre_of_its_scope(settled: Database) -> None:
    account = Account(login="new", full_name="Nowa", roles=["manager"], password_hash="!")
    async with settled.begin(system_scope()) as session:
        session.add(account)
        await session.flush()
        assert account.centre_id == HERE.id
        assert await count(session, "account", "id = :id", id=account.id) == 1
        await session.rollback()


async def test_what_happened_in_the_office_is_seen_by_the_manager_alone(pools: Database) -> None:
    told = "INSERT INTO office_event (centre_id, id, created_by, type, subject_id, on_date)"
    values = " VALUES (app.centre(), uuidv7(), :by, 'password_changed', uuidv7(), app.today())"
    own = {"by": HERE.assistant.id}
    async with pools.begin(scope_of(HERE.assistant)) as session:
        await session.execute(text(told + values), own)
        assert await count(session, "office_event") == 0
    async with pools.begin(scope_of(HERE.manager)) as session:
        assert await count(session, "office_event", "created_by = :by", **own) == 1
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with pools.begin(scope_of(HERE.other_assistant)) as session:
            await session.execute(text(told + values), own)


async def test_a_superuser_login_is_bound_as_well(superuser_url: str, kept_url: str) -> None:
    url = make_url(superuser_url).set(database=make_url(kept_url).database)
    database = Database(url.render_as_string(hide_password=False), MASTER)
    await database.open()
    async with database.begin(system_scope()) as session:
        assert await scalar(session, "SELECT current_user") == "asysta_app"
        assert await count(session, "account", "centre_id <> :here", here=HERE.id) == 0
    assert await database._pool.fetchval("SELECT count(*) FROM account") == 0
    await database.close()
