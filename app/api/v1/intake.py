"""Signals: how the centre learns of a family in difficulty."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.intake import (
    FurtherSignalIn,
    SignalCheckIn,
    SignalIn,
    SignalOut,
    SignalSummaryOut,
)
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.cases.rules import WORKFLOW, CaseAction, CaseOpenAlready
from app.domain.errors import NotFound, Stale
from app.domain.families.rules import FamilyErased
from app.domain.intake import queries, service
from app.domain.intake.rules import (
    READERS,
    RECEIVERS,
    AnsweredByInterview,
    CheckOutOfOrder,
    RelapseOfAnotherFamily,
    SignalChecked,
    SignalInFuture,
    SocialWorkerUnknown,
)
from app.domain.workflow import IllegalStep

router = capability("intake")


@router.get("/signals", operation_id="list_signals", response_model=PageOut[SignalSummaryOut])
async def list_signals(
    request: Request,
    reader: Annotated[Reader, reads(*RECEIVERS)],
    page: PageOf,
    waiting: Annotated[
        bool | None, Query(description="Only signals that (do not) wait for an interview")
    ] = None,
) -> Response:
    """List signals, the latest first."""
    return await reader.many(request, queries.SIGNALS, page, waiting=waiting)


@router.get(
    "/signals/{signal_id}",
    operation_id="show_signal",
    response_model=SignalOut,
    responses=problems(NotFound),
)
async def show_signal(signal_id: UUID, reader: Annotated[Reader, reads(*READERS)]) -> Response:
    """Show a signal; reading it is recorded."""
    return await reader.one(queries.SIGNAL, id=signal_id)


@router.post(
    "/signals",
    operation_id="receive_signal",
    status_code=201,
    response_model=SignalOut,
    responses=problems(
        *(KeyReused, NotFound, CaseOpenAlready, IllegalStep),
        *(SignalInFuture, SocialWorkerUnknown, RelapseOfAnotherFamily, FamilyErased),
    ),
)
async def receive_signal(body: SignalIn, act: Annotated[Act, creates(*RECEIVERS)]) -> Response:
    """Record a signal: it opens the family's case and starts the clock of the interview."""
    signal = await service.receive_signal(
        act,
        body.family_id,
        body,
        social_worker_id=body.social_worker_id,
        previous_case_id=body.previous_case_id,
    )
    return await created(act, queries.SIGNAL, f"signals/{signal.id}", id=signal.id)


@router.post(
    "/cases/{case_id}/signals",
    operation_id="add_signal",
    status_code=201,
    response_model=SignalOut,
    responses=problems(KeyReused, NotFound, IllegalStep, SignalInFuture),
)
async def add_signal(
    case_id: UUID,
    body: FurtherSignalIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.ADD_SIGNAL))],
) -> Response:
    """Add another signal to the family's case: it is to be checked within the same days (B2).

    An interview, or its update, of that day or later checks it; else say what was found.
    """
    signal = await service.add_signal(act, case_id, body)
    return await created(act, queries.SIGNAL, f"signals/{signal.id}", id=signal.id)


@router.post(
    "/signals/{signal_id}/check",
    operation_id="check_signal",
    response_model=SignalOut,
    responses=problems(
        *(NotFound, Stale, AnsweredByInterview, SignalChecked, CheckOutOfOrder),
    ),
)
async def check_signal(
    signal_id: UUID,
    body: SignalCheckIn,
    act: Annotated[Act, acts(Role.SOCIAL_WORKER)],
    version: IfMatch,
) -> Response:
    """Say what was found about another signal, where no interview was made because of it."""
    await service.check_signal(act, signal_id, version, body)
    return await changed(act, queries.SIGNAL, id=signal_id)
