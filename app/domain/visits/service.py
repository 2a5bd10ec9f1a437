"""Recording visits, failed visits and corrections."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.db.brief import Values
from app.db.idempotency import KeptAnswer
from app.db.types import document, new_id
from app.domain.act import Act, BriefAct
from app.domain.cases.rules import WORKFLOW, CaseAction, CaseState
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.centres.tables import CentreSettings
from app.domain.consents.rules import require_consent_covers
from app.domain.consents.service import require_consent
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.queries import list_members, members_of
from app.domain.families.rules import authority_holders, members_on
from app.domain.visits import queries, rules
from app.domain.visits.queries import Recording
from app.domain.visits.tables import (
    FailedVisit,
    FailedVisitFields,
    OrdinaryVisitFields,
    Visit,
    VisitContent,
    VisitCorrection,
)


async def record_visit(act: BriefAct, case_id: UUID, said: OrdinaryVisitFields) -> KeptAnswer:
    """Record a visit that took place (art. 15(1), A1)."""

    def judge(known: Recording) -> Values:
        state, members = CaseState(known.state), members_of(known.members)
        rules.require_first_visit(state, joint=known.joint_first_visit_required)
        WORKFLOW.take(state, CaseAction.RECORD_VISIT, act.actor.roles)
        holders, signed = authority_holders(members, said.held_on), frozenset(known.signed)
        require_consent_covers(holders, signed, known.consent_withdrawn_on, said.held_on)
        _judge(said, members_on(members, said.held_on), known.work_started_on, act.today)
        return dict(said) | {
            "id": new_id(),
            "event_id": new_id(),
            "recorded_on": act.today,
            "warnings": _warnings(said, known, known.contacts, known.work_started_on),
        }

    return await act.give(queries.RECORD_VISIT, judge, case_id=case_id, held_on=said.held_on)


async def put_on_record(act: Act, case: Case, visit: Visit, settings: CentreSettings) -> None:
    """Judge a new visit of any kind, note what it warns of, and add it."""
    await _judge_row(act, case, visit, settings)
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


async def _judge_row(act: Act, case: Case, visit: Visit, settings: CentreSettings) -> None:
    """Judge a row that was made or corrected, and put down what it warns of."""
    members = members_on(await list_members(act, case.family_id), visit.held_on)
    _judge(visit, members, case.work_started_on, act.today)
    days: list[date] = []
    if visit.kind is not rules.VisitKind.FIRST_JOINT:
        period = settings.contact_period_days
        days = await queries.contact_days(act, case.id, visit.held_on, period, visit.id)
    visit.warnings = _warnings(visit, settings, days, case.work_started_on)


def _judge(
    visit: Visit | OrdinaryVisitFields, members: Collection[UUID], since: date | None, today: date
) -> None:
    rules.require_held(visit.held_on, today, since)
    rules.require_order(visit.begins, visit.ends, visit.held_on, visit.next_visit_on)
    rules.require_place(visit.kind, visit.place, visit.place_text)
    rules.require_members(visit.present, members)


def _warnings(
    visit: Visit | OrdinaryVisitFields,
    settings: CentreSettings | Recording,
    contacts: Collection[date],
    since: date | None,
) -> list[str]:
    """Judge the visit by the settings of its own day; the first one can't be late for contact."""
    hours = rules.Hours(settings.works_from, settings.works_to, settings.working_weekdays)
    before, eve = rules.ContactStanding.NOT_DUE, visit.held_on - timedelta(days=1)
    if visit.kind is not rules.VisitKind.FIRST_JOINT:
        count, period = settings.contact_count, settings.contact_period_days
        before = rules.contact_standing(contacts, count, period, eve, since)
    return rules.warnings_of(
        visit.place,
        before,
        in_hours=hours.hold(visit.held_on, visit.begins, visit.ends),
    )


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
    if "held_on" in changes:
        await require_consent(act, case, corrected.held_on)
    await _judge_row(act, case, corrected, await settings_on(act, corrected.held_on))
    visit.sqlmodel_update(changes | {"warnings": corrected.warnings})
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
