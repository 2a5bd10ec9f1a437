"""Shapes of assessments."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import AllowedActionOut, Out, Resource, WarningOut
from app.api.v1.schemas.cases import PersonRef
from app.domain.actor import Role
from app.domain.assessments.rules import (
    AssessmentKind,
    AssessmentState,
    Conclusion,
    GoalRating,
)
from app.domain.assessments.tables import (
    AssessmentFields,
    AssessmentStart,
    SphereAssessed,
)
from app.domain.families.rules import Sphere
from app.domain.fields import MAX_ITEMS, Day, Note, Paragraph, Shape
from app.domain.interviews.tables import ChildHeard


class AssessmentIn(Shape, AssessmentStart):
    """Which assessment is begun, and until when it looks."""


class AssessmentPatch(Patch, AssessmentFields):
    """A merge patch on a draft; goals that are not named keep their rating."""


class SignatureWithdrawalIn(Shape):
    """Why the signature is withdrawn."""

    reason: Paragraph


class HandoverIn(Shape):
    """When the assessment was handed over to the art. 17(1) entity."""

    handed_over_on: Day


class RatedGoalOut(Out):
    """A goal of the plan as it was when the draft began, and how far it has been reached."""

    goal_id: UUID
    sphere: Sphere
    goal: Paragraph
    previous_rating: GoalRating | None
    rating: GoalRating | None
    comment: Paragraph | None


class RecipientOut(PersonRef):
    """Somebody who gets a copy (E8)."""

    role: Role


class AssessmentSummaryOut(Resource):
    """An assessment in a list."""

    case_id: UUID
    family_id: UUID
    kind: AssessmentKind
    state: AssessmentState
    period_from: date
    period_to: date
    conclusion: Conclusion | None
    signed_on: date | None
    handed_over_on: date | None
    received_on: date | None
    due_on: date | None = Field(description="What the hand-over settled, or what still runs (E6)")
    in_time: bool | None = Field(description="Whether the hand-over keeps, or still can keep, it")
    created_by: PersonRef | None
    created_at: AwareDatetime


class AssessmentOut(AssessmentSummaryOut):
    """An assessment with all that it says."""

    goals: list[RatedGoalOut] = Field(max_length=MAX_ITEMS)
    spheres: list[SphereAssessed] = Field(max_length=MAX_ITEMS)
    involvement: Note | None
    children: list[ChildHeard] = Field(max_length=MAX_ITEMS)
    supporting_family_considered: bool | None
    supporting_family_note: Paragraph | None
    conclusions_text: Note | None
    signed_by: PersonRef | None
    withdrawal_reason: Paragraph | None
    recipients: list[RecipientOut] = Field(max_length=MAX_ITEMS)
    received_by: PersonRef | None
    warnings: list[WarningOut] = Field(max_length=MAX_ITEMS)
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)
