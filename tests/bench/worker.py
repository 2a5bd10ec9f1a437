"""One worker of ours by itself: start-up, memory, collections, the last route and the first."""

import asyncio
import gc
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.api.deps import utc_now
from app.db.session import Database
from app.main import create_app
from app.settings import Settings
from tests.bench import gauges
from tests.bench.report import Range, rows
from tests.bench.rounds import Slice, Stage, copies, measured
from tests.bench.servers import serving

MIXTURE = ("R1", "R2", "R3", "W1")
ROUTE = "show_worklist"
_LAPS, _CALLS = 21, 300


def start_ups(stage: Stage, times: int = 5) -> list[dict[str, float]]:
    """Return the seconds, and those of CPU, from the command to the first answer."""
    with copies(stage, {"ours": f"{stage.database}_start"}) as urls:
        found = []
        for _ in range(times):
            with serving("ours", urls["ours"], stage.settings) as stack:
                found.append({"s": stack.ready_s, "CPU s": gauges.cpu_seconds(stack.pid)})
    return found


def memory(stage: Stage, requests: int, note: Callable[[Slice], None]) -> dict[str, float]:
    """Return the resident memory in MiB after the start and after so many requests."""
    with (
        copies(stage, {"ours": f"{stage.database}_memory"}) as urls,
        serving("ours", urls["ours"], stage.settings) as stack,
    ):
        found = {"started": gauges.rss_mib(stack.pid)}
        done, short = 0, replace(stage, warm=0.0)
        while done < requests:
            for kind in MIXTURE:
                slice_ = measured(short, kind, stack, 0)
                note(slice_)
                done += slice_.requests
            found.setdefault("after the first of each kind", gauges.rss_mib(stack.pid))
        found[f"after {done} requests"] = gauges.rss_mib(stack.pid)
    return found


class _Nothing(Database):
    """A database that answers at once."""

    def __init__(self) -> None:
        """Connect to nothing."""

    async def read(self, *_: Any, **__: Any) -> Any:
        """Return what a worklist might be."""
        return "{}"


def route_costs(stage: Stage) -> dict[str, float]:
    """Return the microseconds of one request in process as the first and as the last route."""
    first, last = _app(stage.settings, 0), _app(stage.settings, None)
    return asyncio.run(_compared({"first": first, "last": last}, _bearer(stage)))


def _app(settings: Settings, place: int | None) -> FastAPI:
    app = create_app(settings, database=_Nothing())
    routes = app.router.routes
    ours = next(r for r in routes if isinstance(r, APIRoute) and r.name == ROUTE)
    routes.remove(ours)
    routes.insert(len(routes) if place is None else place, ours)
    return app


def _bearer(stage: Stage) -> bytes:
    token = stage.tokens.issue(
        subject=uuid4(), centre=uuid4(), session=uuid4(), roles=["manager"], now=utc_now()
    )
    return b"Bearer " + token.encode()


async def _compared(apps: dict[str, FastAPI], bearer: bytes) -> dict[str, float]:
    laps: dict[str, list[float]] = {name: [] for name in apps}
    for lap in range(_LAPS):
        for name in list(apps)[:: -1 if lap % 2 else 1]:
            begin = time.perf_counter()
            for _ in range(_CALLS):
                await _call(apps[name], bearer)
            laps[name].append((time.perf_counter() - begin) / _CALLS * 1e6)
    found = {name: statistics.median(seen) for name, seen in laps.items()}
    routes = len(next(iter(apps.values())).router.routes)
    return found | {"difference": found["last"] - found["first"], "routes": routes}


async def _call(app: FastAPI, bearer: bytes) -> None:
    status: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    call: Callable[..., Awaitable[None]] = app
    await call(_scope(bearer), receive, send)
    assert status == [200], status


def _scope(bearer: bytes) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/worklist",
        "raw_path": b"/api/v1/worklist",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"authorization", bearer)],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }


def full_collection_ms(stage: Stage) -> float:
    """Return how long a full collection stops a process after what the start-up does."""
    app = create_app(stage.settings, database=_Nothing())
    gc.collect()
    gc.freeze()
    try:
        begin = time.perf_counter()
        gc.collect()
        return (time.perf_counter() - begin) * 1000
    finally:
        gc.unfreeze()
        assert app is not None


def report(stage: Stage, requests: int, note: Callable[[Slice], None]) -> dict[str, Any]:
    """Measure everything of one worker."""
    return {
        "start-up": start_ups(stage),
        "memory MiB": memory(stage, requests, note),
        "route µs": route_costs(stage),
        "full collection ms": full_collection_ms(stage),
        "load": os.getloadavg(),
    }


def markdown(found: dict[str, Any]) -> str:
    """Write the table for a document."""
    starts = {unit: Range.of(one[unit] for one in found["start-up"]) for unit in ("s", "CPU s")}
    lines = [
        ["start-up to the first answer, s", starts["s"].shown(1)],
        ["of it CPU, s", starts["CPU s"].shown(1)],
        *([f"memory {when}, MiB", f"{mib:.0f}"] for when, mib in found["memory MiB"].items()),
        ["a full collection, ms", f"{found['full collection ms']:.1f}"],
        [
            f"the last of {found['route µs']['routes']:.0f} routes against the first, µs",
            f"{found['route µs']['difference']:+.1f}",
        ],
    ]
    load = ", ".join(f"{load:.1f}" for load in found["load"])
    return rows(["one worker", "measured"], lines) + f"\nLoad of the machine meanwhile: {load}.\n"
