"""Making the interview, ending it with a diagnosis, bringing it up to date."""

from datetime import date
from typing import Any
from uuid import UUID

from app.db.types import document
from app.domain.access.service import end_social_work
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, interview_due, interview_update_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.queries import list_members
from app.domain.intake.queries import find_signal
from app.domain.interviews import queries, rules
from app.domain.interviews.rules import InterviewAction, InterviewState
from app.domain.interviews.tables import (
    Interview,
    InterviewCompletion,
    InterviewFields,
    InterviewUpdate,
    InterviewUpdateFields,
)


async def start_interview(act: Act, case_id: UUID, said: InterviewFields) -> Interview:
    """Begin the interview that the signal calls for (B1)."""
    case = await lock_case(act, case_id)
    advance(act, case, CaseAction.START_INTERVIEW)
    signal = await find_signal(act, case_id)
    assert signal is not None, "a signal opens every case"
    rules.require_order(signal.received_on, said.started_on, act.today)
    interview = Interview(
        **said.model_dump(),
        case_id=case.id,
        family_id=case.family_id,
        due_on=interview_due(signal.received_on, urgent=signal.urgent),
    )
    _warn(interview)
    act.add(interview)
    _tell(act, interview, EventType.INTERVIEW_STARTED, interview.started_on)
    return interview


async def amend_interview(
    act: Act, interview_id: UUID, version: int, changes: dict[str, Any]
) -> Interview:
    """Change an interview in progress; what was found may be written down bit by bit."""
    case, interview = await _lock(act, interview_id, version)
    rules.WORKFLOW.step(interview.state, InterviewAction.AMEND)
    interview.sqlmodel_update(changes)
    rules.require_order(case.opened_on, interview.started_on, act.today)
    _warn(interview)
    emit(
        act,
        EventType.INTERVIEW_AMENDED,
        family_id=interview.family_id,
        subject_id=interview.id,
    )
    return interview


async def complete_interview(
    act: Act, interview_id: UUID, version: int, said: InterviewCompletion
) -> Interview:
    """End the interview with the diagnosis and the answer whether the family needs help."""
    case, interview = await _lock(act, interview_id, version)
    rules.WORKFLOW.step(interview.state, InterviewAction.COMPLETE)
    rules.require_order(interview.started_on, said.done_on, act.today)
    rules.require_diagnosis(said.diagnosis or interview.diagnosis)
    children = rules.children(await list_members(act, case.family_id), said.done_on)
    heard = [
        (child.person_id, child.heard, child.not_heard_reason) for child in said.children_heard
    ]
    rules.require_children_heard(children, heard)
    advance(act, case, CaseAction.COMPLETE_INTERVIEW)
    stated = said.model_dump(exclude_none=True, exclude={"problems", "children_heard"})
    interview.sqlmodel_update(stated)
    interview.problems = said.problems or interview.problems
    interview.children_heard = document(said.children_heard)
    interview.working_days = rules.working_days_taken(case.opened_on, said.done_on)
    interview.state = InterviewState.COMPLETED
    await deadlines.settle_by_interview(act, case, said.done_on)
    _tell(act, interview, EventType.INTERVIEW_COMPLETED, said.done_on)
    await _conclude(act, case, interview, said)
    return interview


async def _conclude(act: Act, case: Case, interview: Interview, said: InterviewCompletion) -> None:
    """Start the clock of updates where there is need (B13); else the case ends here."""
    if said.need:
        _start_update_clock(act, case, said.done_on)
    else:
        advance(act, case, CaseAction.FIND_NO_NEED, on=said.done_on)
        await end_social_work(act, case.family_id)
        _tell(act, interview, EventType.NO_NEED_FOUND, said.done_on)


async def update_interview(
    act: Act, interview_id: UUID, said: InterviewUpdateFields
) -> InterviewUpdate:
    """Bring a completed interview up to date; the six months begin anew (B13)."""
    case, interview = await _lock(act, interview_id)
    rules.WORKFLOW.step(interview.state, InterviewAction.UPDATE)
    assert interview.done_on is not None, "completed interviews have a day"
    last = await queries.last_update(act, interview_id) or interview.done_on
    rules.require_update(last, said.updated_on, act.today, case.state)
    update = InterviewUpdate(
        **said.model_dump(),
        interview_id=interview.id,
        case_id=case.id,
        family_id=case.family_id,
    )
    act.add(update)
    act.touch(interview)
    await deadlines.settle_by_interview(act, case, said.updated_on, DeadlineKind.INTERVIEW_UPDATE)
    _start_update_clock(act, case, said.updated_on)
    _tell(act, interview, EventType.INTERVIEW_UPDATED, said.updated_on)
    return update


async def _lock(act: Act, interview_id: UUID, version: int | None = None) -> tuple[Case, Interview]:
    """Lock the case first, as every act on a case does, then its interview."""
    found = await act.find(Interview, interview_id)
    case = await lock_case(act, found.case_id)
    return case, await act.lock(Interview, interview_id, version)


def _warn(interview: Interview) -> None:
    interview.warnings = list[str](
        rules.warnings(
            interview.started_on,
            interview.place,
            interview.manager_consent_ref,
            off_hours=interview.agreed_off_hours,
        )
    )


def _start_update_clock(act: Act, case: Case, day: date) -> None:
    deadlines.start(
        act,
        case,
        DeadlineKind.INTERVIEW_UPDATE,
        started_on=day,
        due_on=interview_update_due(day),
    )


def _tell(act: Act, interview: Interview, kind: EventType, on: date) -> None:
    emit(
        act,
        kind,
        family_id=interview.family_id,
        case_id=interview.case_id,
        subject_id=interview.id,
        on=on,
    )
