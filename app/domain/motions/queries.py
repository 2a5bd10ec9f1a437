"""How motions and suspensions are found, and how they are shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.identity.queries import person
from app.domain.motions.rules import MotionKind, MotionState
from app.domain.motions.tables import Motion, Suspension


async def open_motion(act: Act, case_id: UUID, kind: MotionKind) -> Motion | None:
    """Return the open motion of a kind in a case, locked; there is one at most."""
    query = (
        select(Motion)
        .where(
            col(Motion.centre_id) == act.actor.centre_id,
            col(Motion.case_id) == case_id,
            col(Motion.kind) == kind,
            col(Motion.state) == MotionState.OPEN,
        )
        .with_for_update()
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def list_open_motions(act: Act, case_id: UUID) -> list[Motion]:
    """Return every open motion of a case, locked."""
    query = (
        select(Motion)
        .where(
            col(Motion.centre_id) == act.actor.centre_id,
            col(Motion.case_id) == case_id,
            col(Motion.state) == MotionState.OPEN,
        )
        .with_for_update()
    )
    return list((await act.session.execute(query)).scalars())


async def open_suspension(act: Act, case_id: UUID) -> Suspension | None:
    """Return the suspension of a case that has not ended, locked."""
    query = (
        select(Suspension)
        .where(
            col(Suspension.centre_id) == act.actor.centre_id,
            col(Suspension.case_id) == case_id,
            col(Suspension.ended_on).is_(None),
        )
        .with_for_update()
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def last_suspended(act: Act, case_id: UUID) -> date | None:
    """Return when the latest suspension of a case ended: the day on which the work went on."""
    query = select(func.max(col(Suspension.ended_on))).where(
        col(Suspension.centre_id) == act.actor.centre_id, col(Suspension.case_id) == case_id
    )
    return (await act.session.execute(query)).scalar_one()


_MOTION = f"""
    SELECT m.id, m.version, m.case_id, m.family_id, m.kind, m.state, m.suspension_reason,
           m.closure_reason, m.text, m.review_on, m.proposed_on,
           {person("m.created_by")} AS proposed_by,
           m.decided_on, {person("m.decided_by")} AS decided_by, m.decision_note,
           app.z(m.created_at) AS created_at
      FROM motion m WHERE m.centre_id = app.centre()
"""
MOTION = One(
    f"{_MOTION} AND m.id = :id::uuid AND app.note_reading(m.family_id, 'motion', m.id)",
    facts="SELECT r.kind, r.state",
)
MOTIONS = Many(
    f"{_MOTION} AND m.case_id = :case_id::uuid",
    (Key("m.id", "uuid"),),
    descending=True,
    within=SEEN_CASE,
)

_SUSPENSION = """
    SELECT s.id, s.version, s.case_id, s.family_id, s.reason, s.reason_text, s.starts_on,
           s.review_on, s.motion_id, s.ended_on, s.end_note, app.z(s.created_at) AS created_at
      FROM suspension s WHERE s.centre_id = app.centre()
"""
SUSPENSION = One(
    f"{_SUSPENSION} AND s.id = :id::uuid AND app.note_reading(s.family_id, 'suspension', s.id)"
)
SUSPENSIONS = Many(
    f"{_SUSPENSION} AND s.case_id = :case_id::uuid",
    (Key("s.starts_on", "date"), Key("s.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)
