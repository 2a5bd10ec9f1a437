"""Holding a file for a proceeding, and erasing what is no longer needed."""

from uuid import UUID

from app.domain.act import Act
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.tables import Family
from app.domain.retention import queries, rules
from app.domain.retention.rules import ErasureGround
from app.domain.retention.tables import ErasedFile, LegalHold, LegalHoldFields, LiftingFields


async def set_hold(act: Act, family_id: UUID, said: LegalHoldFields) -> LegalHold:
    """Hold a family's file for a proceeding: from now on nothing of it may be destroyed."""
    rules.require_set(said.set_on, act.today)
    family = await act.lock(Family, family_id)
    rules.require_kept(family.erased_on)
    hold = LegalHold(
        **said.model_dump(include=set(LegalHoldFields.model_fields)), family_id=family.id
    )
    act.add(hold)
    _tell(act, EventType.LEGAL_HOLD_SET, hold)
    return hold


async def lift_hold(act: Act, hold_id: UUID, if_match: int, said: LiftingFields) -> LegalHold:
    """Lift a hold: the proceeding no longer needs the file."""
    hold = await act.lock(LegalHold, hold_id, if_match)
    rules.require_lifting(hold.lifted_on, hold.set_on, said.lifted_on, act.today)
    hold.lifted_on, hold.note = said.lifted_on, said.note
    _tell(act, EventType.LEGAL_HOLD_LIFTED, hold)
    return hold


async def erase_file(
    act: Act,
    family_id: UUID,
    ground: ErasureGround,
    *,
    request_id: UUID | None = None,
    list_id: UUID | None = None,
) -> ErasedFile:
    """Anonymise a family's file as a whole and leave the record of it.

    The family's row is locked, so that no hold is set meanwhile. The record comes first: what is
    written once may be emptied only of a file whose record stands. Kept answers about the family go
    as well; their keys stay, so that a repeated request does nothing. An open request of a member
    keeps the file; the one that asks for this erasure is granted by then.
    """
    family = await act.lock(Family, family_id)
    rules.require_kept(family.erased_on)
    rules.require_no_hold(await queries.standing_holds(act, family_id))
    rules.require_no_request(await queries.open_requests(act, family_id))
    cases = await queries.cases_of(act, family_id)
    rules.require_erasable(ground, (facts for facts, _ in cases.values()), act.today)
    record = ErasedFile(
        family_id=family_id,
        ground=ground,
        erased_on=act.today,
        case_ids=list(cases),
        categories=sorted({category for _, category in cases.values() if category}),
        records=await queries.count_records(act, family_id),
        request_id=request_id,
        list_id=list_id,
    )
    act.add(record)
    family.erased_on = act.today
    emit(act, EventType.FILE_ERASED, family_id=family_id, subject_id=record.id)
    await act.flush()
    await queries.erasing(act, family_id)
    for table in queries.emptied():
        await queries.empty(act, table, family_id)
    await queries.erasing(act, None)
    await queries.forget_answers(act, family_id)
    return record


def _tell(act: Act, kind: EventType, hold: LegalHold) -> None:
    emit(act, kind, family_id=hold.family_id, subject_id=hold.id)
