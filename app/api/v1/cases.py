"""The case as a whole: where it stands, what can be done, what is due, what has happened."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability
from app.api.deps import reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.cases import CaseOut, CaseSummaryOut, EventOut, ListedDeadlineOut
from app.domain.casefile import queries, rules
from app.domain.cases.rules import CaseState
from app.domain.deadlines.rules import DeadlineKind
from app.domain.errors import NotFound
from app.domain.fields import Day

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
