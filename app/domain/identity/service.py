"""Signing in, refreshing, signing out; sessions that are ended; passwords that are set anew."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.act import Act
from app.domain.actor import Role
from app.domain.attempts.rules import Keys, TooManyAttempts, key_of
from app.domain.attempts.service import clean, pass_site, succeed, take_turn, take_turn_of_site
from app.domain.errors import NotFound, Refusal
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.factors import service as factors
from app.domain.factors.rules import (
    SecondFactorNeeded,
    SecondFactorWrong,
)
from app.domain.identity import queries, rules
from app.domain.identity.tables import Account, PasswordReset, RefreshToken, UserSession
from app.domain.passwords.service import chosen

NO_PASSWORD = "!"  # noqa: S105 - no hash: nothing fits


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just been opened or refreshed."""

    account: Account
    session_id: UUID
    refresh_token: str
    refresh_expires_at: datetime
    by_code: bool = False  # of a second factor


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session and an unused refresh token live."""

    idle_minutes: int
    absolute_hours: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody signs in: the keys of their attempts, and their device."""

    keys: Keys
    device: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """An account whose password has just been compared; `stored` is what it was compared with."""

    account_id: UUID
    stored: str


async def knock(act: Act, login: str, keys: Keys) -> Proven | None:
    """Take one's turn to sign in, and return what the password must be compared with."""
    await take_turn(act, keys.own)
    if keys.site is not None:
        await take_turn_of_site(act, keys.site)
    account = await queries.find_account(act, login)
    await clean(act)
    return Proven(account.id, account.password_hash) if account else None


async def sign_in(
    act: Act, proven: Proven | None, code: str | None, lives: Lifetimes, where: Where
) -> SignedIn | Refusal:
    """Open a session, or refuse with WrongCredentials, whichever of the three was wrong.

    `proven` is None where the password did not fit; another one may have been set meanwhile. What
    is wrong with the code is returned and not raised: the attempt must be counted.
    """
    account = await act.lock(Account, proven.account_id) if proven else None
    if account is None or proven is None or account.password_hash != proven.stored:
        raise rules.WrongCredentials
    if not account.active:
        raise rules.WrongCredentials
    signed_in = await _let_in(act, account, code, lives, where)
    if where.keys.site is not None:
        await pass_site(act, where.keys.site)
    return signed_in


async def _let_in(
    act: Act, account: Account, code: str | None, lives: Lifetimes, where: Where
) -> SignedIn | Refusal:
    by_code = await _second_factor(act, account.id, code)
    if isinstance(by_code, Refusal):
        return by_code
    await succeed(act, where.keys.own)
    opened = await open_session(act, account, lives, where.device, rules.Proof(act.now))
    return replace(opened, by_code=by_code)


async def _second_factor(act: Act, account_id: UUID, code: str | None) -> bool | Refusal:
    """Tell whether somebody has a second factor; whoever has one must send a code that fits.

    Only who knows the password gets so far, so by counting codes for the account no stranger lets
    anybody wait, and no number of networks gives more guesses.
    """
    if not await factors.is_enrolled(act, account_id):
        return False
    if code is None:
        return SecondFactorNeeded()
    key = code_key(account_id)
    try:
        await take_turn(act, key)
    except TooManyAttempts as waits:
        return waits
    if not await factors.fits(act, account_id, code):
        return SecondFactorWrong()
    await succeed(act, key)
    return True


def code_key(account_id: UUID) -> str:
    """Return by what wrong codes are counted: the account, from wherever they come."""
    return key_of("code", str(account_id))


async def open_session(
    act: Act, account: Account, lives: Lifetimes, device: str | None, proof: rules.Proof
) -> SignedIn:
    """Open a session for somebody who has proven who they are, by whatever means.

    Where the centre demands a second factor that they lack, the session is for enrolling only.
    """
    longest = act.now + timedelta(hours=lives.absolute_hours)
    ends = min(longest, proof.until or longest)
    session = UserSession(account_id=account.id, expires_at=ends, device=device)
    session.proven_at = proof.at
    session.enrol_only = await factors.must_enrol(act, account.id, account.roles)
    act.add(session)
    await act.flush()
    return _with_refresh_token(act, account, session, lives)


