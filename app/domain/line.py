"""A line for work that takes a core: short, fair, and nobody stands in it for long.

Its callers are served in turn, one place of each. When it is
full, the last of whoever has most in it gives way, so a crowd from one place keeps nobody else out.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from app.domain.errors import Busy

R = TypeVar("R")
Place: TypeAlias = asyncio.Future[None]


class Line:
    """Lets so many work at once, in threads, and so many wait, each for so many seconds."""

    def __init__(self, *, at_once: int, waiting: int, seconds: float) -> None:
        """Begin with nobody in it."""
        self._free, self._most, self._seconds = at_once, waiting, seconds
        self._lines: dict[str, deque[Place]] = {}  # in the order in which they are served

    async def work(self, of: str, task: Callable[[], R]) -> R:
        """Do some work of a caller in a thread; refuse with Busy who would wait for too long.

        What has begun goes on to its end, and keeps its place, even where nobody waits for it.
        """
        await self._come(of)
        running = asyncio.ensure_future(asyncio.to_thread(task))
        running.add_done_callback(self._done)
        return await asyncio.shield(running)

    def _done(self, running: asyncio.Future[R]) -> None:
        if not running.cancelled():
            running.exception()  # whoever hung up has not asked for it
        self._next()

    async def _come(self, of: str) -> None:
        if self._free:
            self._free -= 1
            return
        self._make_room(of)
        place: Place = asyncio.get_running_loop().create_future()
        self._lines.setdefault(of, deque()).append(place)
        try:
            async with asyncio.timeout(self._seconds):
                await place
        except BaseException as failure:
            self._leave(of, place)
            if isinstance(failure, TimeoutError):
                raise Busy from None
            raise

    def _make_room(self, of: str) -> None:
        """Let the last of the longest line give way, unless ours would be as long."""
        if sum(map(len, self._lines.values())) < self._most:
            return
        longest = max(self._lines, key=lambda name: len(self._lines[name]))
        if len(self._lines[longest]) <= len(self._lines.get(of, ())) + 1:
            raise Busy
        place = self._lines[longest][-1]
        self._remove(longest, place)
        if not place.done():
            place.set_exception(Busy())

    def _leave(self, of: str, place: Place) -> None:
        """Take somebody out who waits no longer; whose turn has just come passes it on."""
        if not self._remove(of, place) and not place.cancelled() and not place.exception():
            self._next()

    def _remove(self, of: str, place: Place) -> bool:
        line = self._lines.get(of, deque())
        found = place in line
        if found:
            line.remove(place)
        if not line:
            self._lines.pop(of, None)
        return found

    def _next(self) -> None:
        """Give the turn to the first of the line that was served longest ago."""
        while self._lines:
            of = next(iter(self._lines))
            line = self._lines.pop(of)
            place = line.popleft()
            if line:
                self._lines[of] = line  # behind the others
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
