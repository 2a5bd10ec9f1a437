"""A read replica: it spares the primary, and nobody reads an older state for it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from app.db.failures import Unavailable, meaning
from app.db.replica import REST_S
from app.db.session import Database, NotEntered, Scope
from app.db.types import new_id
from app.db.views import View
from app.domain.directory.tables import District
from app.domain.identity.tables import UserSession
from tests.factories.databases import MASTER, new_database
from tests.factories.people import HERE, settle_world
from tests.factories.postgres import Postgres, replicated
from tests.factories.scopes import scope_of

# Whether a replica answers, and every name of a district that it knows.
NAMES = View("SELECT json_build_array(pg_is_in_recovery(), array_agg(name))::text FROM district")
WHERE = View("SELECT pg_is_in_recovery()::text")
NOTED = View(
    "SELECT (app.note_reading(app.centre(), 'family', app.centre()) AND pg_is_in_recovery())::text"
)


Pair = tuple[Postgres, Postgres, str, str]


@contextmanager
def running() -> Iterator[Pair]:
    """Run a primary with our schema and its replica; yield both, and the application's URLs."""
    with replicated() as (primary, standby):
        url = asyncio.run(new_database(primary.url(), "replicated"))
        asyncio.run(settle_world(url))
        yield primary, standby, url, url.replace(primary.host, standby.host)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Return a pair that the tests of this file share: each finds the replica replaying."""
    with running() as made:
        yield made


@pytest.fixture
def parting() -> Iterator[Pair]:
    """Return a pair that one test may part."""
    with running() as made:
        yield made


@pytest.fixture
async def database(pair: Pair) -> AsyncIterator[Database]:
    """Return the application's database with its replica, which has caught up."""
    _, standby, url, replica = pair
    database = Database(url, MASTER, reads=4, writes=4, replica=replica)
    await standby.ask("SELECT pg_wal_replay_resume()")
    await until_answered_by_replica(database)
    yield database
    await database.close()


async def until_answered_by_replica(database: Database) -> None:
    """Read until the replica has caught up and is used."""
    deadline = time.monotonic() + REST_S + 20
    while await database.read(scope_of(HERE.manager), WHERE) != "true":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def write(database: Database) -> str:
    """Write something that a list shows, and return it."""
    name = f"Rejon {new_id()}"
    async with database.begin(scope_of(HERE.manager)) as session:
        session.add(District(name=name))
    return name


async def test_a_view_that_writes_goes_to_the_primary(database: Database) -> None:
    assert not WHERE.writes
    assert NOTED.writes
    assert await database.read(scope_of(HERE.manager), WHERE) == "true"
    assert await database.read(scope_of(HERE.manager), NOTED) == "false"


async def test_every_function_that_writes_is_known(
    pair: Pair,
) -> None:
    found = await pair[0].ask(
        """SELECT array_agg('app.' || p.proname) FROM pg_proc p
             JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'app'
            WHERE p.prorettype <> 'trigger'::regtype
              AND coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)
                  ~* '\\m(insert|update|delete|truncate|merge|nextval)\\M'""",
        database="replicated",
    )
    assert isinstance(found, list)
    assert "app.note_reading" in found
    assert [name for name in found if not View(f"SELECT {name}()").writes] == []


async def test_who_has_written_reads_it_at_once(database: Database) -> None:
    """Two hundred times, while others write and read as well."""
    by_replica = 0

    async def write_and_read() -> None:
        nonlocal by_replica
        for _ in range(25):
            name = await write(database)
            said = await database.read(scope_of(HERE.assistant), NAMES)
            assert name in said
            by_replica += said.startswith("[true")

    await asyncio.gather(*(write_and_read() for _ in range(8)))
    assert by_replica > 0, "nothing was proven: the primary has answered everything"


async def test_a_replica_that_is_behind_is_passed_over(database: Database, pair: Pair) -> None:
    await pair[1].ask("SELECT pg_wal_replay_pause()")
    name = await write(database)
    said = await database.read(scope_of(HERE.manager), NAMES)
    assert name in said
    assert said.startswith("[false")
    await pair[1].ask("SELECT pg_wal_replay_resume()")
    await until_answered_by_replica(database)
    assert name in await database.read(scope_of(HERE.manager), NAMES)


async def _end(database: Database, scope: Scope, session: UUID) -> None:
    async with database.begin(scope) as opened:
        found = await opened.get_one(UserSession, (scope.centre, session))
        found.ended_at = found.expires_at


async def test_who_has_signed_out_reads_nothing_from_a_replica_that_does_not_know(
    database: Database, pair: Pair
) -> None:
    base = scope_of(HERE.manager)
    async with database.begin(base) as opened:
        kept = await opened.get_one(UserSession, (base.centre, HERE.manager.session_id))
        another = UserSession(account_id=HERE.manager.id, expires_at=kept.expires_at)
        opened.add(another)
    scope = scope_of(HERE.manager, session=another.id)
    await until_answered_by_replica(database)
    assert await database.read(scope, WHERE) == "true"
    await pair[1].ask("SELECT pg_wal_replay_pause()")
    await _end(database, base, another.id)
    with pytest.raises(NotEntered, match="session_ended"):
        await database.read(scope, WHERE)


async def test_a_replica_that_is_gone_costs_nothing_and_is_used_again(
    database: Database, pair: Pair
) -> None:
    _, standby, _, _ = pair
    standby.stop()
    began = time.monotonic()
    for _ in range(20):
        assert await database.read(scope_of(HERE.manager), WHERE) == "false"
    assert time.monotonic() - began < 3
    standby.start("cluster_name=standby")
    await until_answered_by_replica(database)


async def test_a_silent_replica_is_waited_for_once(
    pair: Pair,
) -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1024):
            pass
        writer.close()

    silent = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    database = Database(pair[2], MASTER, replica=f"postgresql://u:p@127.0.0.1:{port}/replicated")
    spent = []
    for _ in range(3):
        began = time.monotonic()
        assert await database.read(scope_of(HERE.manager), WHERE) == "false"
        spent.append(time.monotonic() - began)
    assert 0.9 < spent[0] < 2.5
    assert max(spent[1:]) < 0.9
    await database.close()
    silent.close()
    await asyncio.sleep(0.1)


async def test_a_commit_that_no_standby_confirms_ends_in_time(
    pair: Pair,
) -> None:
    primary, _, url, _ = pair
    database = Database(url, MASTER, timeout_ms=700)
    name = await write(database)
    await primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'gone'")
    await primary.ask("SELECT pg_reload_conf()")
    began = 0.0

    async def write_on() -> None:
        nonlocal began
        for _ in range(1000):  # until the setting has arrived
            began = time.monotonic()
            await write(database)

    with pytest.raises(TimeoutError) as late:
        await write_on()
    assert meaning(late.value) == Unavailable()
    assert time.monotonic() - began < 3
    await primary.ask("ALTER SYSTEM RESET synchronous_standby_names")
    await primary.ask("SELECT pg_reload_conf()")
    await asyncio.sleep(0.5)
    assert name in await database.read(scope_of(HERE.manager), NAMES)
    await write(database)
    await database.close()


async def test_a_replica_that_was_promoted_answers_no_more(
    parting: Pair,
) -> None:
    primary, standby, url, replica = parting
    database = Database(url, MASTER, replica=replica)
    await until_answered_by_replica(database)
    await standby.ask("SELECT pg_promote()")
    name = await write(database)
    said = await database.read(scope_of(HERE.manager), NAMES)
    assert name in said
    assert await primary.ask("SELECT 1") == 1
    await database.close()
