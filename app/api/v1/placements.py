"""Placements of children in care, and their end."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.placements import PlacementEndIn, PlacementIn, PlacementOut
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.errors import NotFound, Stale
from app.domain.placements import queries, rules, service
from app.domain.retention.rules import FileErasedAlready
from app.domain.workflow import IllegalStep

router = capability("placements")


@router.post(
    "/cases/{case_id}/placements",
    operation_id="record_placement",
    status_code=201,
    response_model=PlacementOut,
    responses=problems(
        *(NotFound, KeyReused, IllegalStep, rules.NotAChildHere, rules.PlacementOpenAlready),
        *(rules.PlacementDateWrong, rules.EducatorMissing, rules.FormMismatch),
        rules.PerformerMismatch,
    ),
)
async def record_placement(
    case_id: UUID,
    body: PlacementIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.PLACE_CHILD))],
) -> Response:
    """Record that a child was placed in care; the case stays open, its plan needs an agreement."""
    placement = await service.record_placement(act, case_id, body)
    return await created(act, queries.PLACEMENT, f"placements/{placement.id}", id=placement.id)


@router.get(
    "/cases/{case_id}/placements",
    operation_id="list_placements",
    response_model=PageOut[PlacementOut],
)
async def list_placements(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the placements of a case's children, the latest first."""
    return await reader.many(request, queries.PLACEMENTS, page, case_id=case_id)


@router.get(
    "/placements/{placement_id}",
    operation_id="show_placement",
    response_model=PlacementOut,
    responses=problems(NotFound),
)
async def show_placement(placement_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show one placement; the reading is noted in the audit."""
    return await reader.one(queries.PLACEMENT, id=placement_id)


@router.post(
    "/placements/{placement_id}/return",
    operation_id="end_placement",
    response_model=PlacementOut,
    responses=problems(
        *(NotFound, Stale, rules.PlacementEnded, rules.PlacementDateWrong),
        FileErasedAlready,
    ),
)
async def end_placement(
    placement_id: UUID,
    body: PlacementEndIn,
    act: Annotated[Act, acts(*rules.RETURN_ROLES)],
    version: IfMatch,
) -> Response:
    """Record the child's return or another end of the stay; the coordinator's right ends too."""
    await service.end_placement(act, placement_id, version, body.ended_on, body.outcome, body.note)
    return await changed(act, queries.PLACEMENT, id=placement_id)
