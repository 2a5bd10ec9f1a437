"""Between the API and its database the network delays, cuts and swallows: no request hangs.

Reads, commands of the long and the short way and sign-ins go on without pause. Each request ends
within five seconds, done or with a 503 that says when to come again; once the fault is over the
next ones are done again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from tests.chaos.fault_proxy import FaultProxy
from tests.chaos.figures import Figure, Say
from tests.chaos.office import LOGIN, Office, office
from tests.factories.people import HERE
from tests.factories.processes import free_port

PATIENCE_S = 20.0  # far above the aim, so that what hangs is seen as such
HEALED_S = 1.0
WARM_UP_S = 4.0  # for the median of sign-ins as well
DELAY_S = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: of which kind, when, and what came of it (0: no answer at all)."""

    kind: str
    began: float
    ended: float
    status: int
    retry_after: bool

    @property
    def done(self) -> bool:
        """Tell whether it was served."""
        return self.status in {200, 201}

    @property
    def true(self) -> bool:
        """Tell whether it was served, or told when to come again."""
        return self.done or (self.status == 503 and self.retry_after)


@dataclass(slots=True)
class Crowd:
    """Clients of each kind that ask without pause."""

    place: Office
    url: str
    asked: list[Asked] = field(default_factory=list)
    assistant: dict[str, str] = field(init=False)
    manager: dict[str, str] = field(init=False)
    ordinary: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign both in."""
        self.assistant, self.manager = self.place.headers(), self.place.headers(HERE.manager)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Ask until the end of the block."""
        going = asyncio.Event()
        going.set()
        kinds = {"read": 4, "short command": 3, "command": 3, "sign-in": 2}
        async with httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=PATIENCE_S) as http:
            tasks = [
                asyncio.create_task(self._client(http, kind, n, going))
                for kind, clients in kinds.items()
                for n in range(clients)
            ]
            try:
                yield
            finally:
                going.clear()
                await asyncio.gather(*tasks)

    async def _client(
        self, http: httpx.AsyncClient, kind: str, number: int, going: asyncio.Event
    ) -> None:
        while going.is_set():
            began = monotonic()
            try:
                response = await http.request(**self._request(kind, number))
                status, told = response.status_code, "retry-after" in response.headers
            except httpx.TransportError:
                status, told = 0, False
            self.asked.append(Asked(kind, began, monotonic(), status, told))
            await asyncio.sleep(0.05)

    def _request(self, kind: str, number: int) -> dict[str, Any]:
        if kind == "read":
            case = self.place.families[number % len(self.place.families)].case
            return {"method": "GET", "url": f"/cases/{case}", "headers": self.assistant}
        if kind == "sign-in":
            # One after another: what a fault leaves undone counts as a wrong password (S3).
            who = HERE.people[len(self.asked) % len(HERE.people)]
            return {"method": "POST", "url": "/sessions", "json": LOGIN | {"login": who.name}}
        key = {"Idempotency-Key": str(uuid4())}
        if kind == "short command":
            path, said = self.place.visit("", number)
            return {
                "method": "POST",
                "url": path,
                "json": said,
                "headers": self.assistant | key,
            }
        headers = self.manager | key
        said = {"name": f"Rejon {uuid4()}"}
        return {"method": "POST", "url": "/districts", "json": said, "headers": headers}


def run(seconds: float, say: Say) -> list[Figure]:
    """Let each fault hold for as many seconds as were asked for, at most seven."""
    with office(4, durable=False) as place:
        return disturb(place, min(seconds, 7.0), say)


def disturb(place: Office, seconds: float, say: Say, slack: float = 1.0) -> list[Figure]:
    """Serve through the proxy and let one fault follow the other.

    A busy machine may be given slack: as many times the second in which all is served again.
    """
    return asyncio.run(_disturb(place, seconds, say, slack * HEALED_S))


