"""Closing a case, and handing it over to the archive."""

from dataclasses import replace
from uuid import UUID

from app.domain.access.service import end_social_work
from app.domain.act import Act
from app.domain.assignments import service as assignments
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.closures import queries, rules
from app.domain.closures.tables import ArchivedCase, ArchivingFields, Closure, ClosureFields
from app.domain.deadlines import service as deadlines
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.motions import service as motions
from app.domain.motions.rules import ClosureReason, MotionKind


async def close(
    act: Act, case_id: UUID, if_match: int, said: ClosureFields
) -> tuple[Case, Closure]:
    """End the work: nothing stands against it, nothing stays due, nobody keeps a place."""
    case = await lock_case(act, case_id, if_match)
    facts = await queries.closure_facts(act, case_id)
    advance(act, case, CaseAction.CLOSE)
    risk = facts.risk_open and said.risk_handled is None
    reason = ClosureReason(said.reason)
    rules.require_closable(replace(facts, risk_open=risk, motion_reason=reason))
    rules.require_closure(
        reason, said.reason_text, withdrawn=facts.consent_withdrawn, monitoring=said.monitoring
    )
    began = motions.began(case)
    rules.require_closing_day(said.closed_on, began, act.today, facts.worked_until)
    motion = await motions.grant_motion(act, case, MotionKind.CLOSURE)
    closure = Closure(
        **said.model_dump(),
        case_id=case.id,
        family_id=case.family_id,
        reported_as=rules.REPORTED_AS[reason],
        motion_id=motion.id if motion else None,
        final_assessment_id=facts.final_assessment,
    )
    act.add(closure)
    await _end_work(act, case, closure)
    return case, closure


async def _end_work(act: Act, case: Case, closure: Closure) -> None:
    """End assignments with their places and rights, a suspension, open motions and deadlines."""
    case.closed_on = closure.closed_on
    await motions.end_all(act, case, closure.closed_on)
    await assignments.end_all(act, case, closure.closed_on)
    await deadlines.drop(act, case, on=closure.closed_on)
    emit(
        act,
        EventType.CASE_CLOSED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=closure.id,
        on=closure.closed_on,
    )


async def archive(act: Act, case_id: UUID, if_match: int, said: ArchivingFields) -> ArchivedCase:
    """Hand a closed case over to the archive, or one in which the family refused consent."""
    case = await lock_case(act, case_id, if_match)
    refused = case.state is CaseState.CONSENT_REFUSED
    advance(act, case, CaseAction.ARCHIVE)
    if refused:  # a closed case has answered it: nothing is closed before
        facts = await queries.closure_facts(act, case_id)
        rules.require_risk_answered(risk_open=facts.risk_open)
    await deadlines.drop(act, case, on=said.archived_on)
    await end_social_work(act, case.family_id)
    return await file_away(act, case, said)


async def file_away(act: Act, case: Case, said: ArchivingFields) -> ArchivedCase:
    """Record how long the file is kept; the case has taken its step into the archive.

    Where it is not said, the centre's settings give the category, and the end for it (K8). No end
    is earlier than the category names.
    """
    began = case.closed_on or case.opened_on
    rules.require_archiving_day(said.archived_on, began, act.today)
    settings = await settings_on(act, said.archived_on)
    category = rules.category_of(said.retention_category, settings.retention_category)
    until, ended_on = said.retention_until, case.closed_on or said.archived_on
    if until is None and settings.retention_category == category:
        years = settings.retention_years
        until = rules.retention_end(ended_on, years) if years else None
    rules.require_retention(until, said.archived_on)
    rules.require_category_kept(until, category, ended_on)
    archived = ArchivedCase(
        archived_on=said.archived_on,
        retention_category=category,
        retention_until=until,
        case_id=case.id,
        family_id=case.family_id,
    )
    act.add(archived)
    emit(
        act,
        EventType.CASE_ARCHIVED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=archived.id,
        on=said.archived_on,
    )
    return archived
