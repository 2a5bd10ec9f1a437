"""The vault of one process: rings of centres, kept for a minute."""

import os
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.db.types import new_id
from app.db.vault.master import SIZE, Master
from app.db.vault.ring import Ring
from app.db.vault.tables import CentreKey

# A new or destroyed key of another process is known after this many seconds at the latest.
KEPT_FOR_S = 60.0
INDEX, FIRST = 0, 1


class Vault:
    """Keeps the rings of the centres that this process works for."""

    def __init__(self, master: Master, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty."""
        self.master = master
        self._clock = clock
        self._kept: dict[UUID, tuple[Ring, float]] = {}

    def kept(self, centre: UUID) -> Ring | None:
        """Return the ring of a centre, None where it must be read (again)."""
        ring, since = self._kept.get(centre, (None, 0.0))
        return ring if ring and self._clock() - since < KEPT_FOR_S else None

    def keep(self, centre: UUID, keys: Iterable[CentreKey]) -> Ring:
        """Make and keep the ring of a centre from its rows."""
        raw = {key.number: self._unwrapped(centre, key) for key in keys}
        index = raw.pop(INDEX, None)
        ring = Ring({n: AESGCMSIV(key) if key else None for n, key in raw.items()}, index)
        self._kept[centre] = ring, self._clock()
        return ring

    def forget(self, centre: UUID) -> None:
        """Forget a ring: its keys have changed."""
        self._kept.pop(centre, None)

    def _unwrapped(self, centre: UUID, key: CentreKey) -> bytes | None:
        return self.master.unwrap(centre, str(key.number), key.wrapped) if key.wrapped else None

    async def add_key(self, session: AsyncSession, centre: UUID, number: int) -> None:
        """Add a key to a centre, unless the number is taken: whoever comes second keeps it."""
        wrapped = self.master.wrap(centre, str(number), os.urandom(SIZE))
        row = insert(CentreKey).values(
            centre_id=centre, id=new_id(), number=number, wrapped=wrapped
        )
        await session.execute(row.on_conflict_do_nothing())

    async def keys_of(self, session: AsyncSession, centre: UUID) -> list[CentreKey]:
        """Return the rows of a centre's keys; the first are made when they are needed."""
        query = select(CentreKey).where(col(CentreKey.centre_id) == centre)
        found = list((await session.execute(query)).scalars())
        if not found:
            for number in (INDEX, FIRST):
                await self.add_key(session, centre, number)
            found = list((await session.execute(query)).scalars())
        return found
