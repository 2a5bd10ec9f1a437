"""Counting an attempt in one statement, and forgetting old ones."""

from datetime import datetime

from sqlalchemy import text

from app.domain.act import Act
from app.domain.attempts.rules import FREE, SITE_AGAIN, SITE_FREE, WAITS

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
# The time of a site runs ahead of the clock, a step per failure; too far ahead, and it waits.
_TAKE_OF_SITE = text(
    """
    INSERT INTO attempt AS a (centre_id, key, failures, free_at)
    VALUES (app.centre(), :key, 1, :later)
    ON CONFLICT (centre_id, key) DO UPDATE SET
      free_at = CASE WHEN a.free_at > :furthest THEN a.free_at
                     ELSE greatest(a.free_at + CAST(:step AS interval), :later) END
    RETURNING old.free_at
    """
)
_GIVE_BACK_TO_SITE = text(
    """
    MERGE INTO attempt a USING (SELECT app.centre() AS centre_id, CAST(:key AS text) AS key) mine
       ON a.centre_id = mine.centre_id AND a.key = mine.key
     WHEN MATCHED AND a.free_at <= :sooner THEN DELETE
     WHEN MATCHED THEN UPDATE SET free_at = a.free_at - CAST(:step AS interval)
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


async def take_of_site(act: Act, key: str) -> datetime | None:
    """Count an attempt of a site; return until when it would have had to wait."""
    ahead = SITE_AGAIN * (SITE_FREE - 1)
    values = {"step": SITE_AGAIN, "later": act.now + SITE_AGAIN, "furthest": act.now + ahead}
    found: datetime | None = (
        await act.session.execute(_TAKE_OF_SITE, values | {"key": key})
    ).scalar_one()
    return found - ahead if found else None


async def give_back_to_site(act: Act, key: str, turns: int) -> None:
    """Count some attempts of a site less; where none is left, nothing is kept of it."""
    step = SITE_AGAIN * turns
    values = {"key": key, "step": step, "sooner": act.now + step}
    await act.session.execute(_GIVE_BACK_TO_SITE, values)


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
