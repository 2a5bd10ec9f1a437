"""Shapes of work plans."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime
from pydantic import Field as Bounds
from sqlmodel import Field

from app.api.patches import Patch
from app.api.v1.schemas.base import AllowedActionOut, Out, Resource, Total, Version, WarningOut
from app.domain.families.rules import Sphere
from app.domain.fields import MAX_ITEMS, Day, Line, Name, Paragraph, Shape
from app.domain.goals.rules import ActionEffect, ActionPerformer, GoalOwner
from app.domain.goals.tables import MOST_ACTIONS, MOST_GOALS
from app.domain.placements.rules import PlanPartner
from app.domain.plans.rules import PlanState
from app.domain.plans.tables import GoalReviewFields, People, ProgressFields, WorkPlanFields
from app.domain.tasks.rules import AssistantTask

External = Literal[PlanPartner.ORGANISER, PlanPartner.EDUCATOR]


class WorkPlanIn(Shape, WorkPlanFields):
    """A plan, or the next version of it: goals and actions that go on keep their ids."""


class WorkPlanPatch(Patch, WorkPlanFields):
    """A change of a draft; `goals` and `participants` are replaced as a whole."""


class ConsultationIn(Shape):
    """The social worker's word on the draft (E2)."""

    consulted_on: Day
    opinion: Paragraph | None = None


class AgreementIn(Shape):
    """The coordinator's agreement: the plan fits the child's plan (E3)."""

    agreed_on: Day
    child_plan_ref: Line = Field(description="Number of the child's aid plan")
    remarks: Paragraph | None = None


class ExternalAgreementIn(Shape):
    """The agreement of the organiser (G2) or of the institution's educator (E4)."""

    partner: External
    name: Name = Field(description="Who agreed")
    agreed_on: Day
    reference: Line | None = Field(default=None, description="Number of the child's plan or letter")
    remarks: Paragraph | None = None


class ActivationIn(Shape):
    """The family's signatures under the plan, and from when it is carried out."""

    activated_on: Day | None = Field(default=None, description="Today, where it is left out")
    signed_by: People = Field(description="Participants who signed")


class ProgressIn(Shape, ProgressFields):
    """What came of an action."""


class GoalReviewIn(Shape, GoalReviewFields):
    """A review of the plan's goals with the family."""


class PersonOut(Out):
    """Somebody of the centre."""

    id: UUID
    full_name: Name


class ActionOut(Out):
    """One action of the plan."""

    id: UUID
    action: Paragraph
    due_on: date
    expected_effect: Paragraph
    who: ActionPerformer
    other_text: Line | None
    task: AssistantTask | None


class GoalOut(Out):
    """One goal with its actions."""

    id: UUID
    sphere: Sphere
    goal: Paragraph
    owner: GoalOwner
    actions: list[ActionOut] = Field(max_length=MOST_ACTIONS)


class ConsultationOut(Out):
    """Who consulted the plan, and what they said."""

    consulted_on: date
    by: PersonOut
    opinion: Paragraph | None


class PlanAgreementOut(Out):
    """Who agreed to the plan for a child in care."""

    partner: PlanPartner
    name: Name | None
    by: PersonOut = Field(description="Who recorded it; the coordinator themself")
    agreed_on: date
    reference: Line | None
    remarks: Paragraph | None


class ProgressOut(Out):
    """What came of an action."""

    action_id: UUID
    done_on: date
    effect: ActionEffect
    note: Paragraph | None


class GoalReviewOut(Out):
    """One review of the goals."""

    id: UUID
    reviewed_on: date
    remarks: Paragraph


class WorkPlanHeaderOut(Resource):
    """A version of a plan in a list."""

    case_id: UUID
    family_id: UUID
    version_no: Version
    state: PlanState
    valid_from: date
    reason: Paragraph | None
    activated_on: date | None
    superseded_on: date | None
    last_reviewed_on: date | None
    actions_done: Total
    created_by: PersonOut | None
    created_at: AwareDatetime


class WorkPlanOut(WorkPlanHeaderOut):
    """A version of a plan: what it says, who agreed, how far it has come, what can be done."""

    goals: list[GoalOut] = Field(max_length=MOST_GOALS)
    participants: Annotated[list[UUID], Bounds(max_length=MAX_ITEMS)]
    resources: Paragraph | None
    signed_by: Annotated[list[UUID], Bounds(max_length=MAX_ITEMS)]
    consultation: ConsultationOut | None
    agreements: list[PlanAgreementOut] = Field(max_length=3)
    progress: list[ProgressOut] = Field(max_length=MOST_GOALS * MOST_ACTIONS)
    reviews: list[GoalReviewOut] = Field(max_length=MAX_ITEMS)
    warnings: list[WarningOut] = Field(max_length=10)
    allowed_actions: list[AllowedActionOut] = Field(max_length=10)
