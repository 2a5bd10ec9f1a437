"""The floor: one ASGI function on asyncpg that does the same SQL work, and nothing else.

It verifies the same token by the same code, enters the same scope and runs the very statements of
the product's views; a write is one call of a function in `floor.sql` (audit by trigger, event,
idempotency key, row security, the checks that need rows). It has no validation of shapes, no
problem documents, no `allowed_actions`, no headers but the entity's.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import asyncpg
import uvicorn

from app.api.claims import LONGEST, TokenRefused
from app.api.deps import day_in_warsaw, utc_now
from app.api.keys import load_keyring
from app.api.tokens import Tokens
from app.db.session import KEEP_PREPARED, Database
from app.db.types import new_id
from app.db.vault.master import load_master
from app.domain.assignments.queries import ASSIGNMENT
from app.domain.casefile.queries import CASE, CASES, DEADLINES
from app.domain.visits.queries import RECORDED_VISIT
from app.domain.worklist.queries import WORKLIST
from app.settings import Settings, read_settings

_CALL = "SELECT floor.{}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, {})"
_RECORD = _CALL.format("record_visit", "$12, $13, $14::jsonb")
_TRANSFER = _CALL.format("transfer_case", "$12, $13, $14::jsonb")
_JSON = (b"content-type", b"application/json")
Message = dict[str, Any]
Answer = tuple[int, str | None, str]


def floor_sql() -> str:
    """Return the functions, with the product's own views as their answers."""
    written = Path(__file__).with_name("floor.sql").read_text(encoding="utf-8")
    for name, view, given in (
        ("@RECORDED_VISIT@", RECORDED_VISIT, "new_visit"),
        ("@ASSIGNMENT@", ASSIGNMENT, "ids[1]"),
    ):
        written = written.replace(name, view.bare.replace("$1", given))
    return written


class Floor:
    """The whole application."""

    def __init__(self, settings: Settings) -> None:
        """Know the keys; connect when asked for the first time."""
        ring = load_keyring(settings)
        audience, issuer = settings.audience, settings.issuer
        self.tokens = Tokens(ring, issuer=issuer, audience=audience, lifetime=LONGEST)
        self.url = settings.database_url
        self.settings = Database(str(self.url), load_master(settings))._settings
        self.size = settings.read_connections
        self.free: list[asyncpg.Connection] = []
        self.waiting: deque[asyncio.Future[asyncpg.Connection]] = deque()

    async def open(self) -> None:
        """Connect once."""
        self.free = [
            await asyncpg.connect(self.url, server_settings=self.settings, **KEEP_PREPARED)
            for _ in range(self.size)
        ]

    async def take(self) -> asyncpg.Connection:
        """Take the connection that was used last, or wait for one."""
        if self.free:
            return self.free.pop()
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        return await turn

    def give(self, connection: asyncpg.Connection) -> None:
        """Hand a connection on."""
        if self.waiting:
            self.waiting.popleft().set_result(connection)
        else:
            self.free.append(connection)

    async def __call__(self, scope: Message, receive: Callable[[], Any], send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.live(receive, send)
            return
        status, version, body = await self.answer(scope, receive)
        headers = [_JSON, (b"content-length", str(len(body.encode())).encode())]
        if version:
            headers.append((b"etag", f'"{version}"'.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    async def live(self, receive: Callable[[], Any], send: Any) -> None:
        """Open the connections at the start."""
        while (await receive())["type"] == "lifespan.startup":
            await self.open()
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    async def answer(self, scope: Message, receive: Callable[[], Any]) -> Answer:
        """Verify, enter, run."""
        headers, now = dict(scope["headers"]), utc_now()
        try:
            said = self.tokens.verify(headers[b"authorization"][7:].decode(), now=now)
        except (KeyError, TokenRefused):
            return 401, None, "{}"
        given = [
            *(said.centre, said.subject, said.session, sorted(said.roles)),
            *(day_in_warsaw(now), new_id(), "floor", now),
        ]
        parts = scope["path"].split("/")[3:]
        if scope["method"] == "POST":
            body = (await receive())["body"]
            return await self.write(parts, headers, given, body)
        return await self.read(parts, dict(parse_qsl(scope["query_string"].decode())), given)

    async def read(self, parts: list[str], query: dict[str, str], given: list[Any]) -> Answer:
        """Run a view in its scope."""
        if parts == ["worklist"]:
            found = await self.fetch(WORKLIST, given, roles=given[3])
            return 200, None, found
        if len(parts) == 2:
            found = await self.fetch(CASE, given, id=UUID(parts[1]))
            return (200, found[1], found[0]) if found else (404, None, "{}")
        page = {"limit": int(query.get("limit", "50")), "after": None}
        if parts == ["cases"]:
            found = await self.fetch(CASES, given, state=query.get("state"), **page)
        else:
            due = {"kind": None, "due_before": date.fromisoformat(query["due_before"])}
            found = await self.fetch(DEADLINES, given, **due, **page)
        return 200, None, f'{{"items":{found[0]},"next_cursor":{json.dumps(found[1])}}}'

    async def fetch(self, view: Any, given: list[Any], **values: Any) -> Any:
        """Run one statement."""
        connection = await self.take()
        try:
            row = await connection.fetchrow(view.scoped, *given, *view.arguments(values))
        finally:
            self.give(connection)
        assert row["standing"] == "ok"
        return row[1]

    async def write(
        self, parts: list[str], headers: dict[bytes, bytes], given: list[Any], body: bytes
    ) -> Answer:
        """Call the function of a write."""
        digest = hashlib.sha256(body).hexdigest()
        key, case_id = headers[b"idempotency-key"].decode(), UUID(parts[1])
        if parts[2] == "visits":
            call: str = _RECORD
            more: list[Any] = [new_id(), new_id()]
        else:
            version = int(headers[b"if-match"].strip(b'"'))
            call, more = _TRANSFER, [version, [new_id() for _ in range(4)]]
        connection = await self.take()
        try:
            found = await connection.fetchval(
                call, *given, key, digest, case_id, *more, body.decode()
            )
        finally:
            self.give(connection)
        return int(found[0]), found[1], found[2]


def main() -> None:
    """Serve as `app.cli serve` does."""
    settings = read_settings()
    uvicorn.run(
        Floor(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
