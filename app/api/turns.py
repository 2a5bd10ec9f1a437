"""Turns that nobody has judged: a failure of ours is no wrong attempt.

A turn is counted and committed before the secret is looked at, so that attempts at once can't slip
through. Where the database then fails or too many wait (503), the attempt was neither right nor
wrong. It is remembered here, in this process and not in the database that has just failed, and
given back before the same key takes its next turn. A caller who hangs up gets nothing back.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from uuid import UUID

from fastapi import Request

from app.api.opening import in_centre
from app.db.failures import KNOWN, Unavailable, meaning
from app.domain.act import Act
from app.domain.attempts.rules import Keys
from app.domain.attempts.service import give_back
from app.domain.errors import Busy
from app.domain.passwords.service import AT_ONCE, WAITING

MOST_OWED: Final = 10_000
# As many as find room to have a password compared: more of one site would only hold connections
# that others need, to be sent away after that.
MOST_OF_A_SITE: Final = AT_ONCE + WAITING


class Turns:
    """Who is at it in this process, and what the process owes to the keys of attempts."""

    def __init__(self) -> None:
        """Owe nothing; nobody is at it."""
        self._owed: dict[tuple[UUID, Keys], int] = {}
        self._coming: Counter[str] = Counter()

    @contextmanager
    def coming(self, site: str) -> Iterator[None]:
        """Let so many of one site in at once; send the next away before it asks the database."""
        if self._coming[site] >= MOST_OF_A_SITE:
            raise Busy
        self._coming[site] += 1
        try:
            yield
        finally:
            self._coming[site] -= 1
            if not self._coming[site]:
                del self._coming[site]

    @asynccontextmanager
    async def taking(
        self, request: Request, centre: UUID, operation: str, keys: Keys
    ) -> AsyncIterator[Act]:
        """Open the transaction in which a turn is taken; what is owed to the key comes first."""
        owed = self._owed.pop((centre, keys), 0)
        try:
            async with in_centre(request, centre, operation) as act:
                if owed:
                    await give_back(act, keys, owed)
                yield act
        except BaseException:
            if owed:
                self._owe(centre, keys, owed)
            raise

    @contextmanager
    def judging(self, centre: UUID, keys: Keys) -> Iterator[None]:
        """Judge a turn in this block; where the database fails or too many wait, it is owed."""
        try:
            yield
        except Busy:
            self._owe(centre, keys, 1)
            raise
        except KNOWN as failure:
            if isinstance(meaning(failure), Unavailable):
                self._owe(centre, keys, 1)
            raise

    def _owe(self, centre: UUID, keys: Keys, turns: int) -> None:
        self._owed[centre, keys] = self._owed.get((centre, keys), 0) + turns
        if len(self._owed) > MOST_OWED:
            del self._owed[next(iter(self._owed))]