async def refresh(act: Act, token: str, lives: Lifetimes) -> SignedIn | None:
    """Exchange a refresh token for the next one; None where reuse has just ended the session.

    The end of the session must be committed, so it is returned and not raised. Who may not act
    today (K3, C10) gets no next token either, and keeps this one for when they may.
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
    await queries.require_may_work(act, account.id)
    session.enrol_only = await factors.must_enrol(act, account.id, account.roles)
    found.used_at = act.now
    return _with_refresh_token(act, account, session, lives)


async def sign_out(act: Act) -> None:
    """End the session of this request; its tokens are refused from the next request on."""
    if act.actor.session_id is not None:
        session = await act.lock(UserSession, act.actor.session_id)
        session.ended_at = session.ended_at or act.now


async def end_own(act: Act, session_id: UUID | None = None) -> None:
    """End one of one's own sessions, or all; but to sign out, it takes a recent sign-in."""
    this, account_id = act.actor.session_id, act.actor.account_id
    if this is None or session_id != this:
        session = await act.find(UserSession, this) if this else None
        rules.require_recent(session.proven_at if session else None, act.now)
    if session_id is None:
        await end_sessions(act, account_id)
    else:
        await end_session(act, account_id, session_id)


async def end_session(act: Act, account_id: UUID, session_id: UUID) -> None:
    """End one session of a person, from the next request on."""
    session = await act.lock(UserSession, session_id)
    if session.account_id != account_id:
        raise NotFound
    session.ended_at = session.ended_at or act.now
    tell(act, OfficeEventType.SESSIONS_ENDED, account_id)


async def end_sessions(act: Act, account_id: UUID) -> None:
    """End all sessions of a person, from the next request on."""
    await act.find(Account, account_id)
    await queries.end_sessions(act, account_id, None)
    tell(act, OfficeEventType.SESSIONS_ENDED, account_id)


async def require_managers_keeper(
    act: Act, before: Collection[str], after: Collection[Role]
) -> None:
    """Refuse who may not give or take the role of manager in this centre (S1)."""
    managed = await queries.has_manager(act)
    rules.require_may_make_managers(before, after, act.actor.roles, managed=managed)


async def give_first_password(act: Act, account: Account, password: str) -> None:
    """Judge and set the password that somebody new begins with (S2), if the keeper may (S4.2)."""
    rules.require_may_give_password(account.roles, act.actor.roles)
    own = [account.login, account.full_name, *await queries.centre_words(act)]
    account.password_hash = await chosen(password, own, of=str(act.actor.account_id))


async def set_password(act: Act, account: Account, hashed: str) -> None:
    """Set a password that was judged; no reset that somebody holds goes on."""
    account.password_hash = hashed
    await queries.void_resets(act, account.id)
    tell(act, OfficeEventType.PASSWORD_CHANGED, account.id)


async def begin_reset(act: Act, account: Account) -> tuple[str, datetime]:
    """Take a password away and return the token by which another one is set, and its end (S4.1)."""
    rules.require_not_oneself(account.id, act.actor.account_id)
    protected = await factors.is_enrolled(act, account.id)
    rules.require_may_reset(account.roles, act.actor.roles, protected=protected)
    await take_password(act, account)
    token, ends = _new_token(account.centre_id), act.now + timedelta(hours=rules.RESET_HOURS)
    act.add(PasswordReset(account_id=account.id, token_hash=_hashed(token), expires_at=ends))
    return token, ends


async def take_password(act: Act, account: Account) -> None:
    """Let no password open an account, end its sessions and its resets; both are told of it."""
    await queries.void_resets(act, account.id)
    await queries.end_sessions(act, account.id, None)
    account.password_hash = NO_PASSWORD
    tell(act, OfficeEventType.PASSWORD_RESET, account.id)


async def words_of_reset(act: Act, token: str) -> list[str]:
    """Return what the password that a reset token lets one set must not be made of."""
    return await queries.own_words(act, (await _lock_reset(act, token)).account_id)


async def finish_reset(act: Act, token: str, hashed: str) -> None:
    """Set the password that a reset token lets one set; it is judged and hashed already."""
    found = await _lock_reset(act, token)
    account = await act.lock(Account, found.account_id)
    await set_password(act, account, hashed)
    await queries.end_sessions(act, account.id, None)


async def _lock_reset(act: Act, token: str) -> PasswordReset:
    found = await queries.lock_reset(act, _hashed(token))
    if found is None:
        raise rules.ResetTokenOver
    rules.require_fresh(found.used_at, found.expires_at, act.now)
    return found


def _new_token(centre_id: UUID) -> str:
    return f"{centre_id.hex}{secrets.token_urlsafe(32)}"


def _with_refresh_token(
    act: Act, account: Account, session: UserSession, lives: Lifetimes
) -> SignedIn:
    token = _new_token(account.centre_id)
    ends = rules.next_refresh_end(act.now, session.expires_at, lives.idle_minutes)
    act.add(RefreshToken(session_id=session.id, token_hash=_hashed(token), expires_at=ends))
    return SignedIn(account, session.id, token, ends)


def centre_of(token: str) -> UUID | None:
    """Return the centre that one of our tokens names, so that row security can be entered."""
    try:
        return UUID(token[:32])
    except ValueError:
        return None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
