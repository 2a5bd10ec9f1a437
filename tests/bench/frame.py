"""What the frame around a request costs: CPU in microseconds, in process, without a database.

`python -m tests.bench.frame` measures this checkout; given the folder of another one, it measures
both in alternating rounds and prints the medians side by side.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import uvloop
from pydantic import SecretStr

from app.db.session import Database, Scope
from app.db.views import View
from app.domain.actor import Role
from app.main import create_app
from app.settings import Settings
from tests.factories.tokens import pem_of

ROUNDS, STRETCHES, TIMES = 9, 5, 300
ID = "0198c0de-0000-7000-8000-000000000001"
FOUND: dict[str, Any] = {
    "One": ['{"id":"x"}', "3", None],
    "Many": ['[{"id":"x"}]', '["2026-01-01","x"]'],
    "View": "{}",
}
Headers: TypeAlias = list[tuple[bytes, bytes]]
Called: TypeAlias = tuple[int, str, str, bytes, bytes, Headers]


class NoDatabase(Database):
    """Answers at once, and always the same."""

    def __init__(self) -> None:
        """Connect to nothing."""

    async def read(self, scope: Scope, view: View, **_: Any) -> Any:
        """Return what a view of this kind returns."""
        assert scope.session
        return FOUND[type(view).__name__]

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[Any]:
        """Yield nothing to work with."""
        assert scope.session
        yield None


def _requests(token: str) -> dict[str, Called]:
    """Return requests by name: the status to expect, then what is sent."""
    bare = [(b"host", b"asysta.test"), (b"accept", b"*/*"), (b"user-agent", b"bench")]
    signed = [*bare, (b"authorization", f"Bearer {token}".encode())]
    patch = [(b"content-type", b"application/merge-patch+json"), (b"content-length", b"2")]
    family, query = f"/api/v1/families/{ID}", b"limit=50&state=in_progress"
    return {
        "no guard": (200, "GET", "/health/live", b"", b"", bare),
        "one": (200, "GET", family, b"", b"", signed),
        "raw, the last route": (200, "GET", "/api/v1/worklist", b"", b"", signed),
        "page of a case": (200, "GET", f"/api/v1/cases/{ID}/visits", b"", b"", signed),
        "page with a query": (200, "GET", "/api/v1/families", query, b"", signed),
        "not signed in": (401, "GET", family, b"", b"", bare),
        "malformed id": (422, "GET", "/api/v1/families/x", b"", b"", signed),
        "unknown path": (404, "GET", "/api/v1/nothing", b"", b"", signed),
        "command, refused at last": (428, "PATCH", family, b"", b"{}", signed + patch),
    }


async def _call(app: Any, called: Called) -> None:
    expected, method, path, query, body, headers = called

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", expected) == expected, (path, message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("::1", 1),
        "server": ("::1", 8000),
        "state": {},
    }
    await app(scope, receive, send)


async def measure() -> dict[str, float]:
    """Return the microseconds of each request, the least of a few stretches."""
    settings = Settings(database_url=None, signing_key=SecretStr(pem_of()))
    app = create_app(settings, database=NoDatabase())
    who = {"subject": uuid4(), "centre": UUID(ID), "session": uuid4(), "roles": list(Role)}
    requests = _requests(app.state.tokens.issue(**who, now=datetime.now(UTC)))
    gc.collect()
    gc.freeze()
    found = dict.fromkeys(requests, float("inf"))
    for _ in range(STRETCHES):
        for name, called in requests.items():
            start = process_time()
            for _ in range(TIMES):
                await _call(app, called)
            found[name] = min(found[name], (process_time() - start) / TIMES * 1e6)
    return found


def _of(checkout: Path) -> dict[str, float]:
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, "-P", __file__, "measure"]
    ran = subprocess.run(command, env=environment, cwd=checkout, stdout=-1, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(*others: str) -> None:
    """Measure in alternating rounds, the order reversed every other round; print the medians."""
    checkouts = [Path(other).resolve() for other in others] + [Path(__file__).parents[2]]
    seen: dict[Path, list[dict[str, float]]] = {checkout: [] for checkout in checkouts}
    for turn in range(ROUNDS):
        for checkout in checkouts[:: -1 if turn % 2 else 1]:
            seen[checkout].append(_of(checkout))
    for name in seen[checkouts[0]][0]:
        medians = [statistics.median(one[name] for one in seen[c]) for c in checkouts]
        sys.stdout.write(f"{name:26}" + "".join(f"{median:10.0f}" for median in medians) + " µs\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        sys.stdout.write(json.dumps(uvloop.run(measure())))
    else:
        main(*sys.argv[1:])
