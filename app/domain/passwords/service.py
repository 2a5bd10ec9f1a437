"""Hashing and judging passwords: outside the event loop, two at a time, in one line."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.line import Line
from app.domain.passwords import rules

# Each takes a core and its memory. A process that compares four a second serves a full line in the
# two seconds that one waits at most: a change of password, which stands in it twice, takes five.
AT_ONCE, WAITING = 2, 8
_LINE = Line(at_once=AT_ONCE, waiting=WAITING, seconds=2.0)
OURS = "ours"  # whose work it is where nobody asks from outside
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


async def hash_password(password: str, of: str = OURS) -> str:
    """Hash with Argon2id; refuse with Busy where the line is too long for a caller (`of`)."""
    return await _LINE.work(of, partial(_hasher().hash, rules.composed(password)))


async def fits(password: str, stored: str | None, of: str) -> bool:
    """Tell whether a password is the stored one; without a stored one it takes as long."""
    return await _LINE.work(of, partial(_verify, rules.composed(password), stored))


def _verify(password: str, stored: str | None) -> bool:
    """Compare; without a usable hash all the same, so that nobody can tell by the time."""
    with suppress(UnknownHashError):
        return _hasher().verify(password, stored or _nobody()) and stored is not None
    return _verify(password, None)


async def require_strong(password: str, own: Iterable[str], of: str = OURS) -> None:
    """Refuse a password that is easily guessed, also from a person's or centre's own words (S2)."""
    await _LINE.work(of, partial(_judge, rules.composed(password), _words(own)))


async def chosen(password: str, own: Iterable[str], of: str) -> str:
    """Judge a password as `require_strong` does and hash it, in one turn."""
    return await _LINE.work(of, partial(_chosen, rules.composed(password), _words(own)))


def _words(own: Iterable[str]) -> list[str]:
    return [word.lower() for text in own for word in (text, *text.split())]


def _judge(password: str, words: list[str]) -> None:
    rules.require_unguessable(_guesses(password, words))


def _chosen(password: str, words: list[str]) -> str:
    _judge(password, words)
    return _hasher().hash(password)


def _guesses(password: str, words: list[str]) -> float:
    """Count by zxcvbn, whose lists (13 MiB) a process loads with the first password it judges."""
    zxcvbn = import_module("zxcvbn").zxcvbn
    return float(zxcvbn(password[:_JUDGED], user_inputs=[*words, *_common()])["guesses"])
