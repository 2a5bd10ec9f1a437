"""Clients that write without pause and keep an account of every answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from time import monotonic
from uuid import uuid4

import httpx

from app.db.types import new_id

LONGEST_S = 120.0
PATIENCE_S = 20.0  # far above the aim, so that what hangs is seen as such


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: to which write, when it was asked for and given, and what it said."""

    name: str
    began: float
    ended: float
    status: int
    retry_after: bool

    @property
    def acknowledged(self) -> bool:
        """Tell whether the write counts as done."""
        return self.status == 201


@dataclass(slots=True)
class Herd:
    """Some clients of some processes; each repeats a write under its key until it is done."""

    urls: Sequence[str]
    headers: dict[str, str]
    clients: int = 8
    answers: list[Answer] = field(default_factory=list)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write until the end of the block; what is under way then is waited for."""
        going = asyncio.Event()
        going.set()
        places = cycle(self.urls)
        tasks = [
            asyncio.create_task(self._client(next(places), going)) for _ in range(self.clients)
        ]
        try:
            yield
        finally:
            going.clear()
            await asyncio.gather(*tasks)

    async def _client(self, url: str, going: asyncio.Event) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as http:
            while going.is_set():
                name, key = f"Rejon {new_id()}", str(uuid4())
                while not await self._send(http, name, key):
                    if not going.is_set():
                        return
                    await asyncio.sleep(0.05)

    async def _send(self, http: httpx.AsyncClient, name: str, key: str) -> bool:
        began = monotonic()
        try:
            response = await http.post(
                "/api/v1/districts",
                json={"name": name},
                headers=self.headers | {"Idempotency-Key": key},
            )
        except httpx.TransportError:
            self.answers.append(Answer(name, began, monotonic(), 0, retry_after=False))
            return False
        told = "retry-after" in response.headers
        self.answers.append(
            Answer(name, began, monotonic(), response.status_code, retry_after=told)
        )
        return response.status_code != 503

    async def write_on(self, seconds: float, least: int) -> None:
        """Let the clients write for so long, and longer where few writes have come through."""
        wanted, began = len(list(self.acknowledged())) + least, monotonic()
        await asyncio.sleep(seconds)
        while (  # noqa: ASYNC110 - a look now and then is enough
            len(list(self.acknowledged())) < wanted and monotonic() - began < LONGEST_S
        ):
            await asyncio.sleep(0.1)

    def acknowledged(self) -> Iterator[Answer]:
        """Yield what was answered as done."""
        return (answer for answer in self.answers if answer.acknowledged)

    def untrue(self) -> int:
        """Count answers that are neither done nor a 503 that says when to come again."""
        return sum(
            not (a.acknowledged or (a.status == 503 and a.retry_after)) for a in self.answers
        )

    def longest(self) -> float:
        """Return the seconds that the slowest answer took."""
        return max(answer.ended - answer.began for answer in self.answers)
