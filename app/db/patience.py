"""How long one request waits for the database, whatever it asks there and however often.

Time runs from the first time that a request asks: what comes before, a body over a slow line, is
not the database's. Work outside of a request has the same time for each thing that it asks.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Patience:
    """The time of one request; it has not begun before something is asked."""

    __slots__ = ("_ends",)

    def __init__(self) -> None:
        """Begin with all the time."""
        self._ends: float | None = None

    def until(self, seconds: float) -> float:
        """Return when the time is over, by the loop's clock."""
        if self._ends is None:
            self._ends = asyncio.get_running_loop().time() + seconds
        return self._ends


_request: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Let all that is asked in this block share one time."""
    token = _request.set(Patience())
    try:
        yield
    finally:
        _request.reset(token)


def in_time(seconds: float) -> asyncio.Timeout:
    """End a block with TimeoutError when the request's time is over."""
    request = _request.get()
    return (
        asyncio.timeout(seconds) if request is None else asyncio.timeout_at(request.until(seconds))
    )
