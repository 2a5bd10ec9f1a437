"""The audit is written once, and sealed without a request waiting for another."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.schema import OWNER_ROLE
from app.db.sealing import Sealer
from app.db.session import NOBODY, Database, Scope
from tests.factories.auditing import QUICK_S, sealed_database, write
from tests.factories.databases import MASTER, of_database
from tests.factories.people import ELSEWHERE, HERE
from tests.factories.scopes import TODAY, count, scalar, system_scope


@pytest.fixture(scope="module")
def url(superuser_url: str, request: pytest.FixtureRequest) -> str:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return asyncio.run(sealed_database(superuser_url, f"asysta_{worker}_sealing"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, MASTER, reads=4, writes=8)
    yield database
    await database.close()


async def _ask(database: Database, query: str) -> Any:
    async with database.begin(system_scope()) as session:
        return await scalar(session, query)


async def _unsealed(database: Database) -> int:
    upto = "(SELECT max(upto) FROM audit_seal)"
    return int(await _ask(database, f"SELECT count(*) FROM audit_entry WHERE position > {upto}"))


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("role", [OWNER_ROLE, "postgres"])
@pytest.mark.parametrize("command", ["UPDATE {} SET centre_id = centre_id", "DELETE FROM {}"])
async def test_nobody_changes_the_audit(
    url: str, superuser_url: str, table: str, role: str, command: str
) -> None:
    name = str(make_url(url).database)
    owner = await asyncpg.connect(
        of_database(superuser_url, name), server_settings={"role": role, "app.centre": str(HERE.id)}
    )
    for statement in (command.format(table), f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"{table} is append-only"):
            await owner.execute(statement)
    await owner.close()


async def test_an_entry_is_sealed_after_its_transaction(database: Database) -> None:
    sealer = Sealer(database)
    await write(database)
    assert await _unsealed(database) == 1
    await sealer.seal(every=QUICK_S)
    assert await _unsealed(database) == 0


async def test_centres_that_somebody_has_invented_are_not_remembered(database: Database) -> None:
    database.take_used()
    for centre in (NOBODY, uuid4()):
        scope = Scope.system(centre, today=TODAY, request=uuid4(), operation="test")
        async with database.begin(scope) as session:
            await session.connection()
    assert database.take_used() == set()


async def test_a_centre_that_nobody_uses_gets_no_seal(database: Database) -> None:
    sealer = Sealer(database)
    await write(database)
    await sealer.seal(every=QUICK_S)
    seals = "SELECT count(*) FROM audit_seal"
    before = await _ask(database, seals)
    await sealer.seal([HERE.id, ELSEWHERE.id], every=QUICK_S)
    assert await _ask(database, seals) == before
    database.take_used()
    await asyncio.wait_for(sealer.seal(every=60), timeout=5)  # nothing waits, so it doesn't either


async def test_sealing_waits_for_an_older_transaction_and_no_other_waits(
    database: Database,
) -> None:
    sealer = Sealer(database)
    async with database.begin(system_scope()) as session:
        await session.execute(
            text("UPDATE account SET full_name = full_name WHERE login = 'manager'")
        )
        await asyncio.wait_for(write(database), timeout=2)
        sealing = asyncio.create_task(sealer.seal([HERE.id], every=QUICK_S))
        await asyncio.sleep(0.3)
        assert not sealing.done(), "an entry with a lower place may still come"
        assert await _unsealed(database) == 1
    await sealing
    assert await _unsealed(database) == 0


async def test_a_mark_is_drawn_before_its_transaction_has_a_number(
    url: str, superuser_url: str
) -> None:
    """Whoever got a number in between, and drew a lower place, would pass for ended."""
    owner = await asyncpg.connect(of_database(superuser_url, str(make_url(url).database)))
    marker = await asyncpg.connect(url)
    undone = owner.transaction()
    await undone.start()
    await owner.execute("ALTER SEQUENCE app.audit_position CACHE 1")  # whoever draws waits now
    marking = asyncio.create_task(marker.fetchval("SELECT mark FROM app.audit_mark()"))
    asked = "SELECT wait_event_type, backend_xid FROM pg_stat_activity WHERE pid = $1"
    async with asyncio.timeout(10):
        while (seen := await owner.fetchrow(asked, marker.get_server_pid()))[0] != "Lock":
            await owner.execute("SELECT pg_stat_clear_snapshot()")  # one per transaction else
            await asyncio.sleep(0.01)
    await undone.rollback()
    assert await marking
    assert seen[1] is None
    await marker.close()
    await owner.close()


async def test_two_sealers_seal_once(database: Database) -> None:
    await write(database, names=3)
    sealers = [Sealer(database) for _ in range(4)]
    await asyncio.gather(*(s.seal([HERE.id], every=QUICK_S) for s in sealers))
    assert await _unsealed(database) == 0
    async with database.begin(system_scope()) as session:
        doubles = "SELECT count(*) - count(DISTINCT upto) FROM audit_seal"
        assert await scalar(session, doubles) == 0


async def _seals(database: Database) -> int:
    async with database.begin(system_scope()) as session:
        return await count(session, "audit_seal")


async def test_no_entry_slips_between_two_seals(database: Database) -> None:
    """Transactions of all lengths against quick sealing: each seal must hold what lies below it."""
    dice, sealer = random.Random(7), Sealer(database)  # noqa: S311 - lengths of transactions
    done = asyncio.Event()

    async def work() -> None:
        for _ in range(12):
            async with database.begin(system_scope()) as session:
                await session.execute(
                    text("UPDATE district SET name = name || '.' WHERE id = :id"),
                    {"id": HERE.district if dice.random() < 0.1 else ELSEWHERE.district},
                )
                await session.execute(
                    text(
                        "INSERT INTO district (centre_id, id, name)"
                        " VALUES (app.centre(), gen_random_uuid(), uuidv7()::text)"
                    )
                )
                await asyncio.sleep(dice.random() * 0.05)

    async def seal() -> None:
        while not done.is_set():
            await sealer.seal([HERE.id], every=0.001)

    sealing = asyncio.create_task(seal())
    between = 0
    while between < 6:  # all in one seal proves nothing, and a busy machine may seal seldom
        before = await _seals(database)
        await asyncio.gather(*(work() for _ in range(7)))
        between += await _seals(database) - before
    done.set()
    await sealing
    await sealer.seal([HERE.id], every=QUICK_S)
    async with database.begin(system_scope()) as session:
        entries = await count(session, "audit_entry")
        sealed = await scalar(session, "SELECT sum(entries) FROM audit_seal")
    assert entries == sealed
