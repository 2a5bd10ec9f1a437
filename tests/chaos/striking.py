"""Jobs of the product that are killed while they work, and started again at once."""

import asyncio
import signal
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self

import asyncpg

from tests.chaos.office import COMMAND_S, Office

# Of other connections to this database; ours is not counted.
_OPEN = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""
LOOK_S = 0.01


@dataclass(slots=True)
class Striker:
    """Runs a job again and again, and kills it; `amid` counts kills within a transaction."""

    place: Office
    arguments: tuple[str, ...]
    eye: asyncpg.Connection
    chance: Random = field(default_factory=lambda: Random(20))  # noqa: S311 - not for secrets
    kills: list[float] = field(default_factory=list)
    amid: int = 0
    child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return itself: nothing of it outlives the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        """Kill what still runs."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def begin(self) -> None:
        """Start the job."""
        self.child = self.place.start(*self.arguments)

    @property
    def running(self) -> bool:
        """Tell whether it has not ended by itself."""
        return self.child is not None and self.child.poll() is None

    async def strike_after(self, seconds: float) -> None:
        """Kill it after a while, wherever it is, and start it again."""
        await asyncio.sleep(seconds)
        if self.running:
            self._kill()

    async def wait_for(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Wait until it has got somewhere, or has ended."""
        while self.running and not await reached():  # noqa: ASYNC110 - a database can't set it
            await asyncio.sleep(LOOK_S)

    async def strike_amid(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Kill it within a transaction, once it has got somewhere, and start it again."""
        await self.wait_for(reached)
        await asyncio.sleep(self.chance.uniform(0, LOOK_S))
        while self.running:
            # Stopped it can't go on while we look: what is open now is open when it dies.
            self.child.send_signal(signal.SIGSTOP)  # type: ignore[union-attr]
            if await self.eye.fetchval(_OPEN):
                self.amid += 1
                self._kill()
                return
            self.child.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
            await asyncio.sleep(self.chance.uniform(0, LOOK_S))

    def _kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child.wait()
        self.kills.append(monotonic())
        self.begin()

    async def end(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        assert self.child is not None
        return await asyncio.to_thread(self.child.wait, COMMAND_S)
