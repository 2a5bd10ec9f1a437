"""Opening a file in an emergency, closing it early, reviewing it; the clock closes it anyway."""

from uuid import UUID

from app.domain.act import Act
from app.domain.centres.queries import settings_on
from app.domain.emergencies import queries, rules
from app.domain.emergencies.rules import EmergencyOutcome
from app.domain.emergencies.tables import EmergencyAccess, EmergencyFields, ReviewFields
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.queries import find_search
from app.domain.families.rules import require_not_erased, require_searched
from app.domain.families.tables import Family


async def open_file(act: Act, said: EmergencyFields) -> EmergencyAccess:
    """Open the file of a family outside of one's scope for some hours; the manager is told."""
    search = await find_search(act, said.search_id)
    require_searched(
        search.searched_at if search else None,
        search.created_by if search else None,
        act.actor.account_id,
        act.now,
    )
    found = await queries.family_behind(act, said.search_id, said.candidate)
    family_id = rules.require_candidate(found)
    rules.require_out_of_scope(
        open_already=await queries.find_open(act, family_id) is not None,
        seen=await queries.sees(act, family_id),
    )
    settings = await settings_on(act, act.today)
    access = EmergencyAccess(
        account_id=act.actor.account_id,
        family_id=family_id,
        reason=said.reason,
        justification=said.justification,
        opened_at=act.now,
        ends_at=rules.ends_at(act.now, said.hours, settings.emergency_access_hours),
    )
    act.add(access)
    await act.flush()
    await queries.open_eyes(act)
    require_not_erased((await act.find(Family, family_id)).erased_on)
    await _tell(act, EventType.EMERGENCY_OPENED, access)
    return access


async def end_access(act: Act, access_id: UUID, if_match: int) -> EmergencyAccess:
    """Close the file before its time."""
    access = await act.lock(EmergencyAccess, access_id, if_match)
    rules.require_open(access.ends_at, act.now)
    await _end(act, access)
    return access


async def _end(act: Act, access: EmergencyAccess) -> None:
    # Told before: afterwards the opener may not write of this family any more.
    await _tell(act, EventType.EMERGENCY_ENDED, access)
    access.ends_at, access.ended_early = act.now, True
    await act.flush()
    await queries.open_eyes(act)


async def review(act: Act, access_id: UUID, if_match: int, said: ReviewFields) -> EmergencyAccess:
    """Say whether a file was opened for good reason; without one it is closed at once."""
    access = await act.lock(EmergencyAccess, access_id, if_match)
    rules.require_review(access.reviewed_at, access.account_id, act.actor.account_id)
    erased = (await act.find(Family, access.family_id)).erased_on is not None
    access.reviewed_at, access.reviewed_by = act.now, act.actor.account_id
    # Of a file that was erased meanwhile the finding stays, and no words are added (17.1).
    access.outcome, access.review_note = said.outcome, None if erased else said.note
    if said.outcome is EmergencyOutcome.NOT_JUSTIFIED and access.ends_at > act.now:
        await _end(act, access)
    await _tell(act, EventType.EMERGENCY_REVIEWED, access)
    return access


async def _tell(act: Act, kind: EventType, access: EmergencyAccess) -> None:
    emit(act, kind, family_id=access.family_id, subject_id=access.id)
    await act.flush()
