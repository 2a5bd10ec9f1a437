"""Enrolling, using and removing a second factor."""

import hashlib
import secrets
from collections.abc import Iterable
from hmac import compare_digest
from uuid import UUID

import pyotp

from app.domain.act import Act
from app.domain.factors import queries, rules
from app.domain.factors.tables import RecoveryCode, SecondFactor

ISSUER = "Asysta"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # five bits each; none looks like another


async def begin(act: Act, account_id: UUID, label: str) -> tuple[str, str]:
    """Make a secret and return it with its otpauth address; it counts once it is confirmed."""
    factor = await queries.lock_factor(act, account_id)
    if factor is not None and factor.confirmed_at is not None:
        raise rules.SecondFactorThere
    secret = pyotp.random_base32()
    if factor is None:
        act.add(SecondFactor(id=account_id, secret=secret))
    else:
        factor.secret, factor.last_step = secret, 0
    return secret, pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=ISSUER)


async def confirm(act: Act, account_id: UUID, code: str) -> list[str] | None:
    """Put a factor into force by its first code; return recovery codes, or None for a wrong one."""
    factor = await queries.lock_factor(act, account_id)
    if factor is None:
        raise rules.NoSecondFactor
    if factor.confirmed_at is not None:
        raise rules.SecondFactorThere
    if not _takes(act, factor, code):
        return None
    factor.confirmed_at = act.now
    codes = [_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    await queries.void_recovery_codes(act, account_id)
    act.add(*(RecoveryCode(account_id=account_id, code_hash=_hashed(c)) for c in codes))
    return codes


async def is_enrolled(act: Act, account_id: UUID) -> bool:
    """Tell whether a code is asked for."""
    factor = await queries.lock_factor(act, account_id)
    return factor is not None and factor.confirmed_at is not None


async def fits(act: Act, account_id: UUID, code: str) -> bool:
    """Tell whether a code fits, of the phone or for recovery, and use it up."""
    factor = await queries.lock_factor(act, account_id)
    if factor is None or factor.confirmed_at is None:
        raise rules.NoSecondFactor
    if _takes(act, factor, code):
        return True
    spare = await queries.lock_recovery_code(act, account_id, _hashed(code))
    if spare is None:
        return False
    spare.used_at = act.now
    return True


async def remove(act: Act, account_id: UUID) -> None:
    """Take a factor out of force, with its recovery codes."""
    factor = await queries.lock_factor(act, account_id)
    if factor is None or factor.confirmed_at is None:
        raise rules.NoSecondFactor
    factor.confirmed_at = None
    factor.secret = pyotp.random_base32()
    await queries.void_recovery_codes(act, account_id)


async def must_enrol(act: Act, account_id: UUID, roles: Iterable[str]) -> bool:
    """Tell whether the centre demands a factor that this person does not have."""
    return await queries.demanded_of(act, roles) and not await is_enrolled(act, account_id)


def _takes(act: Act, factor: SecondFactor, code: str) -> bool:
    """Compare with the codes around this instant; a step that was used counts no more."""
    totp = pyotp.TOTP(factor.secret)
    for step in rules.steps_around(act.now):
        if step > factor.last_step and compare_digest(totp.at(step * rules.STEP), code):
            factor.last_step = step
            return True
    return False


def _recovery_code() -> str:
    """Make a code of 120 bits: from 112 on, a plain hash may keep it (ASVS 6.5.2)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(6))


def _hashed(code: str) -> str:
    return hashlib.sha256(rules.spelled(code).encode()).hexdigest()
