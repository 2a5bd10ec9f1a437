"""Shapes of motions and suspensions."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import AllowedActionOut, Resource
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import MAX_ITEMS, Day, Paragraph, Shape
from app.domain.motions.rules import ClosureReason, MotionKind, MotionState, SuspensionReason
from app.domain.motions.tables import MotionFields, SuspensionFields


class MotionIn(Shape, MotionFields):
    """What the assistant asks the manager for, and why."""


class MotionRefusalIn(Shape):
    """Why the manager does not grant the motion."""

    reason: Paragraph


class MotionGrantIn(Shape):
    """What the manager says when releasing an assistant."""

    note: Paragraph | None = None


class MotionSummaryOut(Resource):
    """A motion in a list."""

    case_id: UUID
    family_id: UUID
    kind: MotionKind
    state: MotionState
    suspension_reason: SuspensionReason | None
    closure_reason: ClosureReason | None
    text: Paragraph | None
    review_on: date | None
    proposed_on: date
    proposed_by: PersonRef | None
    decided_on: date | None
    decided_by: PersonRef | None
    decision_note: Paragraph | None
    created_at: AwareDatetime


class MotionOut(MotionSummaryOut):
    """A motion and what can be done with it."""

    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)


class SuspensionIn(Shape, SuspensionFields):
    """Why and from when the cooperation rests."""


class ResumptionIn(Shape):
    """From when the work goes on."""

    resumed_on: Day
    note: Paragraph | None = None


class SuspensionOut(Resource):
    """A time during which the cooperation rests."""

    case_id: UUID
    family_id: UUID
    reason: SuspensionReason
    reason_text: Paragraph | None
    starts_on: date
    review_on: date
    motion_id: UUID | None
    ended_on: date | None
    end_note: Paragraph | None
    created_at: AwareDatetime
