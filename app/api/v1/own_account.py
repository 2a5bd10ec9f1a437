"""One's own account: the sessions that are open, the password."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability
from app.api.deps import acts, acts_at_length, reads
from app.api.problems import problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.sessions import OpenSessionOut, PasswordIn
from app.domain.act import Act, LongAct
from app.domain.actor import EVERYONE
from app.domain.attempts.rules import TooManyAttempts
from app.domain.errors import NotFound
from app.domain.identity import queries, service
from app.domain.identity.rules import PresentPasswordWrong, SignInNotRecent
from app.domain.own_account import service as own_account
from app.domain.passwords.rules import PasswordTooCommon

router = capability("sessions")


@router.get("/me/sessions", operation_id="list_my_sessions", response_model=PageOut[OpenSessionOut])
async def list_my_sessions(
    request: Request, reader: Annotated[Reader, reads(*EVERYONE)], page: PageOf
) -> Response:
    """List your open sessions, the latest first: end the ones that you don't know."""
    return await reader.many(request, queries.MY_SESSIONS, page, session=reader.scope.session)


@router.delete(
    "/me/sessions",
    operation_id="end_my_sessions",
    status_code=204,
    responses=problems(SignInNotRecent),
)
async def end_my_sessions(act: Annotated[Act, acts(*EVERYONE)]) -> Response:
    """End all your sessions, this one too, from the next request on.

    Only a session that was opened in the last ten minutes may: sign in again, and repeat it there.
    Signing out needs nothing, and a changed password ends the others as well.
    """
    await service.end_own(act)
    return Response(status_code=204)


@router.delete(
    "/me/sessions/{session_id}",
    operation_id="end_my_session",
    status_code=204,
    responses=problems(NotFound, SignInNotRecent),
)
async def end_my_session(session_id: UUID, act: Annotated[Act, acts(*EVERYONE)]) -> Response:
    """End one of your sessions, from its next request on.

    Another one than this needs a session that was opened in the last ten minutes: sign in again,
    and repeat it there.
    """
    await service.end_own(act, session_id)
    return Response(status_code=204)


@router.post(
    "/me/password",
    operation_id="change_password",
    status_code=204,
    responses=problems(PresentPasswordWrong, PasswordTooCommon, TooManyAttempts),
)
async def change_password(
    body: PasswordIn, act: Annotated[LongAct, acts_at_length(*EVERYONE)]
) -> Response:
    """Change your password: the present one is asked for, all your other sessions end."""
    await own_account.change_password(act, body.present_password, body.password)
    return Response(status_code=204)
