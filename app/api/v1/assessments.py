"""Assessments of a family's situation: periodic and final (art. 15(1)(15))."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.assessments import (
    AssessmentIn,
    AssessmentOut,
    AssessmentPatch,
    AssessmentSummaryOut,
    HandoverIn,
    SignatureWithdrawalIn,
)
from app.api.v1.schemas.base import PageOut
from app.domain.act import Act
from app.domain.assessments import queries, rules, service
from app.domain.assessments.rules import AssessmentAction
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.rules import CaseAction
from app.domain.errors import NotFound, Stale
from app.domain.workflow import IllegalStep

router = capability("assessments")
A = AssessmentAction


async def _changed(act: Act, assessment_id: UUID) -> Response:
    roles = act.actor.roles
    return await changed(
        act, queries.ASSESSMENT, lambda facts: rules.allowed(facts, roles), id=assessment_id
    )


@router.post(
    "/cases/{case_id}/assessments",
    operation_id="draft_assessment",
    status_code=201,
    response_model=AssessmentOut,
    responses=problems(
        *(NotFound, KeyReused, IllegalStep, rules.AssessmentOpen),
        *(rules.PeriodNotOver, rules.PeriodAssessed),
    ),
)
async def draft_assessment(
    case_id: UUID,
    body: AssessmentIn,
    act: Annotated[Act, creates(*CASE_WORKFLOW.roles(CaseAction.ASSESS))],
) -> Response:
    """Begin an assessment: goals come from the active plan, ratings from the last assessment."""
    begun = await service.draft_assessment(act, case_id, body)
    return await created(
        act,
        queries.ASSESSMENT,
        f"assessments/{begun.id}",
        lambda facts: rules.allowed(facts, act.actor.roles),
        id=begun.id,
    )


@router.get(
    "/cases/{case_id}/assessments",
    operation_id="list_assessments",
    response_model=PageOut[AssessmentSummaryOut],
)
async def list_assessments(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the assessments of a case, the latest period first."""
    return await reader.many(request, queries.ASSESSMENTS, page, case_id=case_id)


@router.get(
    "/assessments/{assessment_id}",
    operation_id="show_assessment",
    response_model=AssessmentOut,
    responses=problems(NotFound),
)
async def show_assessment(assessment_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show an assessment; the reading is noted in the audit."""
    return await reader.one(
        queries.ASSESSMENT,
        lambda facts: rules.allowed(facts, reader.actor.roles),
        id=assessment_id,
    )


@router.patch(
    "/assessments/{assessment_id}",
    operation_id="edit_assessment",
    response_model=AssessmentOut,
    responses=problems(NotFound, Stale, IllegalStep, rules.UnknownGoal, rules.UnknownChild),
)
async def edit_assessment(
    assessment_id: UUID,
    body: Annotated[AssessmentPatch, PATCHED],
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.EDIT))],
    version: IfMatch,
) -> Response:
    """Fill in a draft."""
    await service.edit_assessment(act, assessment_id, version, body.changes())
    return await _changed(act, assessment_id)


@router.post(
    "/assessments/{assessment_id}/signature",
    operation_id="sign_assessment",
    response_model=AssessmentOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.AssessmentIncomplete, rules.ChildNotHeard),
        rules.SupportingFamilyNotConsidered,
    ),
)
async def sign_assessment(
    assessment_id: UUID,
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.SIGN))],
    version: IfMatch,
) -> Response:
    """Sign a complete draft; the clock runs on until it is handed over (E7)."""
    await service.sign_assessment(act, assessment_id, version)
    return await _changed(act, assessment_id)


@router.post(
    "/assessments/{assessment_id}/signature-withdrawal",
    operation_id="withdraw_assessment_signature",
    response_model=AssessmentOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def withdraw_assessment_signature(
    assessment_id: UUID,
    body: SignatureWithdrawalIn,
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.WITHDRAW_SIGNATURE))],
    version: IfMatch,
) -> Response:
    """Make a signed assessment a draft again, before it is handed over."""
    await service.withdraw_signature(act, assessment_id, version, body.reason)
    return await _changed(act, assessment_id)


@router.post(
    "/assessments/{assessment_id}/discarding",
    operation_id="discard_assessment",
    response_model=AssessmentOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def discard_assessment(
    assessment_id: UUID,
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.DISCARD))],
    version: IfMatch,
) -> Response:
    """Give up a draft; it stays on record and counts for nothing."""
    await service.discard_assessment(act, assessment_id, version)
    return await _changed(act, assessment_id)


@router.post(
    "/assessments/{assessment_id}/handover",
    operation_id="hand_over_assessment",
    response_model=AssessmentOut,
    responses=problems(NotFound, Stale, IllegalStep, rules.HandoverOutOfOrder),
)
async def hand_over_assessment(
    assessment_id: UUID,
    body: HandoverIn,
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.HAND_OVER))],
    version: IfMatch,
) -> Response:
    """Hand a signed assessment over: only this settles what was due and starts the next period."""
    await service.hand_over_assessment(act, assessment_id, version, body.handed_over_on)
    return await _changed(act, assessment_id)


@router.post(
    "/assessments/{assessment_id}/receipt",
    operation_id="receive_assessment",
    response_model=AssessmentOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def receive_assessment(
    assessment_id: UUID,
    act: Annotated[Act, acts(*rules.WORKFLOW.roles(A.RECEIVE))],
    version: IfMatch,
) -> Response:
    """Confirm that the assessment has arrived."""
    await service.receive_assessment(act, assessment_id, version)
    return await _changed(act, assessment_id)
