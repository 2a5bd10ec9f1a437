"""Emergency accesses: files opened for hours, told at once, always reviewed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.emergencies import EmergencyIn, EmergencyOut, ReviewIn
from app.domain.act import Act
from app.domain.emergencies import queries, rules, service
from app.domain.errors import NotFound, Stale
from app.domain.families.rules import FamilyErased, SearchFirst

router = capability("emergencies")


@router.post(
    "/emergency-accesses",
    operation_id="open_file_in_emergency",
    status_code=201,
    response_model=EmergencyOut,
    responses=problems(
        *(KeyReused, SearchFirst, rules.CandidateUnknown, rules.TooManyHours),
        *(rules.FamilyInScope, rules.EmergencyOpenAlready, FamilyErased, NotFound),
    ),
)
async def open_file_in_emergency(
    body: EmergencyIn, act: Annotated[Act, creates(*rules.OPENERS)]
) -> Response:
    """Open the file of a family outside of your scope, for reading and for at most 24 hours.

    Search for the family first and name it by its `handle`. The manager is told at once and
    reviews it; each reading is noted with the purpose `emergency`. Only this file opens: nothing
    in it can be changed, and no list over many families, no worklist shows it. The centre may
    allow fewer hours (`emergency_access_hours`).
    """
    access = await service.open_file(act, body)
    location = f"emergency-accesses/{access.id}"
    return await created(act, queries.ACCESS, location, id=access.id)


@router.get(
    "/emergency-accesses",
    operation_id="list_emergency_accesses",
    response_model=PageOut[EmergencyOut],
)
async def list_emergency_accesses(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    reviewed: Annotated[bool | None, Query(description="Only reviewed, or only others")] = None,
) -> Response:
    """List emergency accesses, the latest first: the manager all, others their own."""
    return await reader.many(request, queries.ACCESSES, page, reviewed=reviewed)


@router.get(
    "/emergency-accesses/{access_id}",
    operation_id="show_emergency_access",
    response_model=EmergencyOut,
    responses=problems(NotFound),
)
async def show_emergency_access(access_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show an emergency access to the manager and to whoever opened it."""
    return await reader.one(queries.ACCESS, id=access_id)


@router.post(
    "/emergency-accesses/{access_id}/end",
    operation_id="end_emergency_access",
    response_model=EmergencyOut,
    responses=problems(NotFound, Stale, rules.EmergencyOver),
)
async def end_emergency_access(
    access_id: UUID, act: Annotated[Act, acts(*rules.ENDERS)], version: IfMatch
) -> Response:
    """Close the file before its time: at once."""
    await service.end_access(act, access_id, version)
    return await changed(act, queries.ACCESS, id=access_id)


@router.post(
    "/emergency-accesses/{access_id}/review",
    operation_id="review_emergency_access",
    response_model=EmergencyOut,
    responses=problems(NotFound, Stale, rules.ReviewedAlready, rules.ReviewsThemself),
)
async def review_emergency_access(
    access_id: UUID,
    body: ReviewIn,
    act: Annotated[Act, acts(*rules.REVIEWERS)],
    version: IfMatch,
) -> Response:
    """Review an emergency access; one without good reason is closed at once."""
    await service.review(act, access_id, version, body)
    return await changed(act, queries.ACCESS, id=access_id)
