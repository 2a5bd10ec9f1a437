"""Suspensions: the cooperation rests and is resumed."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.motions import ResumptionIn, SuspensionIn, SuspensionOut
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.errors import NotFound, Stale
from app.domain.motions import queries, rules, service
from app.domain.workflow import IllegalStep

router = capability("motions")


@router.post(
    "/cases/{case_id}/suspension",
    operation_id="suspend_case",
    status_code=201,
    response_model=SuspensionOut,
    responses=problems(
        *(NotFound, KeyReused, Stale, IllegalStep, rules.SuspensionUnexplained),
        *(rules.SuspensionDatesWrong, rules.SuspensionOverlaps, rules.MotionMismatch),
    ),
)
async def suspend_case(
    case_id: UUID,
    body: SuspensionIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.SUSPEND))],
    version: IfMatch,
) -> Response:
    """Let the cooperation rest until a review; If-Match holds the case's version."""
    found = await service.suspend(act, case_id, version, body)
    return await created(act, queries.SUSPENSION, f"suspensions/{found.id}", id=found.id)


@router.get(
    "/cases/{case_id}/suspensions",
    operation_id="list_suspensions",
    response_model=PageOut[SuspensionOut],
)
async def list_suspensions(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the suspensions of a case, the latest first."""
    return await reader.many(request, queries.SUSPENSIONS, page, case_id=case_id)


@router.get(
    "/suspensions/{suspension_id}",
    operation_id="show_suspension",
    response_model=SuspensionOut,
    responses=problems(NotFound),
)
async def show_suspension(suspension_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a suspension."""
    return await reader.one(queries.SUSPENSION, id=suspension_id)


@router.post(
    "/cases/{case_id}/resumption",
    operation_id="resume_case",
    response_model=SuspensionOut,
    responses=problems(NotFound, Stale, IllegalStep, rules.ResumedOutOfOrder),
)
async def resume_case(
    case_id: UUID,
    body: ResumptionIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.RESUME))],
    version: IfMatch,
) -> Response:
    """Go on with the work; dates that centre and family have set move by the days of the pause."""
    found = await service.resume(act, case_id, version, body.resumed_on, body.note)
    return await changed(act, queries.SUSPENSION, id=found.id)
