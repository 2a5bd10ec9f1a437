"""A scope belongs to one transaction: the next borrower of the connection finds nothing of it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database, NotEntered
from app.db.views import View
from app.domain.identity.queries import ME
from tests.factories.databases import MASTER
from tests.factories.people import ELSEWHERE, HERE
from tests.factories.scopes import count, scalar, scope_of, system_scope

SETTINGS = ("centre", "account", "request", "operation", "today", "sees_all")
ALL = View("SELECT count(*)::text FROM account")
LEFT = " || ".join(f"coalesce(current_setting('app.{name}', true), '')" for name in SETTINGS)


class Rollback(Exception):
    """Something went wrong in a command."""


@pytest.fixture
async def single(kept_url: str) -> AsyncIterator[Database]:
    """Return a database with one connection for commands and one for views."""
    database = Database(kept_url, MASTER, reads=1, writes=1)
    await database.open()
    yield database
    await database.close()


async def _next_borrower(database: Database) -> tuple[str, int]:
    """Say what a borrower without a scope finds: settings left behind, rows."""
    async with database._engine.connect() as connection:
        left = str((await connection.execute(text(f"SELECT {LEFT}"))).scalar())
        rows = int((await connection.execute(text("SELECT count(*) FROM account"))).scalar() or 0)
    return left, rows


async def test_nothing_is_left_after_a_commit(single: Database) -> None:
    async with single.begin(scope_of(HERE.manager)) as session:
        assert await count(session, "account") > 0
    assert await _next_borrower(single) == ("", 0)


async def test_nothing_is_left_after_a_failure(single: Database) -> None:
    async def fail() -> None:
        async with single.begin(scope_of(HERE.manager)) as session:
            assert await count(session, "account") > 0
            raise Rollback

    with pytest.raises(Rollback):
        await fail()
    assert await _next_borrower(single) == ("", 0)


async def test_nothing_is_left_after_a_view(single: Database) -> None:
    assert int(await single.read(scope_of(HERE.manager), ALL)) > 0
    assert await single._pool.fetchval("SELECT count(*) FROM account") == 0
    assert await single._pool.fetchval(f"SELECT {LEFT}") == ""


async def test_each_transaction_of_a_session_enters_its_scope_anew(single: Database) -> None:
    async with AsyncSession(
        single._engine,
        sync_session_class=single._sessions.kw["sync_session_class"],
        info={"scope": scope_of(HERE.manager)},
    ) as session:
        for _ in range(2):
            assert await count(session, "account") > 0
            await session.commit()
    assert await _next_borrower(single) == ("", 0)


async def test_a_session_without_a_scope_does_not_begin(single: Database) -> None:
    with pytest.raises(KeyError):
        async with single._sessions() as session:
            await session.execute(text("SELECT 1"))


async def test_borrowers_of_two_centres_never_mix(kept_url: str) -> None:
    database = Database(kept_url, MASTER, reads=2, writes=2)
    await database.open()

    async def ask(turn: int) -> None:
        town = (HERE, ELSEWHERE)[turn % 2]
        async with database.begin(scope_of(town.manager)) as session:
            assert await scalar(session, "SELECT app.centre()") == town.id
            await asyncio.sleep(0)
            assert await count(session, "account", "centre_id <> :id", id=town.id) == 0
        assert town.manager.name in await database.read(scope_of(town.assistant), _LOGINS)
        assert str(town.manager.id) in await database.read(scope_of(town.manager), ME)

    await asyncio.gather(*(ask(turn) for turn in range(40)))
    await database.close()


_LOGINS = View("SELECT string_agg(login, ' ') FROM account")


async def test_a_view_reads_nothing_where_the_scope_is_refused(single: Database) -> None:
    with pytest.raises(NotEntered, match="session_ended"):
        await single.read(scope_of(HERE.manager, session=uuid4()), ALL)


async def test_a_command_does_not_begin_where_the_scope_is_refused(single: Database) -> None:
    with pytest.raises(NotEntered, match="session_ended"):
        async with single.begin(scope_of(HERE.manager, session=uuid4())) as session:
            await session.execute(text("SELECT 1"))
    async with single.begin(system_scope()) as session:
        assert await scalar(session, "SELECT app.account()") is None
