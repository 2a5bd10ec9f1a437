"""Clients that write without pause and keep an account of every answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from time import monotonic
from typing import Any, TypeAlias
from uuid import uuid4

import httpx

from app.db.types import new_id

Write: TypeAlias = Callable[[str, int], tuple[str, dict[str, Any]]]
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
    made: str = ""

    @property
    def acknowledged(self) -> bool:
        """Tell whether the write counts as done."""
        return self.status == 201


def new_district(name: str, _number: int) -> tuple[str, dict[str, Any]]:
    """Write what needs nothing else to be there."""
    return "/districts", {"name": name}


@dataclass(slots=True)
class Herd:
    """Some clients of some processes; each repeats a write under its key until it is done.

    A `patient` one does so beyond the end, so that no write is left of which nobody knows.
    """

    urls: Sequence[str]
    headers: dict[str, str]
    clients: int = 8
    patient: bool = False
    write: Write = new_district
    answers: list[Answer] = field(default_factory=list)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write until the end of the block; what is under way then is waited for."""
        going = asyncio.Event()
        going.set()
        places = cycle(self.urls)
        tasks = [
            asyncio.create_task(self._client(n, next(places), going)) for n in range(self.clients)
        ]
        try:
            yield
        finally:
            going.clear()
            await asyncio.gather(*tasks)

    async def _client(self, number: int, url: str, going: asyncio.Event) -> None:
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=PATIENCE_S) as http:
            while going.is_set():
                name, key = f"Rejon {new_id()}", str(uuid4())
                path, said = self.write(name, number)
                while not await self._send(http, name, path, said, key):
                    if not (going.is_set() or self.patient):
                        return
                    await asyncio.sleep(0.05)

    async def _send(
        self, http: httpx.AsyncClient, name: str, path: str, said: dict[str, Any], key: str
    ) -> bool:
        began = monotonic()
        try:
            headers = self.headers | {"Idempotency-Key": key}
            response = await http.post(path, json=said, headers=headers)
        except httpx.TransportError:
            self.answers.append(Answer(name, began, monotonic(), 0, retry_after=False))
            return False
        status, told = response.status_code, "retry-after" in response.headers
        made = response.json()["id"] if status == 201 else ""
        self.answers.append(Answer(name, began, monotonic(), status, told, made))
        return status != 503

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
