"""Sealing: every few seconds the new entries of each centre in use become a link of its chain.

Nothing is hashed and nobody waits in a request. A mark is drawn, and once every transaction that
was running then has ended, the entries before it are final and can be sealed. That takes one
`EVERY_S` after the mark, so an entry is sealed within two of them, later only while an older
transaction is still open. Several processes may seal: whoever comes second finds nothing to do.

In these seconds an entry is protected by grants and triggers alone. A lock on the chain's head in
each request would not protect more: until a head is signed and taken elsewhere (`audit sign`),
whoever owns the database can write any chain anew, and it would let one reader of a centre wait
for the other's disk.
"""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog

from app.db.session import ANY_DAY, Database, Scope
from app.db.types import new_id
from app.db.views import View

EVERY_S = 2.0
BATCH = 1000
log = structlog.get_logger()
_CENTRES = View("SELECT array_agg(c.id::text ORDER BY c.id) FROM centre c")
_MARK = View("SELECT m.mark || ' ' || m.passed FROM app.audit_mark() m")
_SETTLED = View("SELECT app.audit_settled(:passed::text)")
_SEAL = View("SELECT app.seal_audit(:mark::bigint)")


class Sealer:
    """Seals what the process writes; `run` at its start also what others have left."""

    def __init__(self, database: Database) -> None:
        """Remember whose entries to seal."""
        self._database = database
        self._waiting: set[UUID] = set()

    async def run(self) -> None:
        """Seal for as long as the process lives; a failure waits for the next time."""
        everywhere = True
        while True:
            try:
                await self.seal(await self.all_centres() if everywhere else ())
                everywhere = False
            except Exception as failure:  # noqa: BLE001 - whatever it was, sealing goes on
                log.warning("audit_not_sealed", failure=type(failure).__name__)
            await asyncio.sleep(EVERY_S)

    async def all_centres(self) -> list[UUID]:
        """Return every centre of the database."""
        found = await self._database.look(_CENTRES)
        return [UUID(centre) for centre in (found or "").strip("{}").split(",") if centre]

    async def seal(self, more: Iterable[UUID] = (), every: float = EVERY_S) -> None:
        """Seal the centres in use, and `more`, up to this moment; look each so many seconds."""
        self._waiting |= {*more, *self._database.take_used()}
        if not self._waiting:
            return
        mark, passed = (await self._database.look(_MARK)).split()
        await self._settled(passed, every)
        while self._waiting:
            centre = self._waiting.pop()
            try:
                await self._seal(centre, int(mark))
            except BaseException:
                self._waiting.add(centre)
                raise

    async def _settled(self, passed: str, every: float) -> None:
        """Wait until every transaction before a mark has ended."""
        while True:
            await asyncio.sleep(every)
            if await self._database.look(_SETTLED, passed=passed) == "true":
                return

    async def _seal(self, centre: UUID, mark: int) -> None:
        scope = Scope.system(centre, today=ANY_DAY, request=new_id(), operation="seal_audit")
        sealed: Any = BATCH
        while int(sealed) == BATCH:
            sealed = await self._database.tend(scope, _SEAL, mark=mark)
