"""Signing in, refreshing, signing out; who am I."""

import json
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.api.answers import Reader, capability
from app.api.deps import acts, current_instant, reads
from app.api.opening import NOBODY, in_centre
from app.api.problems import Busy, problems
from app.api.v1.schemas.sessions import MeOut, RefreshIn, SessionIn, SessionOut
from app.domain.act import Act
from app.domain.identity import queries, service
from app.domain.identity.rules import SessionOver, WrongCredentials

router = capability("sessions")


def lives(request: Request) -> service.Lifetimes:
    """Return how long sessions live here."""
    settings = request.app.state.settings
    return service.Lifetimes(settings.refresh_idle_minutes, settings.refresh_absolute_hours)


def tokens(request: Request, signed_in: service.SignedIn) -> Response:
    """Answer with the tokens of a session that has just been opened or refreshed."""
    account, settings = signed_in.account, request.app.state.settings
    access = request.app.state.tokens.issue(
        subject=account.id,
        centre=account.centre_id,
        session=signed_in.session_id,
        roles=frozenset(account.roles),
        now=current_instant(request),
    )
    body = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": settings.access_minutes * 60,
        "refresh_token": signed_in.refresh_token,
        "refresh_expires_at": signed_in.refresh_expires_at.isoformat().replace("+00:00", "Z"),
        "account_id": str(account.id),
        "roles": sorted(account.roles),
    }
    return Response(json.dumps(body), 201, media_type="application/json")


@router.post(
    "/sessions",
    operation_id="sign_in",
    status_code=201,
    response_model=SessionOut,
    responses=problems(WrongCredentials, Busy),
)
async def sign_in(request: Request, body: SessionIn) -> Response:
    """Sign in to a centre; the same refusal whichever of the three is wrong."""
    centre = await request.app.state.database.find_centre(queries.CENTRE_ID, code=body.centre)
    async with in_centre(request, centre or NOBODY, "sign_in") as act:
        signed_in = await service.sign_in(act, body.login, body.password, lives(request))
    return tokens(request, signed_in)


@router.post(
    "/sessions/refresh",
    operation_id="refresh_session",
    status_code=201,
    response_model=SessionOut,
    responses=problems(SessionOver, Busy),
)
async def refresh_session(request: Request, body: RefreshIn) -> Response:
    """Exchange a refresh token for the next; using one twice ends the session everywhere."""
    centre = service.centre_of(body.refresh_token)
    if centre is None:
        raise SessionOver
    async with in_centre(request, centre, "refresh_session") as act:
        signed_in = await service.refresh(act, body.refresh_token, lives(request))
    if signed_in is None:
        raise SessionOver
    return tokens(request, signed_in)


@router.delete("/sessions/current", operation_id="sign_out", status_code=204)
async def sign_out(act: Annotated[Act, acts()]) -> Response:
    """Sign out: the access token and the refresh token are refused from now on."""
    await service.sign_out(act)
    return Response(status_code=204)


@router.get("/me", operation_id="show_me", response_model=MeOut)
async def show_me(reader: Annotated[Reader, reads()]) -> Response:
    """Show who you are here: roles, centre, data authorisation."""
    return await reader.raw(queries.ME)
