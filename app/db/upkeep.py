"""Upkeep: what has served its time goes, so that nothing is kept longer than it is needed (K1).

Kept answers of creating requests, used or expired tokens, and sessions that are over: none of them
is a record of a family, and what the audit says of them stays. The application may delete none of
it, so it runs as the owner, as `vault.renewal` does: in short transactions that each take the force
of row security from one table. Whatever interrupts it, what is done stays done; a second run finds
nothing to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

BATCH = 1000
LOCK_WAIT = "2s"  # requests wait no longer than this for a batch, which waits for them instead
Step = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A table and which of its rows `x` are over; $1 is the instant before which they ended."""

    table: str
    over: str
    kept_for: timedelta


# Whoever has failed is forgotten a day after they may try again, in each centre in use by itself
# (app/domain/attempts); these are of centres that nobody uses, and of none.
ATTEMPTS_FOR = timedelta(days=1)
MESSAGES_FOR = timedelta(days=30)  # how far back a webhook can be told again


def kinds(answers_for: timedelta, tokens_for: timedelta) -> tuple[Kind, ...]:
    """Name the tables in the order in which they point to each other."""
    return (
        Kind("idempotency_key", "x.at < $1", answers_for),
        Kind("attempt", "x.free_at < $1", ATTEMPTS_FOR),
        Kind("webhook_delivery", "x.settled_at < $1", MESSAGES_FOR),
        Kind("federated_sign_in", "x.expires_at < $1", tokens_for),
        Kind("refresh_token", "x.expires_at < $1", tokens_for),
        Kind("password_reset", "x.expires_at < $1", tokens_for),
        Kind(
            "user_session",
            "least(x.ended_at, x.expires_at) < $1 AND NOT EXISTS (SELECT FROM refresh_token t"
            " WHERE t.centre_id = x.centre_id AND t.session_id = x.id)",
            tokens_for,
        ),
    )


async def tidy(
    owner: asyncpg.Connection,
    now: datetime,
    step: Step,
    *,
    answers_for: timedelta,
    tokens_for: timedelta,
) -> dict[str, int]:
    """Delete what was over by `now` for longer than it is kept; return how many rows of what.

    A session stays while a token of it is kept. `step` is told of each batch.
    """
    found: dict[str, int] = {}
    for kind in kinds(answers_for, tokens_for):
        found[kind.table] = 0
        gone = BATCH
        while gone == BATCH:
            gone = await _batch(owner, kind, now - kind.kept_for)
            found[kind.table] += gone
            step(kind.table, gone)
    return found


async def _batch(owner: asyncpg.Connection, kind: Kind, before: datetime) -> int:
    # Row security of the other table would hide the tokens that keep a session.
    tables = {kind.table, "refresh_token"} if kind.table == "user_session" else {kind.table}
    async with owner.transaction():
        await owner.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        await owner.execute("SET LOCAL ROLE asysta_owner")
        for table in sorted(tables):
            await owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        done = await owner.execute(
            f"DELETE FROM {kind.table} WHERE ctid = ANY (ARRAY("
            f"SELECT x.ctid FROM {kind.table} x WHERE {kind.over} LIMIT {BATCH} FOR UPDATE))",
            before,
        )
        for table in sorted(tables):
            await owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return int(done.split()[-1])
