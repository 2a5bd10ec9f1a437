"""The machine of a profile: admission to work, suspension, the end; blocking an account."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed
from app.api.deps import IfMatch, acts, reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.staff import (
    EndOfWorkIn,
    ReinstatementIn,
    StaffOut,
    StaffSuspensionIn,
    StaffSuspensionOut,
)
from app.api.v1.staff import allowed_to
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.caseload.rules import StillResponsible
from app.domain.errors import NotFound, Stale
from app.domain.identity.rules import NotOnYourself, SwitchedAlready
from app.domain.staff import queries, service
from app.domain.staff.rules import (
    SHORTCOMINGS,
    WORKFLOW,
    EndsBeforeStart,
    NotYetHappened,
    StaffAction,
)
from app.domain.workflow import IllegalStep

router = capability("staff")


@router.post(
    "/staff/{staff_id}/activation",
    operation_id="activate_staff",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, IllegalStep, *SHORTCOMINGS),
)
async def activate_staff(
    staff_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.ACTIVATE))],
    version: IfMatch,
) -> Response:
    """Admit somebody to work; a refusal names every rule that is not met in `facts.missing`."""
    await service.activate(act, staff_id, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.post(
    "/staff/{staff_id}/suspension",
    operation_id="suspend_staff",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, IllegalStep, NotYetHappened),
)
async def suspend_staff(
    staff_id: UUID,
    body: StaffSuspensionIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.SUSPEND))],
    version: IfMatch,
) -> Response:
    """Suspend somebody from duty (art. 13(1) UWR): they stay signed in, but meet no family."""
    await service.suspend(act, staff_id, body, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.post(
    "/staff/{staff_id}/reinstatement",
    operation_id="reinstate_staff",
    response_model=StaffOut,
    responses=problems(
        NotFound, Stale, IllegalStep, NotYetHappened, EndsBeforeStart, *SHORTCOMINGS
    ),
)
async def reinstate_staff(
    staff_id: UUID,
    body: ReinstatementIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.REINSTATE))],
    version: IfMatch,
) -> Response:
    """Lift a suspension; judged like a new admission."""
    await service.reinstate(act, staff_id, body.lifted_on, body.reason, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.post(
    "/staff/{staff_id}/end",
    operation_id="end_staff",
    response_model=StaffOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, NotYetHappened, EndsBeforeStart, NotOnYourself),
        StillResponsible,
    ),
)
async def end_staff(
    staff_id: UUID,
    body: EndOfWorkIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.END))],
    version: IfMatch,
) -> Response:
    """End somebody's work; their account is blocked from the next request on."""
    await service.end_work(act, staff_id, body.ended_on, body.reason, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.post(
    "/staff/{staff_id}/deactivation",
    operation_id="deactivate_staff",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, IllegalStep, NotOnYourself, SwitchedAlready),
)
async def deactivate_staff(
    staff_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.DEACTIVATE))],
    version: IfMatch,
) -> Response:
    """Block an account from the next request on; the work's state stays as it is."""
    await service.set_account_active(act, staff_id, version, active=False)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.post(
    "/staff/{staff_id}/reactivation",
    operation_id="reactivate_staff",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, IllegalStep, SwitchedAlready),
)
async def reactivate_staff(
    staff_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(StaffAction.REACTIVATE))],
    version: IfMatch,
) -> Response:
    """Unblock an account."""
    await service.set_account_active(act, staff_id, version, active=True)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.get(
    "/staff/{staff_id}/suspensions",
    operation_id="list_staff_suspensions",
    response_model=PageOut[StaffSuspensionOut],
)
async def list_staff_suspensions(
    staff_id: UUID, request: Request, reader: Annotated[Reader, reads(Role.MANAGER)], page: PageOf
) -> Response:
    """List somebody's suspensions, the latest first; managers only (criminal proceedings)."""
    return await reader.many(request, queries.SUSPENSIONS, page, of=staff_id)
