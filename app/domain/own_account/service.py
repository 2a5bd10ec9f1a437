"""Changing what one signs in with: the present password is asked for first."""

from app.domain.act import Act, LongAct
from app.domain.attempts.rules import key_of
from app.domain.attempts.service import succeed, take_turn
from app.domain.errors import Refusal
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.factors import service as factors
from app.domain.factors.queries import demanded_of
from app.domain.factors.rules import CodeWrong, SecondFactorDemanded
from app.domain.identity.queries import end_sessions, own_words
from app.domain.identity.rules import PresentPasswordWrong
from app.domain.identity.service import code_key, set_password
from app.domain.identity.tables import Account, UserSession
from app.domain.passwords import service as passwords


async def _prove_present(act: LongAct, present: str) -> str:
    """Compare one's own password, as an attempt that is counted; return what it fitted.

    It is counted by the account: who may try it holds a session of that person.
    """
    account_id = act.actor.account_id
    key = key_of("password", str(account_id))
    async with act.begin() as asking:
        await take_turn(asking, key)
        stored = (await asking.find(Account, account_id)).password_hash
    if not await passwords.fits(present, stored, of=str(account_id)):
        raise PresentPasswordWrong
    async with act.begin() as proving:
        await succeed(proving, key)
    return stored


async def _lock_present(act: Act, stored: str) -> Account:
    """Return one's own account, locked; another password may have been set meanwhile."""
    account = await act.lock(Account, act.actor.account_id)
    if account.password_hash != stored:
        raise PresentPasswordWrong
    return account


async def change_password(act: LongAct, present: str, wanted: str) -> None:
    """Set a password of one's own and end the other sessions."""
    stored, account_id = await _prove_present(act, present), act.actor.account_id
    async with act.begin() as reading:
        own = await own_words(reading, account_id)
    hashed = await passwords.chosen(wanted, own, of=str(account_id))
    async with act.begin() as writing:
        await set_password(writing, await _lock_present(writing, stored), hashed)
        await end_sessions(writing, account_id, act.actor.session_id)


async def begin_factor(act: LongAct, present: str) -> tuple[str, str]:
    """Begin to enrol a second factor: its secret and otpauth address, shown once."""
    stored = await _prove_present(act, present)
    async with act.begin() as writing:
        account = await _lock_present(writing, stored)
        return await factors.begin(writing, account.id, account.login)


async def confirm_factor(act: Act, code: str) -> list[str] | Refusal:
    """Put a second factor into force; the session may then do everything.

    The refusal of a wrong code is returned and not raised: the attempt must be counted.
    """
    account_id = act.actor.account_id
    key = code_key(account_id)
    await take_turn(act, key)
    codes = await factors.confirm(act, account_id, code)
    if codes is None:
        return CodeWrong()
    await succeed(act, key)
    tell(act, OfficeEventType.SECOND_FACTOR_SET, account_id)
    if act.actor.session_id is not None:
        (await act.lock(UserSession, act.actor.session_id)).enrol_only = False
    return codes


async def remove_own_factor(act: LongAct, present: str, code: str) -> Refusal | None:
    """Remove one's own second factor, unless the centre demands it of one's role."""
    stored = await _prove_present(act, present)
    async with act.begin() as writing:
        account = await _lock_present(writing, stored)
        if await demanded_of(writing, account.roles):
            raise SecondFactorDemanded
        key = code_key(account.id)
        await take_turn(writing, key)
        if not await factors.fits(writing, account.id, code):
            return CodeWrong()
        await succeed(writing, key)
        await factors.remove(writing, account.id)
        tell(writing, OfficeEventType.SECOND_FACTOR_REMOVED, account.id)
    return None