async def _disturb(place: Office, seconds: float, say: Say, healing_s: float) -> list[Figure]:
    port = free_port()
    proxy = FaultProxy(place.server.port)
    url = place.url.replace(f":{place.server.port}/", f":{port}/")
    before = await place.deadlocks()
    async with proxy.listening(port):
        api = place.launch(url)
        try:
            await asyncio.to_thread(api.await_ready)
            crowd = Crowd(place, api.url)
            await _warm_up(crowd)
            figures: list[Figure] = []
            for name, fault in FAULTS.items():
                say(f"{name} for {seconds:.0f} s")
                crowd.asked.clear()
                async with crowd.asking():
                    over = await _hold(proxy, fault, seconds)
                    await asyncio.sleep(healing_s + 1.5)
                figures += _found(name, crowd, over, healing_s)
        finally:
            await asyncio.to_thread(api.end)
    return [*figures, Figure("deadlocks", await place.deadlocks() - before, most=0)]


async def _warm_up(crowd: Crowd) -> None:
    async with crowd.asking():
        await asyncio.sleep(WARM_UP_S)
    for kind in {asked.kind for asked in crowd.asked}:
        crowd.ordinary[kind] = median(a.ended - a.began for a in crowd.asked if a.kind == kind)


def _strange(asked: list[Asked]) -> str:
    """Name what should not be, for whoever looks for the cause."""
    found = sorted({f"{one.kind} {one.status}" for one in asked})
    return f" ({', '.join(found)})" * bool(found)


def _late(proxy: FaultProxy, *, on: bool) -> None:
    proxy.delay_s = DELAY_S if on else 0.0


def _cut(proxy: FaultProxy, *, on: bool) -> None:
    proxy.refuses = on
    proxy.cut()


def _swallow(proxy: FaultProxy, *, on: bool) -> None:
    if on:
        proxy.open_.clear()
    else:
        proxy.open_.set()


FAULTS: dict[str, Callable[..., None]] = {"late": _late, "cut": _cut, "black hole": _swallow}


def _healed(crowd: Crowd, kind: str, over: float) -> float:
    """Return how much later than ordinary the first of a kind was served after a fault.

    What a request takes without any fault is not the pool's: a sign-in is slow on purpose.
    """
    ends = [a.ended for a in crowd.asked if a.kind == kind and a.done and a.ended > over]
    return min(ends, default=over + PATIENCE_S) - over - crowd.ordinary[kind]


async def _hold(proxy: FaultProxy, fault: Callable[..., None], seconds: float) -> float:
    """Let a fault hold; return when it was over."""
    await asyncio.sleep(0.5)
    fault(proxy, on=True)
    await asyncio.sleep(seconds)
    fault(proxy, on=False)
    return monotonic()


def _found(name: str, crowd: Crowd, over: float, healing_s: float) -> list[Figure]:
    kinds = {asked.kind for asked in crowd.asked}
    healed, last = max((_healed(crowd, kind, over), kind) for kind in kinds)
    ordinary = crowd.ordinary[last]
    took = f"{last}: {healed + ordinary:.2f} s, ordinarily {ordinary:.2f} s"
    untrue = [asked for asked in crowd.asked if not asked.true]
    late = [a for a in crowd.asked if a.began > over + healing_s and not a.done]
    longest = max(a.ended - a.began for a in crowd.asked)
    return [
        Figure(f"{name}: requests", len(crowd.asked), least=len(kinds)),
        Figure(f"{name}: neither done nor 503{_strange(untrue)}", len(untrue), most=0),
        Figure(f"{name}: longest", longest, most=5, unit="s", timed=True),
        Figure(
            f"{name}: first answer after it later than ordinary ({took})",
            max(healed, 0.0),
            most=HEALED_S,
            unit="s",
            timed=True,
        ),
        Figure(f"{name}: refused {healing_s:g} s after it{_strange(late)}", len(late), most=0),
    ]
