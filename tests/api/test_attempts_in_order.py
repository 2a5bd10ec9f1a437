"""Sign-ins at once wait for each other in one order: none is refused because two wait in a ring."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.db.session import NOBODY, Database, Scope
from app.domain.act import Act
from app.domain.actor import Actor
from app.domain.attempts.rules import Keys
from app.domain.attempts.service import give_back, take_turn, take_turn_of_site
from app.domain.identity import service
from app.domain.identity.rules import WrongCredentials
from app.domain.identity.service import Lifetimes, Proven, Where, knock
from tests.factories.people import HERE, PASSWORD_HASH
from tests.factories.scopes import TODAY

LIVES = Lifetimes(idle_minutes=60, absolute_hours=12)
PATIENCE_S = 20.0
_WAITS = text("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = :pid AND NOT granted)")


class _UndoneError(Exception):
    """What was tried is not kept."""


@pytest.fixture
def keys() -> Keys:
    """Return keys that no other test counts by."""
    return Keys(uuid4().hex, uuid4().hex)


@asynccontextmanager
async def _acting(pools: Database, *, ago: timedelta = timedelta()) -> AsyncIterator[Act]:
    scope = Scope.system(HERE.id, today=TODAY, request=uuid4(), operation="test")
    async with pools.begin(scope) as session:
        now = datetime.now(UTC) - ago
        yield Act(session, Actor(NOBODY, HERE.id, None, frozenset()), TODAY, now)


async def _sign_in(pools: Database, keys: Keys, pid: asyncio.Future[int]) -> None:
    """Sign in, and undo it: this database is other tests' as well."""
    with suppress(_UndoneError):
        async with _acting(pools) as act:
            pid.set_result(
                (await act.session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            )
            proven = Proven(HERE.manager.id, PASSWORD_HASH)
            await service.sign_in(act, proven, None, LIVES, Where(keys, None))
            raise _UndoneError


async def _until_it_waits(act: Act, told: asyncio.Future[int]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        pid = await told
        while not (await act.session.execute(_WAITS, {"pid": pid})).scalar_one():
            await act.session.execute(text("SELECT pg_sleep(0.01)"))


async def test_one_person_signs_in_twice_at_once(pools: Database, keys: Keys) -> None:
    """Who comes holds their own row; who is let in waits for it, and keeps nobody waiting."""
    assert keys.site is not None
    async with _acting(pools) as act:
        await take_turn_of_site(act, keys.site)
        await take_turn(act, keys.own)
    pid = asyncio.get_running_loop().create_future()
    async with _acting(pools) as act:
        await take_turn(act, keys.own)
        let_in = asyncio.create_task(_sign_in(pools, keys, pid))
        await _until_it_waits(act, pid)
        await take_turn_of_site(act, keys.site)
    await let_in


async def test_what_is_owed_is_given_back_in_the_order_in_which_turns_are_taken(
    pools: Database, keys: Keys
) -> None:
    assert keys.site is not None
    async with _acting(pools) as act:
        await take_turn(act, keys.own)
        await take_turn_of_site(act, keys.site)

    async def repay() -> None:
        async with _acting(pools) as act:
            pid.set_result(
                (await act.session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            )
            await give_back(act, keys, 1)

    pid = asyncio.get_running_loop().create_future()
    async with _acting(pools) as act:
        await take_turn(act, keys.own)
        repaid = asyncio.create_task(repay())
        await _until_it_waits(act, pid)
        await take_turn_of_site(act, keys.site)
    await repaid


async def test_who_takes_a_turn_holds_no_old_row_of_anybody(pools: Database) -> None:
    stale, mine = uuid4().hex, uuid4().hex
    async with _acting(pools, ago=timedelta(days=3)) as act:
        await take_turn(act, stale)
    async with _acting(pools) as act:
        await take_turn(act, mine)
        async with asyncio.timeout(PATIENCE_S), _acting(pools) as other:
            await take_turn(other, stale)


async def test_who_knocks_deletes_old_rows(pools: Database, keys: Keys) -> None:
    stale = uuid4().hex
    async with _acting(pools, ago=timedelta(days=3)) as act:
        await take_turn(act, stale)
    async with _acting(pools) as act:
        await knock(act, "nikt", keys)
        left = text("SELECT count(*) FROM attempt WHERE key = :key")
        assert (await act.session.execute(left, {"key": stale})).scalar_one() == 0


async def test_a_password_that_did_not_fit_stays_counted_for_the_site(
    pools: Database, keys: Keys
) -> None:
    assert keys.site is not None
    async with _acting(pools) as act:
        await knock(act, "nikt", keys)
    with pytest.raises(WrongCredentials):
        async with _acting(pools) as act:
            await service.sign_in(act, None, None, LIVES, Where(keys, None))
    async with _acting(pools) as act:
        counted = text("SELECT count(*) FROM attempt WHERE key IN (:own, :site)")
        found = await act.session.execute(counted, {"own": keys.own, "site": keys.site})
        assert found.scalar_one() == 2
