"""Upkeep: what is over for long enough goes, all else stays, a second run finds nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from app.db import upkeep
from tests.factories.people import HERE

NOW = datetime(2020, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def owner(superuser_url: str, kept_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Connect as an administrator, who may become the owner; what is put is taken back."""
    name = make_url(kept_url).database
    url = make_url(superuser_url).set(database=name)
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    await connection.execute("SELECT set_config('app.operation', 'test', false)")
    await _tidy(connection, NOW + 10 * DAY)
    yield connection
    await _tidy(connection, NOW + 10 * DAY)
    await connection.close()


async def _tidy(connection: asyncpg.Connection, now: datetime = NOW) -> dict[str, int]:
    return await upkeep.tidy(
        connection, now, lambda _table, _gone: None, answers_for=DAY, tokens_for=DAY
    )


async def _answer(connection: asyncpg.Connection, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO idempotency_key (centre_id, account_id, key, request_hash, at)"
        " VALUES ($1, $2, $3, 'x', $4)",
        *(HERE.id, HERE.manager.id, uuid4().hex, at),
    )


async def _session(
    connection: asyncpg.Connection, expires: datetime, ended: datetime | None = None
) -> UUID:
    session = uuid4()
    await connection.execute(
        "INSERT INTO user_session (centre_id, id, account_id, expires_at, ended_at,"
        " enrol_only) VALUES ($1, $2, $3, $4, $5, false)",
        *(HERE.id, session, HERE.manager.id, expires, ended),
    )
    return session


async def _token(connection: asyncpg.Connection, session: UUID, expires: datetime) -> None:
    await connection.execute(
        "INSERT INTO refresh_token (centre_id, id, session_id, token_hash, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        *(HERE.id, uuid4(), session, uuid4().hex, expires),
    )


async def _count(connection: asyncpg.Connection, table: str, where: str, *values: Any) -> int:
    found: int = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {where}", *values)
    return found


@pytest.mark.parametrize(("at", "gone"), [(NOW - DAY - SECOND, 1), (NOW - DAY, 0)])
async def test_an_answer_is_kept_for_its_hours(
    owner: asyncpg.Connection, at: datetime, gone: int
) -> None:
    await _answer(owner, at)
    assert (await _tidy(owner))["idempotency_key"] == gone
    assert (await _tidy(owner))["idempotency_key"] == 0


@pytest.mark.parametrize(
    ("expires", "ended", "gone"),
    [
        (NOW - DAY - SECOND, None, 1),
        (NOW - DAY, None, 0),
        (NOW + DAY, NOW - DAY - SECOND, 1),
        (NOW + DAY, NOW - DAY, 0),
    ],
)
async def test_a_session_goes_when_it_is_over_for_its_hours(
    owner: asyncpg.Connection, expires: datetime, ended: datetime | None, gone: int
) -> None:
    session = await _session(owner, expires, ended)
    assert (await _tidy(owner))["user_session"] == gone
    assert await _count(owner, "user_session", "id = $1", session) == 1 - gone
    assert await _count(owner, "user_session", "expires_at > '2090-01-01'") > 0


async def test_a_session_stays_while_a_token_of_it_is_kept(owner: asyncpg.Connection) -> None:
    session = await _session(owner, NOW - 2 * DAY)
    await _token(owner, session, NOW)
    found = await _tidy(owner)
    assert (found["refresh_token"], found["user_session"]) == (0, 0)
    found = await _tidy(owner, NOW + DAY + SECOND)
    assert (found["refresh_token"], found["user_session"]) == (1, 1)


@pytest.mark.parametrize(("expires", "gone"), [(NOW - DAY - SECOND, 1), (NOW - DAY, 0)])
async def test_a_sign_in_at_a_provider_goes_after_its_hours(
    owner: asyncpg.Connection, expires: datetime, gone: int
) -> None:
    await owner.execute(
        "INSERT INTO federated_sign_in (centre_id, id, state_hash, browser_hash, nonce, verifier,"
        " expires_at) VALUES ($1, gen_random_uuid(), $2, 'x', 'x', 'x', $3)",
        *(HERE.id, uuid4().hex, expires),
    )
    assert (await _tidy(owner))["federated_sign_in"] == gone


@pytest.mark.parametrize(("free", "gone"), [(NOW - DAY - SECOND, 1), (NOW - DAY, 0)])
@pytest.mark.parametrize("centre", [HERE.id, UUID(int=0), uuid4()], ids=["one", "none", "unknown"])
async def test_who_has_failed_is_forgotten_after_a_day_in_whatever_centre(
    owner: asyncpg.Connection, centre: UUID, free: datetime, gone: int
) -> None:
    await owner.execute(
        "INSERT INTO attempt (centre_id, key, failures, free_at) VALUES ($1, $2, 1, $3)",
        *(centre, uuid4().hex, free),
    )
    assert (await _tidy(owner))["attempt"] == gone


@pytest.mark.parametrize(
    ("settled", "gone"),
    [(NOW - 30 * DAY - SECOND, 1), (NOW - 30 * DAY, 0), (None, 0)],
    ids=["older", "thirty days", "waiting"],
)
async def test_a_message_to_a_webhook_goes_thirty_days_after_it_was_settled(
    owner: asyncpg.Connection, settled: datetime | None, gone: int
) -> None:
    put = owner.transaction()
    await put.start()
    await owner.execute("SET LOCAL session_replication_role = replica")  # no webhook is needed
    await owner.execute(
        "INSERT INTO webhook_delivery (centre_id, id, webhook_id, event_id, type, partition,"
        " happened_at, state, attempts, next_at, settled_at) VALUES ($1, gen_random_uuid(), $2,"
        " $2, 'ping', $2, $3, $4, 1, $3, $5)",
        *(HERE.id, uuid4(), NOW - 90 * DAY, "delivered" if settled else "waiting", settled),
    )
    await put.commit()
    assert (await _tidy(owner))["webhook_delivery"] == gone
    await owner.execute("DELETE FROM webhook_delivery WHERE type = 'ping'")


async def test_many_rows_go_in_batches(
    owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    for _ in range(5):
        await _answer(owner, NOW - 2 * DAY)
    seen: list[int] = []
    await upkeep.tidy(
        owner,
        NOW,
        lambda table, gone: seen.append(gone) if table == "idempotency_key" else None,
        answers_for=DAY,
        tokens_for=DAY,
    )
    assert seen == [2, 2, 1]


async def test_what_an_interrupted_run_has_done_stays_done(
    owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 1)
    for _ in range(2):
        await _answer(owner, NOW - 2 * DAY)

    def stop(_table: str, _gone: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await upkeep.tidy(owner, NOW, stop, answers_for=DAY, tokens_for=DAY)
    assert await _count(owner, "idempotency_key", "at < $1", NOW) == 1
    assert (await _tidy(owner))["idempotency_key"] == 1


async def test_row_security_is_forced_again_after_it(owner: asyncpg.Connection) -> None:
    await _tidy(owner)
    assert await _count(owner, "pg_class", "relrowsecurity AND NOT relforcerowsecurity") == 0
