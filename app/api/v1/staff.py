"""The people of the centre: taking them on, their contact, qualifications and declarations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import Allowed, PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.staff import (
    DeclarationsIn,
    QualificationsIn,
    StaffIn,
    StaffOut,
    StaffPatch,
    StaffSummaryOut,
)
from app.domain.act import Act
from app.domain.actor import ACCOUNT_KEEPERS, EVERYONE, Role
from app.domain.caseload.rules import StillResponsible
from app.domain.errors import NotFound, Stale
from app.domain.identity.rules import (
    ROLES_APART,
    FirstPasswordByKeeper,
    LoginTaken,
    ManagerByManager,
    NotOnYourself,
)
from app.domain.passwords.rules import PasswordTooCommon
from app.domain.staff import queries, rules, service
from app.domain.staff.rules import SHORTCOMINGS, NotYetHappened, StaffState

router = capability("staff")


def allowed_to(who: Act | Reader) -> Allowed:
    """Return what lists the actions that this person may take on a profile today."""
    actor, today = who.actor, who.today
    return lambda facts: rules.allowed(facts, actor.roles, actor.account_id, today)


@router.get("/staff", operation_id="list_staff", response_model=PageOut[StaffSummaryOut])
async def list_staff(
    request: Request,
    reader: Annotated[Reader, reads(*ACCOUNT_KEEPERS)],
    page: PageOf,
    role: Annotated[Role | None, Query(description="Only people of this role")] = None,
    state: Annotated[StaffState | None, Query(description="Only in this state")] = None,
) -> Response:
    """List the people of the centre by name, of one role or state where asked."""
    return await reader.many(request, queries.STAFF_LIST, page, role=role, state=state)


@router.post(
    "/staff",
    operation_id="create_staff",
    status_code=201,
    response_model=StaffOut,
    responses=problems(
        KeyReused,
        LoginTaken,
        PasswordTooCommon,
        FirstPasswordByKeeper,
        ManagerByManager,
        *ROLES_APART,
    ),
)
async def create_staff(body: StaffIn, act: Annotated[Act, creates(*ACCOUNT_KEEPERS)]) -> Response:
    """Take somebody on: an account, and a profile in preparation.

    Without a password a manager's `POST /staff/{staff_id}/password-reset` gives the token by which
    the person sets their own; an administrator gives none to who sees families (S4.2).
    """
    staff = await service.create_staff(act, body)
    return await created(act, queries.STAFF, f"staff/{staff.id}", allowed_to(act), id=staff.id)


@router.get(
    "/staff/{staff_id}",
    operation_id="show_staff",
    response_model=StaffOut,
    responses=problems(NotFound),
)
async def show_staff(staff_id: UUID, reader: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """Show a profile: managers see everybody's, all others their own.

    Administrators see everybody's account and contact, and no qualifications or declarations.
    """
    return await reader.one(queries.STAFF, allowed_to(reader), id=staff_id)


@router.patch(
    "/staff/{staff_id}",
    operation_id="change_staff",
    response_model=StaffOut,
    responses=problems(
        NotFound,
        Stale,
        NotOnYourself,
        StillResponsible,
        *ROLES_APART,
        ManagerByManager,
        *SHORTCOMINGS,
    ),
)
async def change_staff(
    staff_id: UUID,
    body: Annotated[StaffPatch, PATCHED],
    act: Annotated[Act, acts(*ACCOUNT_KEEPERS)],
    version: IfMatch,
) -> Response:
    """Change name, roles, contact or employment; who is at work must stay qualified for it.

    An administrator whose new roles see families loses their password: a manager's
    `POST /staff/{staff_id}/password-reset` gives them the token for the next one (S4.2).
    """
    await service.change_staff(act, staff_id, body.changes(), version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.put(
    "/staff/{staff_id}/qualifications",
    operation_id="set_qualifications",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, *SHORTCOMINGS),
)
async def set_qualifications(
    staff_id: UUID,
    body: QualificationsIn,
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Write down how somebody is qualified (art. 12(1)(1), 78(1) UWR)."""
    await service.set_qualifications(act, staff_id, body, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)


@router.put(
    "/staff/{staff_id}/declarations",
    operation_id="set_declarations",
    response_model=StaffOut,
    responses=problems(NotFound, Stale, NotYetHappened, *SHORTCOMINGS),
)
async def set_declarations(
    staff_id: UUID, body: DeclarationsIn, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """Write down what somebody has declared and handed in (art. 12(1) UWR, 21 USEX)."""
    await service.set_declarations(act, staff_id, body, version)
    return await changed(act, queries.STAFF, allowed_to(act), id=staff_id)
