"""Hashing and judging passwords: outside the event loop, two at a time."""

import asyncio
import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.passwords import rules

_WORK = asyncio.Semaphore(2)  # each takes a core and its memory
_JUDGED = 72  # the letters that zxcvbn looks at; what follows can only make it better


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """Return a hash to check against when the login is unknown, so that both take as long."""
    return _hasher().hash(secrets.token_urlsafe(16))


@cache
def _common() -> tuple[str, ...]:
    """Return Polish passwords and words of the trade, which zxcvbn's own lists don't know."""
    return tuple((files(__package__) / "common.txt").read_text(encoding="utf-8").split())


async def hash_password(password: str) -> str:
    """Hash with Argon2id."""
    async with _WORK:
        return await asyncio.to_thread(_hasher().hash, rules.composed(password))


async def fits(password: str, stored: str | None) -> bool:
    """Tell whether a password is the stored one; without a stored one it takes as long."""
    async with _WORK:
        return await asyncio.to_thread(_verify, rules.composed(password), stored)


def _verify(password: str, stored: str | None) -> bool:
    """Compare; without a usable hash all the same, so that nobody can tell by the time."""
    with suppress(UnknownHashError):
        return _hasher().verify(password, stored or _nobody()) and stored is not None
    return _verify(password, None)


async def require_strong(password: str, own: Iterable[str]) -> None:
    """Refuse a password that is easily guessed, also from a person's or centre's own words (S2)."""
    words = [word.lower() for text in own for word in (text, *text.split())]
    async with _WORK:
        guesses = await asyncio.to_thread(_guesses, rules.composed(password), words)
    rules.require_unguessable(guesses)


def _guesses(password: str, words: list[str]) -> float:
    """Count by zxcvbn, whose lists (13 MiB) a process loads with the first password it judges."""
    zxcvbn = import_module("zxcvbn").zxcvbn
    return float(zxcvbn(password[:_JUDGED], user_inputs=[*words, *_common()])["guesses"])
