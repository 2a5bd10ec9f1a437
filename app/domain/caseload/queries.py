"""How places are found and renumbered."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import case, or_, select, text, update
from sqlmodel import col

from app.domain.act import Act
from app.domain.caseload.rules import Duty, Loan, Period
from app.domain.caseload.tables import Place
from app.domain.errors import NotFound
from app.domain.identity.tables import Account


async def lock_worker(act: Act, worker_id: UUID) -> None:
    """Lock the worker for whom places will be counted, or refuse with NotFound.

    FOR NO KEY UPDATE: rows that merely point to the account need not wait.
    """
    query = (
        select(col(Account.id))
        .where(col(Account.centre_id) == act.actor.centre_id, col(Account.id) == worker_id)
        .with_for_update(key_share=True)
    )
    if (await act.session.execute(query)).scalar_one_or_none() is None:
        raise NotFound


async def list_places(act: Act, worker_id: UUID, duty: Duty) -> list[Place]:
    """Return every place that a worker has, had or will have in a duty, by start."""
    query = (
        select(Place)
        .where(
            col(Place.centre_id) == act.actor.centre_id,
            col(Place.worker_id) == worker_id,
            col(Place.duty) == duty,
        )
        .order_by(col(Place.starts_on), col(Place.id))
        .execution_options(populate_existing=True)
    )
    return list((await act.session.execute(query)).scalars())


# A place `p`, and those of a worker that last beyond a day: both ends of the OR by the index.
HELD = "ROW (p.id, p.slot, p.starts_on, p.ends_on)"
_OF_WORKER = """SELECT p.id, p.slot, p.starts_on, p.ends_on FROM place p
    WHERE p.centre_id = app.centre() AND p.worker_id = {worker} AND p.duty = '{duty}'"""


def held_beyond(day: str, worker: str, duty: Duty) -> str:
    """Write the worker's places that last beyond a day, by start, as an array of `Held`."""
    mine = _OF_WORKER.format(worker=worker, duty=duty.value)
    return (
        f"ARRAY(SELECT {HELD} FROM ({mine} AND p.ends_on IS NULL"
        f" UNION ALL {mine} AND p.ends_on > {day}) p ORDER BY p.starts_on, p.id)"
    )


# The covers of a worker that are not over and whose families take places (2.5a).
LOANS = """SELECT l.id, l.covering_id, l.starts_on, l.ends_on
  FROM app.cover_days(ARRAY[{worker}]) l WHERE l.absent_id = {worker} AND l.takes_places"""
_LOANS = text(LOANS.format(worker="CAST(:worker AS uuid)"))


async def list_loans(act: Act, worker_id: UUID) -> list[Loan]:
    """Return the covers of a worker that are not over and whose families take places."""
    rows = await act.session.execute(_LOANS, {"worker": worker_id})
    return [Loan(r.id, r.covering_id, Period(r.starts_on, r.ends_on)) for r in rows]


async def list_lent(act: Act, cover_id: UUID) -> list[Place]:
    """Return the places taken under a cover that have not ended by today."""
    query = select(Place).where(
        col(Place.centre_id) == act.actor.centre_id,
        col(Place.cover_id) == cover_id,
        col(Place.ends_on) > act.today,
    )
    return list((await act.session.execute(query)).scalars())


_LIVE = text("SELECT app.live_cases(CAST(:worker AS uuid))")


async def count_live_cases(act: Act, worker_id: UUID) -> int:
    """Count the cases of a social worker that have not ended, whoever may see them."""
    found: int = (await act.session.execute(_LIVE, {"worker": worker_id})).scalar_one()
    return found


async def list_of_source(act: Act, source_id: UUID) -> list[Place]:
    """Return the places of one source that have not ended by today."""
    query = select(Place).where(
        col(Place.centre_id) == act.actor.centre_id,
        col(Place.source_id) == source_id,
        or_(col(Place.ends_on).is_(None), col(Place.ends_on) > act.today),
    )
    return list((await act.session.execute(query)).scalars())


async def renumber(act: Act, slots: Mapping[UUID, int]) -> None:
    """Give some places other slots, all in one statement: the key is judged at its end."""
    if not slots:
        return
    query = (
        update(Place)
        .where(col(Place.centre_id) == act.actor.centre_id, col(Place.id).in_(list(slots)))
        .values(slot=case(dict(slots), value=col(Place.id)))
        .execution_options(synchronize_session=False)
    )
    await act.session.execute(query)
