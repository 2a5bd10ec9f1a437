"""Making an assessment: draft, signature, hand-over to the art. 17(1) entity, receipt."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.db.types import document
from app.domain.act import Act
from app.domain.assessments import queries, rules
from app.domain.assessments.rules import (
    AssessmentAction,
    AssessmentKind,
    AssessmentState,
    Content,
)
from app.domain.assessments.tables import Assessment, AssessmentStart
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind, months_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.plans.queries import active_plan
from app.domain.workflow import NotYourRole

DUE = DeadlineKind.PERIODIC_ASSESSMENT


async def draft_assessment(act: Act, case_id: UUID, said: AssessmentStart) -> Assessment:
    """Begin an assessment with the active plan's goals and what the last one said of them."""
    case = await lock_case(act, case_id)
    advance(act, case, CaseAction.ASSESS)
    last = await queries.last_assessment(act, case_id)
    start = rules.period_start(
        AssessmentKind(said.kind),
        case.work_started_on or case.opened_on,
        last.period_to if last else None,
        said.period_to,
    )
    rules.require_period(start, said.period_to, act.today)
    assessment = Assessment(
        case_id=case.id,
        family_id=case.family_id,
        kind=said.kind,
        period_from=start,
        period_to=said.period_to,
        goals=rules.goals_to_rate(await _plan_goals(act, case), last.goals if last else []),
    )
    act.add(assessment)
    act.touch(case)
    _tell(act, EventType.ASSESSMENT_DRAFTED, assessment)
    return assessment


async def _plan_goals(act: Act, case: Case) -> list[dict[str, Any]]:
    plan = await active_plan(act, case.id)
    return list(plan.goals) if plan is not None else []


async def edit_assessment(
    act: Act, assessment_id: UUID, if_match: int, changes: Mapping[str, Any]
) -> Assessment:
    """Put a merge patch on a draft: ratings go to their goals, other lists are replaced."""
    _, assessment = await _take(act, assessment_id, if_match, AssessmentAction.EDIT)
    said = {name: document(value) for name, value in changes.items()}
    if "goals" in said:
        said["goals"] = rules.rated(assessment.goals, said["goals"])
    if "children" in said:
        children = await queries.minors(act, assessment.family_id, assessment.period_to)
        rules.require_children(said["children"], children)
    for name, value in said.items():
        setattr(assessment, name, value)
    emit(
        act,
        EventType.ASSESSMENT_CHANGED,
        family_id=assessment.family_id,
        subject_id=assessment.id,
    )
    return assessment


async def sign_assessment(act: Act, assessment_id: UUID, if_match: int) -> Assessment:
    """Sign a complete draft; it can't be changed any more, and the clock runs on (E7)."""
    _, assessment = await _lock(act, assessment_id, if_match)
    target = _judge(act, assessment, AssessmentAction.SIGN)
    rules.require_complete(Content.of(await queries.facts(act, assessment_id)))
    assessment.state = target
    assessment.signed_on = act.today
    assessment.signed_by = act.actor.account_id
    _tell(act, EventType.ASSESSMENT_SIGNED, assessment)
    return assessment


async def withdraw_signature(
    act: Act, assessment_id: UUID, if_match: int, reason: str
) -> Assessment:
    """Make a signed assessment a draft again, before it is handed over."""
    _, assessment = await _take(act, assessment_id, if_match, AssessmentAction.WITHDRAW_SIGNATURE)
    assessment.signed_on = None
    assessment.signed_by = None
    assessment.withdrawal_reason = reason
    _tell(act, EventType.SIGNATURE_WITHDRAWN, assessment)
    return assessment


async def discard_assessment(act: Act, assessment_id: UUID, if_match: int) -> Assessment:
    """Give up a draft; it stays on record and counts for nothing."""
    _, assessment = await _take(act, assessment_id, if_match, AssessmentAction.DISCARD)
    _tell(act, EventType.ASSESSMENT_DISCARDED, assessment)
    return assessment


async def hand_over_assessment(
    act: Act, assessment_id: UUID, if_match: int, handed_over_on: date
) -> Assessment:
    """Hand a signed assessment over (E7): what was due is done, and the next period begins."""
    case, assessment = await _take(act, assessment_id, if_match, AssessmentAction.HAND_OVER)
    assert assessment.signed_on is not None
    rules.require_handover_day(handed_over_on, assessment.signed_on, act.today)
    assessment.handed_over_on = handed_over_on
    in_care = await queries.children_in_care(act, case.family_id, handed_over_on)
    assessment.recipients = rules.recipients(case.social_worker_id, in_care)
    assessment.warnings = rules.warnings(in_care)
    assessment.due_on = await _begin_next_period(act, case, handed_over_on)
    act.touch(case)
    _tell(act, EventType.ASSESSMENT_HANDED_OVER, assessment, on=handed_over_on)
    return assessment


async def receive_assessment(act: Act, assessment_id: UUID, if_match: int) -> Assessment:
    """Confirm that the assessment has arrived: the manager, also after the case was closed."""
    found = await act.find(Assessment, assessment_id)
    await lock_case(act, found.case_id)
    assessment = await act.lock(Assessment, assessment_id, if_match)
    assessment.state = _judge(act, assessment, AssessmentAction.RECEIVE)
    assessment.received_on = act.today
    assessment.received_by = act.actor.account_id
    _tell(act, EventType.ASSESSMENT_RECEIVED, assessment)
    return assessment


async def _take(
    act: Act, assessment_id: UUID, if_match: int, action: AssessmentAction
) -> tuple[Case, Assessment]:
    """Lock the case and the assessment, and take the step."""
    case, assessment = await _lock(act, assessment_id, if_match)
    assessment.state = _judge(act, assessment, action)
    return case, assessment


async def _lock(act: Act, assessment_id: UUID, if_match: int) -> tuple[Case, Assessment]:
    """Lock both rows; the case must be one in which assessments are made."""
    found = await act.find(Assessment, assessment_id)
    case = await lock_case(act, found.case_id)
    assessment = await act.lock(Assessment, assessment_id, if_match)
    advance(act, case, CaseAction.ASSESS)
    return case, assessment


def _judge(act: Act, assessment: Assessment, action: AssessmentAction) -> AssessmentState:
    """Return where the step leads, or refuse it."""
    row = rules.WORKFLOW.step(assessment.state, action)
    if not act.actor.roles & row.roles:
        raise NotYourRole(allowed=sorted(row.roles))
    return row.target or assessment.state


async def _begin_next_period(act: Act, case: Case, on: date) -> date | None:
    """Settle what was due and start the next period on the hand-over; return what was due."""
    due = [deadline.due_on for deadline in await list_open(act, case, DUE)]
    await deadlines.settle(act, case, DUE, on)
    months = (await settings_on(act, on)).assessment_months
    deadlines.start(act, case, DUE, started_on=on, due_on=months_due(on, months))
    return min(due, default=None)


def _tell(act: Act, kind: EventType, assessment: Assessment, on: date | None = None) -> None:
    emit(
        act,
        kind,
        family_id=assessment.family_id,
        case_id=assessment.case_id,
        subject_id=assessment.id,
        on=on,
    )
