"""Foster families, their coordinators, and the coordinators' places."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.placements import (
    CoordinationEndIn,
    CoordinationIn,
    CoordinationOut,
    CoordinatorsOut,
    FosterFamilyIn,
    FosterFamilyOut,
)
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.caseload.rules import CoordinatorCaseloadFull, CoordinatorLimitReached
from app.domain.errors import NotFound, Stale
from app.domain.placements import queries, rules, service
from app.domain.staff.rules import NOT_AT_WORK, NotACoordinator

router = capability("placements")
Coordinates = rules.COORDINATION_ROLES


@router.post(
    "/foster-families",
    operation_id="register_foster_family",
    status_code=201,
    response_model=FosterFamilyOut,
    responses=problems(KeyReused, rules.FosterFamilyKnown),
)
async def register_foster_family(
    body: FosterFamilyIn, act: Annotated[Act, creates(*Coordinates)]
) -> Response:
    """Record a foster family by its register number."""
    family = await service.register_foster_family(act, body)
    return await created(act, queries.FOSTER_FAMILY, f"foster-families/{family.id}", id=family.id)


@router.get(
    "/foster-families",
    operation_id="list_foster_families",
    response_model=PageOut[FosterFamilyOut],
)
async def list_foster_families(
    request: Request,
    reader: Annotated[Reader, reads()],
    page: PageOf,
    coordinator_id: Annotated[UUID | None, Query(description="Only those of one")] = None,
) -> Response:
    """List the foster families by town."""
    found = queries.FOSTER_FAMILIES
    return await reader.many(request, found, page, coordinator_id=coordinator_id)


@router.get(
    "/foster-families/{foster_family_id}",
    operation_id="show_foster_family",
    response_model=FosterFamilyOut,
    responses=problems(NotFound),
)
async def show_foster_family(
    foster_family_id: UUID, reader: Annotated[Reader, reads()]
) -> Response:
    """Show one foster family."""
    return await reader.one(queries.FOSTER_FAMILY, id=foster_family_id)


@router.post(
    "/foster-families/{foster_family_id}/coordinations",
    operation_id="appoint_coordinator",
    status_code=201,
    response_model=CoordinationOut,
    responses=problems(
        *(NotFound, KeyReused, rules.AppointedByManager, rules.CoordinationTaken),
        *(rules.CoordinationBeforeApplication, rules.CoordinationDateWrong),
        *(CoordinatorCaseloadFull, CoordinatorLimitReached),
        *(NotACoordinator, *NOT_AT_WORK),
    ),
)
async def appoint_coordinator(
    foster_family_id: UUID, body: CoordinationIn, act: Annotated[Act, creates(*Coordinates)]
) -> Response:
    """Give a foster family a coordinator on its application, at most fifteen to each (G2, G4)."""
    found = await service.appoint_coordinator(act, foster_family_id, body)
    return await created(act, queries.COORDINATION, f"coordinations/{found.id}", id=found.id)


@router.get(
    "/foster-families/{foster_family_id}/coordinations",
    operation_id="list_coordinations",
    response_model=PageOut[CoordinationOut],
)
async def list_coordinations(
    foster_family_id: UUID,
    request: Request,
    reader: Annotated[Reader, reads(*Coordinates)],
    page: PageOf,
) -> Response:
    """List who has coordinated a foster family, the latest first."""
    found = queries.COORDINATIONS
    return await reader.many(request, found, page, foster_family_id=foster_family_id)


@router.get(
    "/coordinations/{coordination_id}",
    operation_id="show_coordination",
    response_model=CoordinationOut,
    responses=problems(NotFound),
)
async def show_coordination(
    coordination_id: UUID, reader: Annotated[Reader, reads(*Coordinates)]
) -> Response:
    """Show one coordination."""
    return await reader.one(queries.COORDINATION, id=coordination_id)


@router.post(
    "/coordinations/{coordination_id}/end",
    operation_id="end_coordination",
    response_model=CoordinationOut,
    responses=problems(
        *(NotFound, Stale, rules.AppointedByManager, rules.CoordinationEnded),
        rules.CoordinationDateWrong,
    ),
)
async def end_coordination(
    coordination_id: UUID,
    body: CoordinationEndIn,
    act: Annotated[Act, acts(*Coordinates)],
    version: IfMatch,
) -> Response:
    """End a coordination: the organiser performs the tasks from then on."""
    await service.end_coordination(act, coordination_id, version, body.ended_on)
    return await changed(act, queries.COORDINATION, id=coordination_id)


@router.get(
    "/coordinators",
    operation_id="list_coordinators",
    response_model=CoordinatorsOut,
)
async def list_coordinators(reader: Annotated[Reader, reads(Role.MANAGER)]) -> Response:
    """List the coordinators with their places, taken and free."""
    return await reader.raw(queries.COORDINATORS)
