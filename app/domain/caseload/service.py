"""Taking and leaving places; counting and taking happen under one lock."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.domain.act import Act
from app.domain.caseload import queries
from app.domain.caseload.rules import (
    STATUTE,
    Duty,
    Period,
    make_room,
    require_nothing_beyond,
    require_place,
)
from app.domain.caseload.tables import Place


async def take_place(  # noqa: PLR0913 - each of these says something of the place
    act: Act,
    *,
    worker_id: UUID,
    duty: Duty,
    starts_on: date,
    ends_on: date | None,
    source_id: UUID,
    limit: int,
    override: bool = False,
) -> Place:
    """Take a place for a period, or refuse (C12, C13, G4).

    The worker is locked first and the places are read in the next statement, so nobody counts
    what another is about to change. Places are renumbered where that makes room: a caseload that
    the law allows always fits into its slots.
    """
    await act.flush()
    await queries.lock_worker(act, worker_id)
    places = await queries.list_places(act, worker_id, duty)
    new = Period(starts_on, ends_on)
    taken = [(Period(place.starts_on, place.ends_on), place.slot) for place in places]
    periods, statutory = [period for period, _ in taken], STATUTE[duty].on(starts_on)
    require_place(periods, new, limit=limit, statutory=statutory, duty=duty, override=override)
    *slots, slot = make_room(taken, new, statutory)
    both = zip(places, slots, strict=True)
    await queries.renumber(act, {p.id: other for p, other in both if p.slot != other})
    place = Place(
        worker_id=worker_id,
        duty=duty,
        slot=slot,
        starts_on=starts_on,
        ends_on=ends_on,
        source_id=source_id,
    )
    act.add(place)
    await act.flush()
    return place


async def require_handed_over(
    act: Act, worker_id: UUID, duties: Iterable[Duty], last: date
) -> None:
    """Refuse where somebody holds a place of these duties on a day after `last`."""
    for duty in duties:
        places = await queries.list_places(act, worker_id, duty)
        require_nothing_beyond([Period(p.starts_on, p.ends_on) for p in places], last)


async def leave_place(act: Act, source_id: UUID, on: date) -> None:
    """Give up what a source holds: the first free day is `on`, or its start if that is later."""
    for place in await queries.list_of_source(act, source_id):
        place.ends_on = Period(place.starts_on, place.ends_on).given_up(on)
    await act.flush()
