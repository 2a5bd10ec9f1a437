"""Families and their members: searched for first, then recorded."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.keys import keyed_mark
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.families import (
    DepartureIn,
    FamilyCasesOut,
    FamilyHeaderOut,
    FamilyIn,
    FamilyOut,
    FamilyPatch,
    FamilySearchIn,
    FamilySearchOut,
    MemberIn,
    MemberOut,
    MemberPatch,
)
from app.domain.act import Act
from app.domain.cases.rules import CaseState
from app.domain.consents import service as consents
from app.domain.consents.rules import WithdrawalUnrecorded
from app.domain.errors import NotFound, Stale
from app.domain.families import queries, service
from app.domain.families.rules import (
    SEARCHERS,
    WRITERS,
    BornInFuture,
    DepartureImpossible,
    FamilyErased,
    FamilyUnknown,
    ForeignGmina,
    LastRegistrationMissing,
    LeftAlready,
    NothingToSearchFor,
    PeselDisagrees,
    PeselTaken,
    SearchFirst,
)
from app.domain.placements import service as placements
from app.domain.placements.rules import PlacementOpenAlready

router = capability("families")
_OURS = (ForeignGmina, LastRegistrationMissing, FamilyUnknown)
_PERSON = (PeselDisagrees, PeselTaken, BornInFuture)


@router.post(
    "/families/search",
    operation_id="search_families",
    response_model=FamilySearchOut,
    responses=problems(NothingToSearchFor),
)
async def search_families(
    request: Request, act: Annotated[Act, acts(*SEARCHERS)], body: FamilySearchIn
) -> Response:
    """Search the whole centre before a family is recorded; other scopes' families are masked.

    200 and no Idempotency-Key: the answer is what was found, repeating it harms nothing, and names
    must not lie about under a key. That it was asked, and by which criteria, stays on record.
    """
    asked = body.model_dump_json(exclude={"limit"}, exclude_none=True)
    mark = keyed_mark(request.app.state.keyring, asked.encode())
    found = await service.search_families(act, body, mark)
    return Response(found, media_type="application/json")


@router.post(
    "/families",
    operation_id="record_family",
    status_code=201,
    response_model=FamilyOut,
    responses=problems(NotFound, KeyReused, SearchFirst, *_OURS, *_PERSON),
)
async def record_family(act: Annotated[Act, creates(*WRITERS)], body: FamilyIn) -> Response:
    """Record a family within sixty minutes of your own search for it."""
    family = await service.record_family(act, body.search_id, body, body.members)
    return await created(act, queries.FAMILY, f"families/{family.id}", id=family.id)


@router.get("/families", operation_id="list_families", response_model=PageOut[FamilyHeaderOut])
async def list_families(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    district_id: Annotated[UUID | None, Query(description="Only of this district")] = None,
    state: Annotated[CaseState | None, Query(description="Only with a live case here")] = None,
) -> Response:
    """List the families in your scope by name."""
    return await reader.many(request, queries.FAMILIES, page, district_id=district_id, state=state)


@router.get(
    "/families/{family_id}",
    operation_id="show_family",
    response_model=FamilyOut,
    responses=problems(NotFound),
)
async def show_family(family_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a family with its members; the reading is noted."""
    return await reader.one(queries.FAMILY, id=family_id)


@router.patch(
    "/families/{family_id}",
    operation_id="change_family",
    response_model=FamilyOut,
    responses=problems(NotFound, Stale, FamilyErased, *_OURS),
)
async def change_family(
    family_id: UUID,
    act: Annotated[Act, acts(*WRITERS)],
    version: IfMatch,
    body: Annotated[FamilyPatch, PATCHED],
) -> Response:
    """Change what is known of a family."""
    await service.change_family(act, family_id, version, body.changes())
    return await changed(act, queries.FAMILY, id=family_id)


@router.get(
    "/families/{family_id}/cases",
    operation_id="list_family_cases",
    response_model=FamilyCasesOut,
    responses=problems(NotFound),
)
async def list_family_cases(family_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """List the cases of a family, the latest first."""
    return await reader.raw(queries.CASES, id=family_id)


@router.post(
    "/families/{family_id}/members",
    operation_id="add_member",
    status_code=201,
    response_model=MemberOut,
    responses=problems(NotFound, KeyReused, FamilyErased, *_PERSON),
)
async def add_member(
    family_id: UUID, act: Annotated[Act, creates(*WRITERS)], body: MemberIn
) -> Response:
    """Add a member to a family."""
    person = await service.add_member(act, family_id, body)
    return await created(act, queries.MEMBER, f"members/{person.id}", id=person.id)


@router.get(
    "/members/{member_id}",
    operation_id="show_member",
    response_model=MemberOut,
    responses=problems(NotFound),
)
async def show_member(member_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a member of a family; the reading is noted."""
    return await reader.one(queries.MEMBER, id=member_id)


@router.patch(
    "/members/{member_id}",
    operation_id="change_member",
    response_model=MemberOut,
    responses=problems(NotFound, Stale, FamilyErased, WithdrawalUnrecorded, *_PERSON),
)
async def change_member(
    member_id: UUID,
    act: Annotated[Act, acts(*WRITERS)],
    version: IfMatch,
    body: Annotated[MemberPatch, PATCHED],
) -> Response:
    """Change what is known of a member; who withdraws their consent is no such change (2.4)."""
    await consents.change_member(act, member_id, version, body.changes())
    return await changed(act, queries.MEMBER, id=member_id)


@router.post(
    "/members/{member_id}/departure",
    operation_id="record_departure",
    response_model=MemberOut,
    responses=problems(NotFound, Stale, LeftAlready, DepartureImpossible, PlacementOpenAlready),
)
async def record_departure(
    member_id: UUID, act: Annotated[Act, acts(*WRITERS)], version: IfMatch, body: DepartureIn
) -> Response:
    """Record that somebody left the family; nobody is ever deleted. A stay in care ends before."""
    await placements.record_departure(act, member_id, version, body)
    return await changed(act, queries.MEMBER, id=member_id)
