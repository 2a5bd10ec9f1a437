"""Recording placements and returns, appointing coordinators, and the rights that follow."""

from datetime import date
from uuid import UUID

from app.domain.access.queries import acting_for
from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants, grant
from app.domain.act import Act
from app.domain.caseload.rules import Duty
from app.domain.caseload.service import leave_place, take_place
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.centres.queries import settings_on
from app.domain.events.rules import EventType, OfficeEventType
from app.domain.events.service import emit, tell
from app.domain.families import service as families
from app.domain.families.tables import DepartureFields, Person
from app.domain.placements import queries, rules
from app.domain.placements.rules import CareTasksBy, PlacementOutcome
from app.domain.placements.tables import (
    Coordination,
    CoordinationFields,
    FosterFamily,
    FosterFamilyFields,
    Placement,
    PlacementFields,
)
from app.domain.staff.queries import roles_of, standing_of
from app.domain.staff.rules import require_may_coordinate
from app.domain.staff.service import lock_worker
from app.domain.vetting.rules import require_can_act


async def register_foster_family(act: Act, said: FosterFamilyFields) -> FosterFamily:
    """Record a foster family by its register number."""
    family = FosterFamily(**said.model_dump())
    act.add(family)
    tell(act, OfficeEventType.FOSTER_FAMILY_REGISTERED, family.id)
    await act.flush()
    return family


async def appoint_coordinator(
    act: Act, foster_family_id: UUID, said: CoordinationFields
) -> Coordination:
    """Give a foster family a coordinator, in the place of the one whom it has (G2, G4)."""
    family = await act.lock(FosterFamily, foster_family_id)
    rules.require_appoints(
        act.actor.roles,
        own=said.coordinator_id == act.actor.account_id,
        vacant=family.coordinator_id is None,
        children=family.children_in_care,
    )
    rules.require_appointment(said.application_received_on, said.starts_on, act.today)
    profile = await lock_worker(act, said.coordinator_id)
    roles = await roles_of(act, said.coordinator_id)
    on = max(said.starts_on, act.today)
    require_may_coordinate(profile.state, roles, profile.suspended_from, on)
    require_can_act(await standing_of(act, said.coordinator_id, on))
    before = await queries.open_coordination(act, foster_family_id)
    if before is not None:
        await _end(act, before, said.starts_on)
    coordination = Coordination(foster_family_id=family.id, **said.model_dump())
    act.add(coordination)
    tell(act, OfficeEventType.COORDINATOR_APPOINTED, coordination.id)
    await act.flush()
    await _take_place(act, coordination)
    family.coordinator_id = coordination.coordinator_id
    await _pass_on(act, family, coordination.starts_on)
    return coordination


async def _take_place(act: Act, coordination: Coordination) -> None:
    """Take one of the coordinator's places, or refuse (G4)."""
    settings = await settings_on(act, coordination.starts_on)
    await take_place(
        act,
        worker_id=coordination.coordinator_id,
        duty=Duty.COORDINATION,
        starts_on=coordination.starts_on,
        ends_on=None,
        source_id=coordination.id,
        limit=settings.coordinator_family_limit,
    )


async def end_coordination(
    act: Act, coordination_id: UUID, if_match: int, ended_on: date
) -> Coordination:
    """End a coordination: the organiser performs the tasks from then on (G2)."""
    found = await act.find(Coordination, coordination_id)
    family = await act.lock(FosterFamily, found.foster_family_id)
    coordination = await act.lock(Coordination, coordination_id, if_match)
    own = coordination.coordinator_id == act.actor.account_id
    rules.require_appoints(act.actor.roles, own=own)
    await _end(act, coordination, ended_on)
    tell(act, OfficeEventType.COORDINATION_ENDED, coordination.id)
    family.coordinator_id = None
    await _pass_on(act, family, ended_on)
    return coordination


async def _end(act: Act, coordination: Coordination, on: date) -> None:
    rules.require_coordination_end(
        coordination.starts_on, coordination.ended_on, ended_on=on, today=act.today
    )
    coordination.ended_on = on
    await leave_place(act, coordination.id, on)


