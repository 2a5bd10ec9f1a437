"""Signing in, refreshing, signing out."""

import asyncio
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.act import Act
from app.domain.identity import queries, rules
from app.domain.identity.tables import Account, RefreshToken, UserSession

_HASHING = asyncio.Semaphore(2)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just been opened or refreshed."""

    account: Account
    session_id: UUID
    refresh_token: str
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session and an unused refresh token live."""

    idle_minutes: int
    absolute_hours: int


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """Return a hash to check against when the login is unknown, so that both take as long."""
    return _hasher().hash(secrets.token_urlsafe(16))


async def hash_password(password: str) -> str:
    """Hash with Argon2id, outside the event loop, two at a time (each takes its memory)."""
    async with _HASHING:
        return await asyncio.to_thread(_hasher().hash, password)


async def _fits(password: str, stored: str | None) -> bool:
    async with _HASHING:
        return await asyncio.to_thread(_verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    """Compare; without a usable hash all the same, so that nobody can tell by the time."""
    with suppress(UnknownHashError):
        return _hasher().verify(password, stored or _nobody()) and stored is not None
    return _verify(password, None)


async def sign_in(act: Act, login: str, password: str, lives: Lifetimes) -> SignedIn:
    """Open a session, or refuse with WrongCredentials, whichever of the three was wrong."""
    account = await queries.find_account(act, login)
    fits = await _fits(password, account.password_hash if account else None)
    if account is None or not fits or not account.active:
        raise rules.WrongCredentials
    return await open_session(act, account, lives)


async def open_session(act: Act, account: Account, lives: Lifetimes) -> SignedIn:
    """Open a session for somebody who has proven who they are, by whatever means."""
    ends = act.now + timedelta(hours=lives.absolute_hours)
    session = UserSession(account_id=account.id, expires_at=ends)
    act.add(session)
    await act.flush()
    return _with_refresh_token(act, account, session, lives)


async def refresh(act: Act, token: str, lives: Lifetimes) -> SignedIn | None:
    """Exchange a refresh token for the next one; None where reuse has just ended the session.

    The end of the session must be committed, so it is returned and not raised.
    """
    found = await queries.lock_refresh_token(act, _hashed(token))
    if found is None:
        raise rules.SessionOver
    session = await act.lock(UserSession, found.session_id)
    if found.used_at is not None:
        session.ended_at = session.ended_at or act.now
        return None
    rules.require_unused(session.ended_at, min(found.expires_at, session.expires_at), act.now)
    account = await act.find(Account, session.account_id)
    if not account.active:
        raise rules.SessionOver
    found.used_at = act.now
    return _with_refresh_token(act, account, session, lives)


async def sign_out(act: Act) -> None:
    """End the session of this request; its tokens are refused from the next request on."""
    if act.actor.session_id is not None:
        session = await act.lock(UserSession, act.actor.session_id)
        session.ended_at = session.ended_at or act.now


def _with_refresh_token(
    act: Act, account: Account, session: UserSession, lives: Lifetimes
) -> SignedIn:
    token = f"{account.centre_id.hex}{secrets.token_urlsafe(32)}"
    ends = rules.next_refresh_end(act.now, session.expires_at, lives.idle_minutes)
    act.add(RefreshToken(session_id=session.id, token_hash=_hashed(token), expires_at=ends))
    return SignedIn(account, session.id, token, ends)


def centre_of(token: str) -> UUID | None:
    """Return the centre that a refresh token names, so that row security can be entered."""
    try:
        return UUID(token[:32])
    except ValueError:
        return None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
