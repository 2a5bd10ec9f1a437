"""The first visit, its confirmation, and later versions of the rules of cooperation."""

from datetime import date
from uuid import UUID

from app.domain.access.queries import acting_for
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, advance_by_setting, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.centres.tables import CentreSettings
from app.domain.consents.service import require_consent
from app.domain.cooperation import queries, rules
from app.domain.cooperation.tables import (
    CooperationAgreement,
    CooperationRules,
    FirstVisitFields,
)
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, days_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.visits.rules import (
    VisitKind,
    require_first_visit,
    require_held,
    require_unconfirmed,
)
from app.domain.visits.service import emit_of, put_on_record
from app.domain.visits.tables import Visit


async def record_first_visit(act: Act, case_id: UUID, said: FirstVisitFields) -> Visit:
    """Record the first visit with the rules of cooperation (B10).

    Where the centre's first visit is joint, the social worker's confirmation moves the case;
    otherwise this record does.
    """
    case = await lock_case(act, case_id)
    advance(act, case, CaseAction.RECORD_FIRST_VISIT)
    await require_consent(act, case, said.held_on)
    settings = await settings_on(act, said.held_on)
    await _judge(act, said, settings)
    visit = _visit(act, case, said)
    await put_on_record(act, case, visit, settings)
    await act.flush()
    await _agree(act, case, said.cooperation_rules, said.held_on, visit.id)
    emit_of(act, EventType.FIRST_VISIT_HELD, visit)
    if not settings.joint_first_visit_required:
        advance_by_setting(case, CaseAction.CONFIRM_FIRST_VISIT)
        await _begin_diagnosis(act, case, visit)
    return visit


async def _judge(act: Act, said: FirstVisitFields, settings: CentreSettings) -> None:
    rules.require_rules_discussed(discussed=said.rules_discussed)
    rules.require_worker(said.social_worker_id, joint=settings.joint_first_visit_required)
    named = said.social_worker_id
    known = named is None or await queries.is_social_worker(act, named)
    rules.require_social_worker(is_social_worker=known)


def _visit(act: Act, case: Case, said: FirstVisitFields) -> Visit:
    values = said.model_dump(exclude={"rules_discussed", "cooperation_rules"})
    return Visit(
        **values,
        kind=VisitKind.FIRST_JOINT,
        case_id=case.id,
        family_id=case.family_id,
        recorded_on=act.today,
    )


async def _begin_diagnosis(act: Act, case: Case, visit: Visit) -> None:
    """Settle the first visit on its own day; the assistant's diagnosis is due from today."""
    await deadlines.settle(act, case, DeadlineKind.FIRST_VISIT, visit.held_on)
    days = (await settings_on(act, act.today)).diagnosis_days
    due_on = days_due(act.today, days)
    deadlines.start(act, case, DeadlineKind.DIAGNOSIS, started_on=act.today, due_on=due_on)


async def confirm_first_visit(act: Act, visit_id: UUID, version: int) -> Visit:
    """Confirm, as the social worker, that the first visit was a joint one (B10)."""
    found = await act.find(Visit, visit_id)
    case = await lock_case(act, found.case_id)
    visit = await act.lock(Visit, visit_id, version)
    require_unconfirmed(visit.confirmed_on)
    rules.require_first(is_first=visit.kind is VisitKind.FIRST_JOINT)
    advance(act, case, CaseAction.CONFIRM_FIRST_VISIT)
    people = await acting_for(act)
    rules.require_confirmer(people, visit.social_worker_id, case.social_worker_id)
    visit.confirmed_on, visit.confirmed_by = act.today, act.actor.account_id
    await _begin_diagnosis(act, case, visit)
    emit(
        act,
        EventType.FIRST_VISIT_CONFIRMED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=visit.id,
    )
    return visit


async def agree_rules(
    act: Act, case_id: UUID, said: CooperationRules, agreed_on: date
) -> CooperationAgreement:
    """Put a later version of the rules of cooperation beside the earlier ones."""
    case = await lock_case(act, case_id)
    settings = await settings_on(act, agreed_on)
    require_first_visit(case.state, joint=settings.joint_first_visit_required)
    advance(act, case, CaseAction.RECORD_VISIT)
    await require_consent(act, case, agreed_on)
    require_held(agreed_on, act.today, case.work_started_on)
    return await _agree(act, case, said, agreed_on, None)


async def _agree(
    act: Act, case: Case, said: CooperationRules, agreed_on: date, visit_id: UUID | None
) -> CooperationAgreement:
    agreement = CooperationAgreement(
        **said.model_dump(include=set(CooperationRules.model_fields)),
        case_id=case.id,
        family_id=case.family_id,
        visit_id=visit_id,
        agreed_on=agreed_on,
        version_no=1 + await queries.last_version(act, case.id),
    )
    act.add(agreement)
    emit(
        act,
        EventType.RULES_AGREED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=agreement.id,
        on=agreed_on,
    )
    return agreement
