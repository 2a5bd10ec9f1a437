"""Moving, deciding, suspending and resuming."""

from datetime import date
from uuid import UUID

from app.db.base import CaseRecord
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind
from app.domain.errors import NotFound
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.motions import queries, rules
from app.domain.motions.rules import MotionAction, MotionKind, MotionState, SuspensionReason
from app.domain.motions.tables import Motion, MotionFields, Suspension, SuspensionFields
from app.domain.workflow import NotYourRole

REVIEW = DeadlineKind.SUSPENSION_REVIEW
PROPOSED = {
    MotionKind.SUSPENSION: EventType.SUSPENSION_PROPOSED,
    MotionKind.CLOSURE: EventType.CLOSURE_PROPOSED,
    MotionKind.RELEASE: EventType.RELEASE_PROPOSED,
}
DECIDED = {
    MotionState.GRANTED: EventType.MOTION_GRANTED,
    MotionState.REFUSED: EventType.MOTION_REFUSED,
    MotionState.WITHDRAWN: EventType.MOTION_WITHDRAWN,
}


async def propose(act: Act, case_id: UUID, said: MotionFields) -> Motion:
    """Move for a suspension, the closure or one's release, where that could be done."""
    case = await lock_case(act, case_id)
    kind = MotionKind(said.kind)
    if kind is MotionKind.CLOSURE:
        advance(act, case, CaseAction.PROPOSE_CLOSURE)
    else:
        CASE_WORKFLOW.step(case.state, rules.ASKS_FOR[kind])
    rules.require_said(kind, said.suspension_reason, said.closure_reason, said.text)
    motion = Motion(
        **said.model_dump(), case_id=case.id, family_id=case.family_id, proposed_on=act.today
    )
    act.add(motion)
    act.touch(case)
    _tell(act, PROPOSED[kind], motion)
    return motion


async def decide(
    act: Act, motion_id: UUID, if_match: int, action: MotionAction, note: str | None
) -> Motion:
    """Refuse or withdraw a motion, or grant a release; the others are granted by their acts."""
    found = await act.find(Motion, motion_id)
    case = await lock_case(act, found.case_id)
    motion = await act.lock(Motion, motion_id, if_match)
    row = rules.MOTIONS.step(motion.state, action)
    if not act.actor.roles & row.roles:
        raise NotYourRole(allowed=sorted(row.roles))
    if action is MotionAction.GRANT:
        rules.require_grantable(motion.kind)
    _settle(act, motion, row.target or motion.state, note)
    act.touch(case)
    _tell(act, DECIDED[motion.state], motion)
    return motion


async def suspend(act: Act, case_id: UUID, if_match: int, said: SuspensionFields) -> Suspension:
    """Let the cooperation rest; the open motion for it is granted by this."""
    case = await lock_case(act, case_id, if_match)
    advance(act, case, CaseAction.SUSPEND)
    days = (await settings_on(act, act.today)).suspension_review_days
    review_on = rules.review_day(said.review_on, said.starts_on, days)
    rules.require_explained(SuspensionReason(said.reason), said.reason_text)
    until = rules.review_until(said.starts_on, days, act.today)
    rules.require_suspension_days(said.starts_on, review_on, began(case), act.today, until)
    rules.require_no_overlap(said.starts_on, await queries.last_suspended(act, case.id))
    motion = await grant_motion(act, case, MotionKind.SUSPENSION, said.motion_id)
    granted = {"review_on": review_on, "motion_id": motion.id if motion else None}
    suspension = Suspension(
        **said.model_dump() | granted, case_id=case.id, family_id=case.family_id
    )
    act.add(suspension)
    await act.flush()
    deadlines.start(
        act,
        case,
        REVIEW,
        started_on=suspension.starts_on,
        due_on=review_on,
        subject_id=suspension.id,
    )
    _tell(act, EventType.COOPERATION_SUSPENDED, suspension, on=suspension.starts_on)
    return suspension


async def resume(
    act: Act, case_id: UUID, if_match: int, resumed_on: date, note: str | None
) -> Suspension:
    """Go on with the work; what the suspension paused is due later by its days."""
    case = await lock_case(act, case_id, if_match)
    advance(act, case, CaseAction.RESUME)
    suspension = await queries.open_suspension(act, case.id)
    if suspension is None:
        raise NotFound
    rules.require_resumption(resumed_on, suspension.starts_on, act.today)
    suspension.ended_on = resumed_on
    suspension.end_note = note
    await deadlines.settle(act, case, REVIEW, resumed_on)
    since, reason = suspension.starts_on, suspension.reason
    await deadlines.extend(act, case, since=since, until=resumed_on, reason=reason)
    _tell(act, EventType.COOPERATION_RESUMED, suspension, on=resumed_on)
    return suspension


async def grant_motion(
    act: Act, case: Case, kind: MotionKind, motion_id: UUID | None = None
) -> Motion | None:
    """Grant the motion that is named, or the open one of the kind, by the act it asked for."""
    if motion_id is None:
        motion = await queries.open_motion(act, case.id, kind)
    else:
        motion = await act.lock(Motion, motion_id)
        rules.require_motion_for(motion.kind, motion.state, motion.case_id, kind, case.id)
    if motion is not None:
        _settle(act, motion, MotionState.GRANTED, None)
    return motion


async def end_all(act: Act, case: Case, on: date) -> None:
    """End what is open when a case is closed: a suspension ends, motions have lost their object."""
    suspension = await queries.open_suspension(act, case.id)
    if suspension is not None:
        suspension.ended_on = max(on, suspension.starts_on)
    for motion in await queries.list_open_motions(act, case.id):
        _settle(act, motion, MotionState.REFUSED, None)


def began(case: Case) -> date:
    """Return the day on which the work with the family began."""
    return case.work_started_on or case.opened_on


def _settle(act: Act, motion: Motion, state: MotionState, note: str | None) -> None:
    motion.state = state
    motion.decided_on = act.today
    motion.decided_by = act.actor.account_id
    motion.decision_note = note


def _tell(act: Act, kind: EventType, row: CaseRecord, on: date | None = None) -> None:
    emit(act, kind, family_id=row.family_id, case_id=row.case_id, subject_id=row.id, on=on)
