"""Register checks, which managers alone see (art. 13(1) USEX), and the training log."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, created
from app.api.deps import creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.staff import RegisterCheckIn, RegisterCheckOut, TrainingIn, TrainingOut
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.errors import NotFound
from app.domain.staff import queries, service
from app.domain.staff.rules import NotYetHappened

router = capability("staff")


@router.get(
    "/staff/{staff_id}/register-checks",
    operation_id="list_register_checks",
    response_model=PageOut[RegisterCheckOut],
)
async def list_register_checks(
    staff_id: UUID, request: Request, reader: Annotated[Reader, reads(Role.MANAGER)], page: PageOf
) -> Response:
    """List the register checks of somebody, the latest first."""
    return await reader.many(request, queries.CHECKS, page, of=staff_id)


@router.post(
    "/staff/{staff_id}/register-checks",
    operation_id="record_register_check",
    status_code=201,
    response_model=RegisterCheckOut,
    responses=problems(NotFound, KeyReused, NotYetHappened),
)
async def record_register_check(
    staff_id: UUID, body: RegisterCheckIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Keep what a register said; who is found in one is suspended at once."""
    check = await service.record_check(act, staff_id, body)
    location = f"staff/{staff_id}/register-checks/{check.id}"
    return await created(act, queries.CHECK, location, id=check.id, of=staff_id)


@router.get(
    "/staff/{staff_id}/register-checks/{check_id}",
    operation_id="show_register_check",
    response_model=RegisterCheckOut,
    responses=problems(NotFound),
)
async def show_register_check(
    staff_id: UUID, check_id: UUID, reader: Annotated[Reader, reads(Role.MANAGER)]
) -> Response:
    """Show one register check."""
    return await reader.one(queries.CHECK, id=check_id, of=staff_id)


@router.get(
    "/staff/{staff_id}/trainings",
    operation_id="list_trainings",
    response_model=PageOut[TrainingOut],
)
async def list_trainings(
    staff_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the training log, the latest first: managers see everybody's, all others their own."""
    return await reader.many(request, queries.TRAININGS, page, of=staff_id)


@router.post(
    "/staff/{staff_id}/trainings",
    operation_id="record_training",
    status_code=201,
    response_model=TrainingOut,
    responses=problems(NotFound, KeyReused, NotYetHappened),
)
async def record_training(
    staff_id: UUID, body: TrainingIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Add to somebody's training log (art. 12(2) UWR)."""
    training = await service.record_training(act, staff_id, body)
    location = f"staff/{staff_id}/trainings/{training.id}"
    return await created(act, queries.TRAINING, location, id=training.id, of=staff_id)


@router.get(
    "/staff/{staff_id}/trainings/{training_id}",
    operation_id="show_training",
    response_model=TrainingOut,
    responses=problems(NotFound),
)
async def show_training(
    staff_id: UUID, training_id: UUID, reader: Annotated[Reader, reads()]
) -> Response:
    """Show one entry of the training log."""
    return await reader.one(queries.TRAINING, id=training_id, of=staff_id)
