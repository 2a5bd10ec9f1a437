"""Absence covers: who covers for whom, on which days."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.covers import CoverIn, CoverOut, EarlyCoverEndIn
from app.domain.act import Act
from app.domain.assignments.rules import OverrideNeedsReason
from app.domain.caseload.rules import (
    CaseloadFull,
    CoordinatorCaseloadFull,
    CoordinatorLimitReached,
    LocalLimitReached,
)
from app.domain.covers import queries, rules, service
from app.domain.errors import NotFound, Stale
from app.domain.fields import Day
from app.domain.staff.rules import NOT_AT_WORK

router = capability("covers")


@router.post(
    "/covers",
    operation_id="set_cover",
    status_code=201,
    response_model=CoverOut,
    responses=problems(
        *(NotFound, KeyReused, rules.CoverSetByManager, rules.CoverOutOfTime),
        *(rules.CoversThemself, rules.NothingToCover, rules.CoverNeedsRole),
        *(rules.CoveredAlready, rules.CoveringIsAbsent, rules.AbsentCovers),
        *(*NOT_AT_WORK, OverrideNeedsReason),
        *(CaseloadFull, LocalLimitReached, CoordinatorCaseloadFull, CoordinatorLimitReached),
    ),
)
async def set_cover(body: CoverIn, act: Annotated[Act, creates(*rules.SETTERS)]) -> Response:
    """Let somebody cover for an absent worker from a day to a day, both included.

    On these days the families, districts and tasks of the absent person are theirs as well; the
    rights end by themselves, and the audit says on whose behalf each act was. The manager sets
    it; workers set their own where the centre allows it (`workers_set_own_cover`). The families
    take places of whoever covers (art. 15(4) UWR), unless `covered_families_count` is off.
    """
    cover = await service.set_cover(act, body)
    return await created(act, queries.COVER, f"covers/{cover.id}", id=cover.id)


@router.get("/covers", operation_id="list_covers", response_model=PageOut[CoverOut])
async def list_covers(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    person_id: Annotated[UUID | None, Query(description="Only of or by this person")] = None,
    on: Annotated[Day | None, Query(description="Only in force on this day")] = None,
) -> Response:
    """List covers, the latest first: the manager all, workers those of and by themselves."""
    return await reader.many(request, queries.COVERS, page, person_id=person_id, on=on)


@router.get(
    "/covers/{cover_id}",
    operation_id="show_cover",
    response_model=CoverOut,
    responses=problems(NotFound),
)
async def show_cover(cover_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a cover to the manager and to the two whom it concerns."""
    return await reader.one(queries.COVER, id=cover_id)


@router.post(
    "/covers/{cover_id}/end",
    operation_id="end_cover",
    response_model=CoverOut,
    responses=problems(
        *(NotFound, Stale, rules.CoverSetByManager, rules.CoverOver, rules.CoverOutOfTime)
    ),
)
async def end_cover(
    cover_id: UUID,
    body: EarlyCoverEndIn,
    act: Annotated[Act, acts(*rules.SETTERS)],
    version: IfMatch,
) -> Response:
    """End a cover before its last day; rights and places end with it."""
    await service.end_cover(act, cover_id, version, body)
    return await changed(act, queries.COVER, id=cover_id)
