"""Work plans: drafted with the family, consulted, agreed, activated, revised."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import Allowed, PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.plans import (
    ActivationIn,
    AgreementIn,
    ConsultationIn,
    ExternalAgreementIn,
    WorkPlanHeaderOut,
    WorkPlanIn,
    WorkPlanOut,
    WorkPlanPatch,
)
from app.domain.act import Act
from app.domain.actor import Actor
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.rules import CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.errors import NotFound, Refusal, Stale
from app.domain.goals.rules import DeadlineInPast, PlanIncomplete, UnknownPlanItem
from app.domain.plans import queries, rules, service
from app.domain.plans.rules import WORKFLOW, PlanAction
from app.domain.workflow import IllegalStep

router = capability("plans")
COMMAND: tuple[type[Refusal], ...] = (NotFound, Stale, IllegalStep)
CONTENT: tuple[type[Refusal], ...] = (
    *(PlanIncomplete, DeadlineInPast, UnknownPlanItem, ConsentRequired),
    *(rules.PlanReasonMissing, rules.ParticipantUnknown),
)


def allowed_to(actor: Actor) -> Allowed:
    """Say what somebody can do with a version, by the rules that judge the commands."""
    return lambda facts: rules.allowed(facts, actor.roles)


async def answered(act: Act, plan_id: UUID) -> Response:
    """Answer a command on a version with the version."""
    return await changed(act, queries.PLAN, allowed_to(act.actor), id=plan_id)


@router.post(
    "/cases/{case_id}/plans",
    operation_id="draft_plan",
    status_code=201,
    response_model=WorkPlanOut,
    responses=problems(NotFound, KeyReused, IllegalStep, rules.DraftOpenAlready, *CONTENT),
)
async def draft_plan(
    case_id: UUID,
    body: WorkPlanIn,
    act: Annotated[Act, creates(*CASE_WORKFLOW.roles(CaseAction.DRAFT_PLAN))],
) -> Response:
    """Draft the first plan of a case, or the next version of the active one with its reason."""
    plan = await service.draft_plan(act, case_id, body)
    return await created(act, queries.PLAN, f"plans/{plan.id}", allowed_to(act.actor), id=plan.id)


@router.get(
    "/cases/{case_id}/plans",
    operation_id="list_plans",
    response_model=PageOut[WorkPlanHeaderOut],
)
async def list_plans(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the versions of a case's plan, the latest first."""
    return await reader.many(request, queries.PLANS, page, case_id=case_id)


@router.get(
    "/plans/{plan_id}",
    operation_id="show_plan",
    response_model=WorkPlanOut,
    responses=problems(NotFound),
)
async def show_plan(plan_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a version with what can be done now; the reading is noted in the audit."""
    return await reader.one(queries.PLAN, allowed_to(reader.actor), id=plan_id)


@router.patch(
    "/plans/{plan_id}",
    operation_id="change_plan",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, *CONTENT),
)
async def change_plan(
    plan_id: UUID,
    body: Annotated[WorkPlanPatch, PATCHED],
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.CHANGE))],
    version: IfMatch,
) -> Response:
    """Change a draft: what was consulted and agreed before the change no longer counts."""
    await service.change_draft(act, plan_id, version, body.changes())
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/consultation",
    operation_id="consult_plan",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, rules.PlanStepInFuture),
)
async def consult_plan(
    plan_id: UUID,
    body: ConsultationIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.CONSULT))],
    version: IfMatch,
) -> Response:
    """Record your consultation of the draft, as the family's social worker (E2)."""
    await service.consult(act, plan_id, version, body.consulted_on, body.opinion)
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/agreement",
    operation_id="agree_plan",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, rules.AgreementNotNeeded, rules.PlanStepInFuture),
)
async def agree_plan(
    plan_id: UUID,
    body: AgreementIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.AGREE))],
    version: IfMatch,
) -> Response:
    """Agree to the draft as the coordinator of a child in care (E3)."""
    said = {"name": None, "reference": body.child_plan_ref, "remarks": body.remarks}
    await service.agree(act, plan_id, version, body.agreed_on, said)
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/external-agreement",
    operation_id="record_plan_agreement",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, rules.AgreementNotNeeded, rules.PlanStepInFuture),
)
async def record_plan_agreement(
    plan_id: UUID,
    body: ExternalAgreementIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.AGREE_EXTERNALLY))],
    version: IfMatch,
) -> Response:
    """Record the agreement of the organiser of foster care or of the child's educator (E4)."""
    said = {"name": body.name, "reference": body.reference, "remarks": body.remarks}
    await service.agree(act, plan_id, version, body.agreed_on, said, body.partner)
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/activation",
    operation_id="activate_plan",
    response_model=WorkPlanOut,
    responses=problems(
        *(*COMMAND, ConsentRequired, PlanIncomplete, DeadlineInPast, rules.PlanStepInFuture),
        *(rules.ParticipantsMissing, rules.SignerNotParticipant, rules.ConsultationMissing),
        *(rules.AgreementMissing, rules.EducatorAgreementMissing),
    ),
)
async def activate_plan(
    plan_id: UUID,
    body: ActivationIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.ACTIVATE))],
    version: IfMatch,
) -> Response:
    """Put a version into effect; the one before it is superseded and stays as it was."""
    await service.activate(act, plan_id, version, body.activated_on, body.signed_by)
    return await answered(act, plan_id)


@router.post(
    "/plans/{plan_id}/abandonment",
    operation_id="abandon_plan",
    response_model=WorkPlanOut,
    responses=problems(*COMMAND, rules.FirstDraftStays),
)
async def abandon_plan(
    plan_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(PlanAction.ABANDON))],
    version: IfMatch,
) -> Response:
    """Give a draft of the next version up; the active one goes on."""
    await service.abandon_draft(act, plan_id, version)
    return await answered(act, plan_id)
