"""Motions of the assistant and the manager's decisions on them; suspensions."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.motions import (
    MotionGrantIn,
    MotionIn,
    MotionOut,
    MotionRefusalIn,
    MotionSummaryOut,
)
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.rules import CaseAction
from app.domain.errors import NotFound, Stale
from app.domain.motions import queries, rules, service
from app.domain.motions.rules import MotionAction
from app.domain.workflow import IllegalStep

router = capability("motions")
ROLES = rules.MOTIONS.roles


async def _decided(
    act: Act, motion_id: UUID, version: int, action: MotionAction, note: str | None
) -> Response:
    await service.decide(act, motion_id, version, action, note)
    roles = act.actor.roles
    return await changed(
        act, queries.MOTION, lambda facts: rules.allowed(facts, roles), id=motion_id
    )


@router.post(
    "/cases/{case_id}/motions",
    operation_id="propose_motion",
    status_code=201,
    response_model=MotionOut,
    responses=problems(
        *(NotFound, KeyReused, IllegalStep, rules.MotionIncomplete, rules.MotionOpenAlready),
        *(rules.ChildPlacedIsNoReason, rules.ReasonUnexplained),
    ),
)
async def propose_motion(
    case_id: UUID,
    body: MotionIn,
    act: Annotated[Act, creates(*CASE_WORKFLOW.roles(CaseAction.PROPOSE_CLOSURE))],
) -> Response:
    """Ask the manager to suspend or close, or to be released from the family."""
    motion = await service.propose(act, case_id, body)
    return await created(
        act,
        queries.MOTION,
        f"motions/{motion.id}",
        lambda facts: rules.allowed(facts, act.actor.roles),
        id=motion.id,
    )


@router.get(
    "/cases/{case_id}/motions",
    operation_id="list_motions",
    response_model=PageOut[MotionSummaryOut],
)
async def list_motions(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the motions of a case, the latest first."""
    return await reader.many(request, queries.MOTIONS, page, case_id=case_id)


@router.get(
    "/motions/{motion_id}",
    operation_id="show_motion",
    response_model=MotionOut,
    responses=problems(NotFound),
)
async def show_motion(motion_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a motion and what can be done with it; the reading is noted in the audit."""
    return await reader.one(
        queries.MOTION, lambda facts: rules.allowed(facts, reader.actor.roles), id=motion_id
    )


@router.post(
    "/motions/{motion_id}/refusal",
    operation_id="refuse_motion",
    response_model=MotionOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def refuse_motion(
    motion_id: UUID,
    body: MotionRefusalIn,
    act: Annotated[Act, acts(*ROLES(MotionAction.REFUSE))],
    version: IfMatch,
) -> Response:
    """Refuse a motion, with the reason."""
    return await _decided(act, motion_id, version, MotionAction.REFUSE, body.reason)


@router.post(
    "/motions/{motion_id}/grant",
    operation_id="grant_motion",
    response_model=MotionOut,
    responses=problems(NotFound, Stale, IllegalStep, rules.NotThisMotion),
)
async def grant_motion(
    motion_id: UUID,
    body: MotionGrantIn,
    act: Annotated[Act, acts(*ROLES(MotionAction.GRANT))],
    version: IfMatch,
) -> Response:
    """Agree to release the assistant; the transfer to another one follows (2.5)."""
    return await _decided(act, motion_id, version, MotionAction.GRANT, body.note)


@router.post(
    "/motions/{motion_id}/withdrawal",
    operation_id="withdraw_motion",
    response_model=MotionOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def withdraw_motion(
    motion_id: UUID,
    act: Annotated[Act, acts(*ROLES(MotionAction.WITHDRAW))],
    version: IfMatch,
) -> Response:
    """Take a motion back before it is decided."""
    return await _decided(act, motion_id, version, MotionAction.WITHDRAW, None)
