"""Taking and leaving places; counting and taking happen under one lock."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from app.domain.access.queries import list_given
from app.domain.access.rules import GrantReason
from app.domain.act import Act
from app.domain.caseload import queries
from app.domain.caseload.rules import (
    STATUTE,
    Duty,
    Loan,
    Period,
    make_room,
    require_none_left,
    require_nothing_beyond,
    require_place,
)
from app.domain.caseload.tables import Place

# Until its slot is found: no place is kept like this, the table refuses it.
UNNUMBERED = 0


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

    Who covers the worker on some of the days takes one too (2.5a).
    """
    place = Place(
        worker_id=worker_id,
        duty=duty,
        slot=UNNUMBERED,
        starts_on=starts_on,
        ends_on=ends_on,
        source_id=source_id,
    )
    await _take(act, place, limit, override=override)
    for loan in await queries.list_loans(act, worker_id):
        await _lend(act, place, loan, limit, override=override)
    return place


async def _take(act: Act, place: Place, limit: int, *, override: bool) -> None:
    """Give a place its slot and keep it, or refuse.

    The worker is locked first and the places are read in the next statement, so nobody counts
    what another is about to change. Places are renumbered where that makes room: a caseload that
    the law allows always fits into its slots.
    """
    await act.flush()
    await queries.lock_worker(act, place.worker_id)
    places = await queries.list_places(act, place.worker_id, place.duty)
    new = Period(place.starts_on, place.ends_on)
    taken = [(Period(other.starts_on, other.ends_on), other.slot) for other in places]
    periods, statutory = [period for period, _ in taken], STATUTE[place.duty].on(place.starts_on)
    require_place(
        periods, new, limit=limit, statutory=statutory, duty=place.duty, override=override
    )
    *slots, place.slot = make_room(taken, new, statutory)
    both = zip(places, slots, strict=True)
    await queries.renumber(act, {p.id: other for p, other in both if p.slot != other})
    act.add(place)
    await act.flush()


async def _lend(act: Act, place: Place, loan: Loan, limit: int, *, override: bool) -> None:
    """Take a place of whoever covers, for the days that place and cover share."""
    shared = loan.part_of(Period(place.starts_on, place.ends_on))
    if shared is not None:
        lent = Place(
            worker_id=loan.covering_id,
            duty=place.duty,
            slot=UNNUMBERED,
            starts_on=shared.starts_on,
            ends_on=shared.ends_on,
            source_id=place.source_id,
            cover_id=loan.cover_id,
        )
        await _take(act, lent, limit, override=override)


async def lend_places(
    act: Act, worker_id: UUID, cover_id: UUID, limits: Mapping[Duty, int], *, override: bool
) -> None:
    """Take places of whoever covers a worker for all that the worker holds meanwhile (C12, G4).

    Only the limit of assistants yields to an override (C13).
    """
    await act.flush()
    await queries.lock_worker(act, worker_id)
    loans = [loan for loan in await queries.list_loans(act, worker_id) if loan.cover_id == cover_id]
    for duty, limit in limits.items():
        exceeds = override and duty is Duty.ASSISTANCE
        for place in await queries.list_places(act, worker_id, duty):
            for loan in loans:
                await _lend(act, place, loan, limit, override=exceeds)


async def return_places(act: Act, cover_id: UUID, on: date) -> None:
    """Give up what was taken under a cover, from a day on."""
    for place in await queries.list_lent(act, cover_id):
        _leave(place, on)
    await act.flush()


def _leave(place: Place, on: date) -> None:
    place.ends_on = Period(place.starts_on, place.ends_on).given_up(on)


async def require_handed_over(
    act: Act, worker_id: UUID, duties: Iterable[Duty], last: date
) -> None:
    """Refuse where somebody holds a place of these duties on a day after `last`.

    A family that an assistant only monitors takes no place, and is not left alone either (E14).
    """
    for duty in duties:
        places = await queries.list_places(act, worker_id, duty)
        require_nothing_beyond([Period(p.starts_on, p.ends_on) for p in places], last)
        if duty is Duty.ASSISTANCE:
            monitored = await list_given(act, worker_id, GrantReason.MONITORING)
            periods = [Period(given.valid_from, given.valid_to) for given in monitored]
            require_nothing_beyond(periods, last)


async def require_cases_handed_over(act: Act, worker_id: UUID) -> None:
    """Refuse where somebody is the social worker of a case that has not ended (B12)."""
    require_none_left(await queries.count_live_cases(act, worker_id))


async def leave_place(act: Act, source_id: UUID, on: date) -> None:
    """Give up what a source holds: the first free day is `on`, or its start if that is later."""
    for place in await queries.list_of_source(act, source_id):
        _leave(place, on)
    await act.flush()
