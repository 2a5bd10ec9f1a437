"""Recording visits, failed visits and corrections."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.db.types import document
from app.domain.act import Act
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.centres.tables import CentreSettings
from app.domain.consents.service import require_consent
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.visits import queries, rules
from app.domain.visits.tables import (
    FailedVisit,
    FailedVisitFields,
    OrdinaryVisitFields,
    Visit,
    VisitContent,
    VisitCorrection,
)


async def record_visit(act: Act, case_id: UUID, said: OrdinaryVisitFields) -> Visit:
    """Record a visit that took place (art. 15(1), A1)."""
    case = await lock_case(act, case_id)
    settings = await settings_on(act, said.held_on)
    rules.require_first_visit(case.state, joint=settings.joint_first_visit_required)
    advance(act, case, CaseAction.RECORD_VISIT)
    await require_consent(act, case)
    visit = Visit(
        **said.model_dump(), case_id=case.id, family_id=case.family_id, recorded_on=act.today
    )
    await put_on_record(act, case, visit, settings)
    emit_of(act, EventType.VISIT_RECORDED, visit)
    return visit


async def put_on_record(act: Act, case: Case, visit: Visit, settings: CentreSettings) -> None:
    """Judge a new visit of any kind, note what it warns of, and add it."""
    await _judge(act, case, visit)
    visit.warnings = await _warnings(act, case, visit, settings)
    act.add(visit)


def emit_of(act: Act, kind: EventType, visit: Visit) -> None:
    """Tell what happened with a visit, on the day when it was held."""
    emit(
        act,
        kind,
        family_id=visit.family_id,
        case_id=visit.case_id,
        subject_id=visit.id,
        on=visit.held_on,
    )


async def _judge(act: Act, case: Case, visit: Visit) -> None:
    rules.require_held(visit.held_on, act.today, case.work_started_on)
    rules.require_order(visit.begins, visit.ends, visit.held_on, visit.next_visit_on)
    rules.require_place(visit.kind, visit.place, visit.place_text)
    members = await queries.members_on(act, case.family_id, visit.present, visit.held_on)
    rules.require_members(visit.present, members)


async def _warnings(act: Act, case: Case, visit: Visit, settings: CentreSettings) -> list[str]:
    """Judge the visit by the settings of its own day; the first one can't be late for contact."""
    hours = rules.Hours(settings.works_from, settings.works_to, settings.working_weekdays)
    return rules.warnings_of(
        visit.place,
        await _contact_before(act, case, visit, settings),
        in_hours=hours.hold(visit.held_on, visit.begins, visit.ends),
    )


async def _contact_before(
    act: Act, case: Case, visit: Visit, settings: CentreSettings
) -> rules.ContactStanding:
    if visit.kind is rules.VisitKind.FIRST_JOINT:
        return rules.ContactStanding.NOT_DUE
    period = settings.contact_period_days
    days = await queries.contact_days(act, case.id, visit.held_on, period, visit.id)
    eve = visit.held_on - timedelta(days=1)
    return rules.contact_standing(days, settings.contact_count, period, eve, case.work_started_on)


async def correct_visit(act: Act, visit_id: UUID, said: dict[str, Any], version: int) -> Visit:
    """Correct the record of a visit within a week, by its author; what it said is kept."""
    found = await act.find(Visit, visit_id)
    case = await lock_case(act, found.case_id)
    visit = await act.lock(Visit, visit_id, version)
    rules.require_author(act.actor.account_id, visit.created_by)
    rules.require_unconfirmed(visit.confirmed_on)
    reason, changes = said.get("correction_reason"), _changes(visit, said)
    rules.require_correctable(visit.recorded_on, act.today, reason, len(changes))
    rules.require_kind_kept(visit.kind, changes)
    previous = VisitContent.model_validate(visit, from_attributes=True)
    corrected = Visit(**(visit.model_dump(warnings=False) | changes))
    await _judge(act, case, corrected)
    settings = await settings_on(act, corrected.held_on)
    warnings = await _warnings(act, case, corrected, settings)
    visit.sqlmodel_update(changes | {"warnings": warnings})
    _keep(act, visit, previous, str(reason))
    emit_of(act, EventType.VISIT_CORRECTED, visit)
    return visit


def _changes(visit: Visit, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a correction really changes."""
    content = {name: value for name, value in said.items() if name in VisitContent.model_fields}
    return {name: value for name, value in content.items() if getattr(visit, name) != value}


def _keep(act: Act, visit: Visit, previous: VisitContent, reason: str) -> None:
    act.add(
        VisitCorrection(
            case_id=visit.case_id,
            family_id=visit.family_id,
            visit_id=visit.id,
            corrected_on=act.today,
            reason=reason,
            previous=document(previous),
        )
    )


async def record_failed_visit(act: Act, case_id: UUID, said: FailedVisitFields) -> FailedVisit:
    """Record an attempt: it needs no consent, because it may be the family's refusal itself."""
    case = await lock_case(act, case_id)
    first = case.state is CaseState.ASSIGNED
    advance(act, case, CaseAction.RECORD_FIRST_VISIT if first else CaseAction.RECORD_VISIT)
    rules.require_held(said.planned_on, act.today, case.work_started_on)
    failed = FailedVisit(**said.model_dump(), case_id=case.id, family_id=case.family_id)
    act.add(failed)
    emit(
        act,
        EventType.VISIT_FAILED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=failed.id,
        on=said.planned_on,
    )
    return failed
