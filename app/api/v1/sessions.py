"""Signing in, refreshing, signing out; who am I."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import Reader, capability
from app.api.deps import acts, current_instant, reads
from app.api.opening import in_centre
from app.api.problems import problems
from app.api.v1.schemas.sessions import (
    MeOut,
    PasswordResetIn,
    RefreshIn,
    SessionIn,
    SessionOut,
)
from app.api.watch import begin_sign_in, name_account
from app.db.session import NOBODY
from app.domain.act import Act
from app.domain.actor import EVERYONE
from app.domain.attempts.rules import Keys, TooManyAttempts, key_of, network_of, site_of
from app.domain.attempts.service import succeed, take_turn
from app.domain.errors import Busy, Refusal
from app.domain.factors.rules import SecondFactorNeeded, SecondFactorWrong
from app.domain.identity import queries, service
from app.domain.identity.rules import ResetTokenOver, SessionOver, WrongCredentials, device_of
from app.domain.passwords import service as passwords
from app.domain.passwords.rules import PasswordTooCommon
from app.domain.staff.rules import NoDataAuthorisation
from app.domain.vetting.rules import NotAdmitted, OffDuty

router = capability("sessions")


def network(request: Request) -> str:
    """Return the network that a request comes from, as far as our own server can tell."""
    return network_of(request.client.host if request.client else None)


def site(request: Request) -> str:
    """Return the site that a request comes from, wider than its network."""
    return site_of(request.client.host if request.client else None)


def device(request: Request) -> str | None:
    """Return what a person may know the device of this request by."""
    return device_of(request.headers.get("user-agent"))


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
    responses=problems(
        *(WrongCredentials, SecondFactorNeeded, SecondFactorWrong, TooManyAttempts, Busy)
    ),
)
async def sign_in(request: Request, body: SessionIn) -> Response:
    """Sign in to a centre; the same refusal whichever of the three is wrong.

    After five wrong attempts in a row the same network waits for the same login, longer each time
    up to a quarter of an hour (429 with `Retry-After`). After five wrong codes the account waits
    so, and after 200 wrong passwords a site: ten seconds for each. Who has a second factor sends
    its `code` as well; who lacks one that the centre demands gets a session for enrolling it only.
    """
    begin_sign_in(request, "password")
    of = site(request)
    with request.app.state.turns.coming(of):
        signed_in = await _signed_in(request, body, of)
    if isinstance(signed_in, Refusal):
        raise signed_in
    if signed_in.by_code:
        begin_sign_in(request, "password_and_code")
    return tokens(request, signed_in)


async def _signed_in(request: Request, body: SessionIn, of: str) -> service.SignedIn | Refusal:
    found = await request.app.state.database.find_centre(queries.CENTRE_ID, code=body.centre)
    centre, turns = found or NOBODY, request.app.state.turns
    own = key_of("sign_in", body.centre, body.login, network(request))
    keys = Keys(own, key_of("site", of))
    async with turns.taking(request, centre, "sign_in", keys) as act:
        known = await service.knock(act, body.login, keys)
    name_account(request, known.account_id if known else None)
    with turns.judging(centre, keys):
        # Outside of any transaction: while a password is compared, no connection waits for it.
        fits = await passwords.fits(body.password, known.stored if known else None, of)
        async with in_centre(request, centre, "sign_in") as act:
            proven = known if fits else None
            where = service.Where(keys, device(request))
            return await service.sign_in(act, proven, body.code, lives(request), where)


@router.post(
    "/sessions/refresh",
    operation_id="refresh_session",
    status_code=201,
    response_model=SessionOut,
    responses=problems(SessionOver, NoDataAuthorisation, OffDuty, NotAdmitted, Busy),
)
async def refresh_session(request: Request, body: RefreshIn) -> Response:
    """Exchange a refresh token for the next; using one twice ends the session everywhere.

    Who holds no data authorisation today (K3) or is suspended from duty (C10) gets none.
    """
    centre = await _centre_of(request, body.refresh_token)
    if centre is None:
        raise SessionOver
    async with in_centre(request, centre, "refresh_session") as act:
        signed_in = await service.refresh(act, body.refresh_token, lives(request))
    if signed_in is None:
        raise SessionOver
    return tokens(request, signed_in)


@router.post(
    "/sessions/password-reset",
    operation_id="finish_password_reset",
    status_code=204,
    responses=problems(ResetTokenOver, PasswordTooCommon, TooManyAttempts, Busy),
)
async def finish_password_reset(request: Request, body: PasswordResetIn) -> Response:
    """Set a new password by the one-time token of a manager or an administrator; then sign in."""
    of = site(request)
    with request.app.state.turns.coming(of):
        await _reset(request, body, of)
    return Response(status_code=204)


async def _reset(request: Request, body: PasswordResetIn, of: str) -> None:
    centre = await _centre_of(request, body.reset_token) or NOBODY
    keys, name = Keys(key_of("reset", network(request))), "finish_password_reset"
    turns = request.app.state.turns
    async with turns.taking(request, centre, name, keys) as act:
        await take_turn(act, keys.own)
    with turns.judging(centre, keys):
        async with in_centre(request, centre, name) as act:
            words = await service.words_of_reset(act, body.reset_token)
        hashed = await passwords.chosen(body.password, words, of)
        async with in_centre(request, centre, name) as act:
            await service.finish_reset(act, body.reset_token, hashed)
            await succeed(act, keys.own)


async def _centre_of(request: Request, token: str) -> UUID | None:
    """Return the centre that a token of ours names; one that is not there is nobody's."""
    named = service.centre_of(token)
    database = request.app.state.database
    return await database.find_centre(queries.CENTRE_KNOWN, id=named) if named else None


@router.delete("/sessions/current", operation_id="sign_out", status_code=204)
async def sign_out(act: Annotated[Act, acts(*EVERYONE)]) -> Response:
    """Sign out: the access token and the refresh token are refused from now on."""
    await service.sign_out(act)
    return Response(status_code=204)


@router.get("/me", operation_id="show_me", response_model=MeOut)
async def show_me(reader: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """Show who you are here: roles, centre, data authorisation."""
    return await reader.raw(queries.ME)
