"""Carrying the plan out: completed actions and reviews of goals."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.api.answers import capability
from app.api.deps import IfMatch, acts
from app.api.problems import problems
from app.api.v1.plans import COMMAND, answered
from app.api.v1.schemas.plans import GoalReviewIn, ProgressIn, WorkPlanOut
from app.domain.act import Act
from app.domain.goals.rules import ActionDoneAlready, NoSuchAction
from app.domain.plans import rules, service
from app.domain.plans.rules import WORKFLOW, PlanAction

router = capability("plans")


@router.post(
    "/plans/{plan_id}/actions/{action_id}/completion",
    operation_id="complete_plan_action",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, NoSuchAction, ActionDoneAlready, rules.PlanStepInFuture),
)
async def complete_plan_action(
    plan_id: UUID,
    action_id: UUID,
    body: ProgressIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.COMPLETE_ACTION))],
    version: IfMatch,
) -> Response:
    """Record what came of an action of the active plan; its deadline is settled."""
    await service.complete_action(act, plan_id, version, action_id, body)
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/goal-reviews",
    operation_id="review_goals",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, rules.PlanStepInFuture),
)
async def review_goals(
    plan_id: UUID,
    body: GoalReviewIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.REVIEW_GOALS))],
    version: IfMatch,
) -> Response:
    """Record a review of the goals with the family; the next one is due by the setting (E9)."""
    await service.review_goals(act, plan_id, version, body)
    return await answered(act, plan_id)
