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
    colour,
    free_slot,
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
    periods = [Period(place.starts_on, place.ends_on) for place in places]
    statutory = STATUTE[duty].on(starts_on)
    require_place(periods, new, limit=limit, statutory=statutory, duty=duty, override=override)
    slot = await _make_room(act, places, periods, new, statutory)
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


async def _make_room(
    act: Act, places: list[Place], periods: list[Period], new: Period, highest: int
) -> int:
    """Return the new place's slot; the others are renumbered only where none is free as it is."""
    free = free_slot(zip(periods, (place.slot for place in places), strict=True), new, highest)
    if free is not None:
        return free
    *slots, last = colour([*periods, new])
    both = zip(places, slots, strict=True)
    await queries.renumber(act, {p.id: slot for p, slot in both if p.slot != slot})
    return last


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
        if place.ends_on is None or on < place.ends_on:
            place.ends_on = max(on, place.starts_on)
    await act.flush()
