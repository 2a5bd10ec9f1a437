"""Districts (rejony) and the social workers who serve them."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.directory import (
    DistrictIn,
    DistrictOut,
    DistrictPatch,
    DistrictWorkerIn,
    DistrictWorkerOut,
    ServiceEndIn,
)
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.directory import queries, service
from app.domain.directory.rules import DistrictNameTaken, DistrictNeedsSocialWorker, ServesAlready
from app.domain.errors import NotFound, Stale
from app.domain.staff.rules import (
    NOT_AT_WORK,
    EndedAlready,
    EndsBeforeStart,
)

router = capability("directory")


@router.get("/districts", operation_id="list_districts", response_model=PageOut[DistrictOut])
async def list_districts(
    request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the districts by name, with those who serve them today."""
    return await reader.many(request, queries.DISTRICTS, page)


@router.post(
    "/districts",
    operation_id="create_district",
    status_code=201,
    response_model=DistrictOut,
    responses=problems(KeyReused, DistrictNameTaken),
)
async def create_district(body: DistrictIn, act: Annotated[Act, creates(Role.MANAGER)]) -> Response:
    """Add a district."""
    district = await service.create_district(act, body)
    return await created(act, queries.DISTRICT, f"districts/{district.id}", id=district.id)


@router.get(
    "/districts/{district_id}",
    operation_id="show_district",
    response_model=DistrictOut,
    responses=problems(NotFound),
)
async def show_district(district_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show one district with those who serve it today."""
    return await reader.one(queries.DISTRICT, id=district_id)


@router.patch(
    "/districts/{district_id}",
    operation_id="change_district",
    response_model=DistrictOut,
    responses=problems(NotFound, Stale, DistrictNameTaken),
)
async def change_district(
    district_id: UUID,
    body: Annotated[DistrictPatch, PATCHED],
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Change a district's name or address."""
    await service.change_district(act, district_id, body.changes(), version)
    return await changed(act, queries.DISTRICT, id=district_id)


@router.get(
    "/districts/{district_id}/workers",
    operation_id="list_district_workers",
    response_model=PageOut[DistrictWorkerOut],
)
async def list_district_workers(
    district_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List everybody who serves, served or will serve a district, the latest first."""
    return await reader.many(request, queries.WORKERS, page, district=district_id)


@router.post(
    "/districts/{district_id}/workers",
    operation_id="appoint_district_worker",
    status_code=201,
    response_model=DistrictWorkerOut,
    responses=problems(
        *(NotFound, KeyReused, DistrictNeedsSocialWorker, *NOT_AT_WORK),
        *(ServesAlready, EndsBeforeStart),
    ),
)
async def appoint_district_worker(
    district_id: UUID, body: DistrictWorkerIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Let a social worker serve a district and see its families."""
    worker = await service.appoint_worker(act, district_id, body)
    return await created(act, queries.WORKER, f"district-workers/{worker.id}", id=worker.id)


@router.get(
    "/district-workers/{worker_id}",
    operation_id="show_district_worker",
    response_model=DistrictWorkerOut,
    responses=problems(NotFound),
)
async def show_district_worker(worker_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show one service in a district."""
    return await reader.one(queries.WORKER, id=worker_id)


@router.post(
    "/district-workers/{worker_id}/end",
    operation_id="end_district_worker",
    response_model=DistrictWorkerOut,
    responses=problems(NotFound, Stale, EndsBeforeStart, EndedAlready),
)
async def end_district_worker(
    worker_id: UUID, body: ServiceEndIn, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """End a service; the district's families are out of sight from that day on."""
    await service.end_service(act, worker_id, body.valid_to, version)
    return await changed(act, queries.WORKER, id=worker_id)