async def _pass_on(act: Act, family: FosterFamily, on: date) -> None:
    """Move tasks and rights of the open placements to who now coordinates, or to the organiser."""
    placements = await queries.lock_placements_with(act, family.id)
    coordinated = family.coordinator_id is not None
    for placement in placements:
        placement.tasks_performed_by = (
            CareTasksBy.COORDINATOR if coordinated else CareTasksBy.ORGANISER
        )
    # Before the rights go: whoever loses theirs could no longer write these rows.
    await act.flush()
    for placement in placements:
        await end_grants(act, placement.id, act.today)
        _grant(act, placement, family, on)
    await act.flush()


def _grant(act: Act, placement: Placement, family: FosterFamily | None, on: date) -> None:
    """Let the coordinator see the child's family for as long as the child is in care."""
    if family is not None and family.coordinator_id is not None:
        grant(
            act,
            account_id=family.coordinator_id,
            family_id=placement.family_id,
            reason=GrantReason.PLACEMENT,
            source_id=placement.id,
            valid_from=max(on, placement.starts_on),
        )


async def record_placement(act: Act, case_id: UUID, said: PlacementFields) -> Placement:
    """Record that a child was placed in care: the case stays open (A5)."""
    case = await lock_case(act, case_id)
    await _require_content(act, case.family_id, said)
    advance(act, case, CaseAction.PLACE_CHILD)
    family = await _foster_family(act, said.foster_family_id)
    coordinated = family is not None and family.coordinator_id is not None
    performer = rules.tasks_by(said.form, said.tasks_performed_by, has_coordinator=coordinated)
    values = said.model_dump() | {"tasks_performed_by": performer}
    placement = Placement(case_id=case.id, family_id=case.family_id, **values)
    act.add(placement)
    await act.flush()
    if family is not None:
        family.children_in_care += 1
        coordination = await queries.open_coordination(act, family.id)
        _grant(act, placement, family, coordination.starts_on if coordination else act.today)
    _tell(act, EventType.CHILD_PLACED, placement, placement.starts_on)
    return placement


async def record_departure(
    act: Act, person_id: UUID, if_match: int, said: DepartureFields
) -> Person:
    """Record that somebody left their family; a child in care only once the stay has its end.

    Else the coordinator would go on reading the file of a family that the child is not of (K11).
    """
    person = await families.record_departure(act, person_id, if_match, said)
    if await queries.is_in_care(act, person_id):
        raise rules.PlacementOpenAlready
    return person


async def _require_content(act: Act, family_id: UUID, said: PlacementFields) -> None:
    """Refuse a placement of somebody else, from the future, or with details of the other form."""
    rules.require_child(await queries.role_of_member(act, family_id, said.person_id))
    rules.require_happened(said.starts_on, act.today)
    if said.notice_received_on is not None:
        rules.require_happened(said.notice_received_on, act.today)
    rules.require_details(
        said.form,
        institution=(said.institution_name, said.educator_name, said.educator_contact),
        family=(said.foster_family_id, said.tasks_performed_by),
    )


async def _foster_family(act: Act, foster_family_id: UUID | None) -> FosterFamily | None:
    return await act.lock(FosterFamily, foster_family_id) if foster_family_id else None


async def end_placement(
    act: Act,
    placement_id: UUID,
    if_match: int,
    ended_on: date,
    outcome: PlacementOutcome,
    note: str | None,
) -> Placement:
    """Record the child's return, or how else the stay in care ended; the rights end with it."""
    found = await act.find(Placement, placement_id)
    family = await _foster_family(act, found.foster_family_id)
    placement = await act.lock(Placement, placement_id, if_match)
    rules.require_end(placement.starts_on, placement.ended_on, ended_on, act.today)
    placement.ended_on, placement.outcome, placement.outcome_note = ended_on, outcome, note
    _tell(act, EventType.PLACEMENT_ENDED, placement, ended_on)
    await act.flush()
    own = family is not None and family.coordinator_id in await acting_for(act)
    await end_grants(act, placement.id, rules.rights_end_on(act.today, own=own))
    if family is not None:
        family.children_in_care -= 1
    return placement


def _tell(act: Act, kind: EventType, placement: Placement, on: date) -> None:
    emit(
        act,
        kind,
        family_id=placement.family_id,
        case_id=placement.case_id,
        subject_id=placement.id,
        on=on,
    )
