"""Counting an attempt in one statement, and forgetting old ones."""

from datetime import datetime

from sqlalchemy import text

from app.domain.act import Act
from app.domain.attempts.rules import FREE, WAITS

# What comes before its time changes nothing: hammering doesn't make anybody wait longer. Only who
# has to wait has a time: two attempts at once may arrive here in the other order than they began.
_TAKE = text(
    """
    INSERT INTO attempt AS a (centre_id, key, failures, free_at)
    VALUES (app.centre(), :key, 1, :now)
    ON CONFLICT (centre_id, key) DO UPDATE SET
      failures = CASE WHEN a.failures >= :free AND a.free_at > :now THEN a.failures
                      WHEN a.free_at <= :forgotten THEN 1 ELSE a.failures + 1 END,
      free_at = CASE WHEN a.failures >= :free AND a.free_at > :now THEN a.free_at
                     WHEN a.free_at <= :forgotten THEN :now
                     ELSE :now + make_interval(secs => (CAST(:waits AS int[]))[
                       least(a.failures + 1, cardinality(CAST(:waits AS int[])))]) END
    RETURNING CASE WHEN old.failures >= :free THEN old.free_at END
    """
)
_GIVE_BACK = text(
    """
    UPDATE attempt SET failures = greatest(failures - :turns, 0), free_at = least(free_at, :now)
     WHERE centre_id = app.centre() AND key = :key
    """
)
_FORGET = text("DELETE FROM attempt WHERE centre_id = app.centre() AND key = :key")
_CLEAN = text(
    """
    DELETE FROM attempt WHERE (centre_id, key) IN (
      SELECT centre_id, key FROM attempt WHERE centre_id = app.centre() AND free_at <= :forgotten
       ORDER BY free_at LIMIT 100 FOR UPDATE SKIP LOCKED)
    """
)


async def take(act: Act, key: str, forgotten: datetime) -> datetime | None:
    """Count an attempt, whatever comes of it; return until when it would have had to wait."""
    values = {"key": key, "now": act.now, "forgotten": forgotten, "waits": WAITS, "free": FREE}
    found: datetime | None = (await act.session.execute(_TAKE, values)).scalar_one()
    return found


async def forget(act: Act, key: str) -> None:
    """Begin anew after a success."""
    await act.session.execute(_FORGET, {"key": key})


async def give_back(act: Act, key: str, turns: int) -> None:
    """Count some attempts less; whoever had their turn then need not wait for the next one."""
    values = {"key": key, "turns": turns, "now": act.now}
    await act.session.execute(_GIVE_BACK, values)


async def clean(act: Act, forgotten: datetime) -> None:
    """Delete some of the rows that nobody waits for any more."""
    await act.session.execute(_CLEAN, {"forgotten": forgotten})
