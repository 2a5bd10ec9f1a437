"""The case as a whole: where it stands, what can be done, what is due, whose it is."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed
from app.api.deps import IfMatch, acts, reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.cases import (
    CaseHandoverIn,
    CaseOut,
    CaseSummaryOut,
    EventOut,
    ListedDeadlineOut,
)
from app.domain.act import Act
from app.domain.casefile import queries, rules
from app.domain.cases.rules import WORKFLOW, CaseAction, CaseState
from app.domain.deadlines.rules import DeadlineKind
from app.domain.errors import NotFound, Stale
from app.domain.fields import Day
from app.domain.handovers import service as handovers
from app.domain.handovers.rules import SameSocialWorker
from app.domain.intake.rules import SocialWorkerUnknown
from app.domain.staff.rules import DataAuthorisationMissing, WorkerNotActive, WorkerSuspended
from app.domain.workflow import IllegalStep

router = capability("cases")


@router.get("/cases", operation_id="list_cases", response_model=PageOut[CaseSummaryOut])
async def list_cases(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    state: Annotated[CaseState | None, Query(description="Only in this state")] = None,
) -> Response:
    """List the cases in your scope, the latest first."""
    return await reader.many(request, queries.CASES, page, state=state)


@router.get(
    "/cases/{case_id}",
    operation_id="show_case",
    response_model=CaseOut,
    responses=problems(NotFound),
)
async def show_case(case_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a case: deadlines, actions that its state knows; the reading is noted."""
    return await reader.one(
        queries.CASE, lambda facts: rules.allowed(facts, reader.actor.roles), id=case_id
    )


@router.post(
    "/cases/{case_id}/social-worker",
    operation_id="hand_over_case",
    response_model=CaseOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, SameSocialWorker, SocialWorkerUnknown),
        *(WorkerNotActive, WorkerSuspended, DataAuthorisationMissing),
    ),
)
async def hand_over_case(
    case_id: UUID,
    body: CaseHandoverIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.HAND_OVER))],
    version: IfMatch,
) -> Response:
    """Hand a case to another social worker: its tasks and the right to the family go along.

    Whoever had it sees the family no longer, unless they serve its district (K11).
    """
    await handovers.hand_over(act, case_id, version, body)
    return await changed(
        act, queries.CASE, lambda facts: rules.allowed(facts, act.actor.roles), id=case_id
    )


@router.get(
    "/cases/{case_id}/timeline",
    operation_id="list_timeline",
    response_model=PageOut[EventOut],
)
async def list_timeline(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List what has happened in a case, in the order in which it was recorded."""
    return await reader.many(request, queries.TIMELINE, page, case_id=case_id)


@router.get("/deadlines", operation_id="list_deadlines", response_model=PageOut[ListedDeadlineOut])
async def list_deadlines(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    kind: Annotated[DeadlineKind | None, Query(description="Only of this kind")] = None,
    due_before: Annotated[Day | None, Query(description="Only due before this day")] = None,
) -> Response:
    """List the open deadlines in your scope, the earliest first."""
    return await reader.many(request, queries.DEADLINES, page, kind=kind, due_before=due_before)
