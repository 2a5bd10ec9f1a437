"""Environmental interviews."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.api.answers import Allowed, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.interviews import (
    InterviewCompletionIn,
    InterviewIn,
    InterviewOut,
    InterviewPatch,
    InterviewUpdateIn,
)
from app.domain.act import Act
from app.domain.actor import Actor
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.rules import CaseAction
from app.domain.errors import NotFound
from app.domain.intake.rules import READERS
from app.domain.interviews import queries, rules, service
from app.domain.interviews.rules import WORKFLOW, InterviewAction
from app.domain.workflow import IllegalStep

router = capability("interviews")


def _allowed(actor: Actor) -> Allowed:
    return lambda facts: rules.allowed(facts, actor.roles)


@router.get(
    "/interviews/{interview_id}",
    operation_id="show_interview",
    response_model=InterviewOut,
    responses=problems(NotFound),
)
async def show_interview(
    interview_id: UUID, reader: Annotated[Reader, reads(*READERS)]
) -> Response:
    """Show an interview; reading it is recorded."""
    return await reader.one(queries.INTERVIEW, _allowed(reader.actor), id=interview_id)


@router.post(
    "/cases/{case_id}/interviews",
    operation_id="start_interview",
    status_code=201,
    response_model=InterviewOut,
    responses=problems(KeyReused, NotFound, IllegalStep, rules.InterviewOutOfOrder),
)
async def start_interview(
    case_id: UUID,
    body: InterviewIn,
    act: Annotated[Act, creates(*CASE_WORKFLOW.roles(CaseAction.START_INTERVIEW))],
) -> Response:
    """Begin the interview that the signal calls for."""
    interview = await service.start_interview(act, case_id, body)
    location = f"interviews/{interview.id}"
    return await created(act, queries.INTERVIEW, location, _allowed(act.actor), id=interview.id)


@router.patch(
    "/interviews/{interview_id}",
    operation_id="amend_interview",
    response_model=InterviewOut,
    responses=problems(NotFound, IllegalStep, rules.InterviewOutOfOrder),
)
async def amend_interview(
    interview_id: UUID,
    body: Annotated[InterviewPatch, PATCHED],
    act: Annotated[Act, acts(*WORKFLOW.roles(InterviewAction.AMEND))],
    version: IfMatch,
) -> Response:
    """Change an interview in progress, or write down what has been found so far."""
    await service.amend_interview(act, interview_id, version, body.changes())
    return await changed(act, queries.INTERVIEW, _allowed(act.actor), id=interview_id)


@router.post(
    "/interviews/{interview_id}/completion",
    operation_id="complete_interview",
    response_model=InterviewOut,
    responses=problems(
        *(NotFound, IllegalStep, rules.InterviewOutOfOrder),
        *(rules.DiagnosisRequired, rules.HearingNotRecorded),
    ),
)
async def complete_interview(
    interview_id: UUID,
    body: InterviewCompletionIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(InterviewAction.COMPLETE))],
    version: IfMatch,
) -> Response:
    """End the interview with its diagnosis; without need the case ends here."""
    await service.complete_interview(act, interview_id, version, body)
    return await changed(act, queries.INTERVIEW, _allowed(act.actor), id=interview_id)


@router.post(
    "/interviews/{interview_id}/updates",
    operation_id="update_interview",
    status_code=201,
    response_model=InterviewOut,
    responses=problems(
        KeyReused, NotFound, IllegalStep, rules.NothingToUpdate, rules.UpdateOutOfOrder
    ),
)
async def update_interview(
    interview_id: UUID,
    body: InterviewUpdateIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(InterviewAction.UPDATE))],
) -> Response:
    """Bring a completed interview up to date; the next update is due in six months."""
    await service.update_interview(act, interview_id, body)
    location = f"interviews/{interview_id}"
    return await created(act, queries.INTERVIEW, location, _allowed(act.actor), id=interview_id)
