"""The accounts of others: their open sessions, a password that is set anew."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability
from app.api.deps import IfMatch, acts, reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.sessions import OpenSessionOut, PasswordResetOut
from app.domain.act import Act
from app.domain.actor import ACCOUNT_KEEPERS
from app.domain.errors import NotFound, Stale
from app.domain.factors.rules import NoSecondFactor
from app.domain.identity import queries
from app.domain.identity import service as identity
from app.domain.identity.rules import BothByOneKeeper, NothingElseProtects, NotOnYourself
from app.domain.staff import service

router = capability("staff")


@router.get(
    "/staff/{staff_id}/sessions",
    operation_id="list_staff_sessions",
    response_model=PageOut[OpenSessionOut],
)
async def list_staff_sessions(
    staff_id: UUID,
    request: Request,
    reader: Annotated[Reader, reads(*ACCOUNT_KEEPERS)],
    page: PageOf,
) -> Response:
    """List somebody's open sessions, the latest first."""
    session = reader.scope.session
    return await reader.many(request, queries.SESSIONS, page, of=staff_id, session=session)


@router.delete(
    "/staff/{staff_id}/sessions",
    operation_id="end_staff_sessions",
    status_code=204,
    responses=problems(NotFound),
)
async def end_staff_sessions(
    staff_id: UUID, act: Annotated[Act, acts(*ACCOUNT_KEEPERS)]
) -> Response:
    """End all sessions of somebody, from the next request on, as when a phone is lost."""
    await identity.end_sessions(act, staff_id)
    return Response(status_code=204)


@router.delete(
    "/staff/{staff_id}/sessions/{session_id}",
    operation_id="end_staff_session",
    status_code=204,
    responses=problems(NotFound),
)
async def end_staff_session(
    staff_id: UUID, session_id: UUID, act: Annotated[Act, acts(*ACCOUNT_KEEPERS)]
) -> Response:
    """End one session of somebody, from its next request on."""
    await identity.end_session(act, staff_id, session_id)
    return Response(status_code=204)


@router.post(
    "/staff/{staff_id}/password-reset",
    operation_id="reset_password",
    response_model=PasswordResetOut,
    responses=problems(NotFound, Stale, NotOnYourself, NothingElseProtects),
)
async def reset_password(
    staff_id: UUID, act: Annotated[Act, acts(*ACCOUNT_KEEPERS)], version: IfMatch
) -> Response:
    """Take somebody's password away, end their sessions, and get a token for the next password.

    The token is shown once, works once and for a day; `POST /sessions/password-reset` takes it.
    An administrator does so for who sees families only while a second factor protects them (S4.1).
    """
    token, ends = await service.reset_password(act, staff_id, version)
    body = {"reset_token": token, "expires_at": ends.isoformat().replace("+00:00", "Z")}
    return Response(json.dumps(body), media_type="application/json")


@router.post(
    "/staff/{staff_id}/second-factor/removal",
    operation_id="remove_staff_second_factor",
    status_code=204,
    responses=problems(NotFound, NotOnYourself, NoSecondFactor, BothByOneKeeper),
)
async def remove_staff_second_factor(
    staff_id: UUID, act: Annotated[Act, acts(*ACCOUNT_KEEPERS)]
) -> Response:
    """Remove the second factor of somebody whose phone is lost; their sessions end.

    An administrator does so for who sees families unless they took the password in the last 30
    days: then it is for a manager or another administrator (S4.1).
    """
    await service.remove_factor(act, staff_id)
    return Response(status_code=204)
