"""A rotation reaches the running process: it looks into the folder of keys every few seconds."""

import asyncio
import os
from datetime import timedelta

import structlog
from starlette.datastructures import State

from app.api import keys
from app.api.keys import KeyRing
from app.api.tokens import Tokens
from app.settings import Settings, WrongSetting

log = structlog.get_logger()
Sight = frozenset[tuple[str, int, int, int]]


class KeyWatch:
    """Holds the ring of one process in its `state`; what is remembered of tokens goes with it."""

    def __init__(self, settings: Settings, state: State) -> None:
        """Take the keys as they are now; a wrong folder stops the start."""
        self._settings, self._state = settings, state
        self._seen = self._sight()
        self._take(keys.load_keyring(settings))

    async def run(self) -> None:
        """Look until cancelled; a few names are read, and the keys only after a change."""
        while True:
            await asyncio.sleep(keys.LOOK_EVERY)
            ring = await asyncio.to_thread(self.look)
            if ring is not None:
                self._take(ring)
                log.info("keys_reloaded", kid=ring.active.kid, keys=len(ring.verifying))

    def look(self) -> KeyRing | None:
        """Return the new ring where the folder has changed; what can't be used changes nothing."""
        try:
            sight = self._sight()
            if sight == self._seen:
                return None
            self._seen = sight
            return keys.read_ring(keys.folder_of(self._settings))
        except OSError:  # renamed while it was read: the next look sees the whole
            self._seen = frozenset()
        except WrongSetting as wrong:
            log.warning("keys_not_reloaded", reason=str(wrong))
        return None

    def _sight(self) -> Sight:
        """Return what tells one state of the folder from another; fixed keys never change."""
        if self._settings.signing_key is not None:
            return frozenset()
        folder = keys.folder_of(self._settings)
        if not folder.exists():
            return frozenset()
        with os.scandir(folder) as entries:
            found = [(e.name, e.inode(), e.stat().st_mode, e.stat().st_mtime_ns) for e in entries]
        return frozenset(entry for entry in found if entry[0].endswith(".pem"))

    def _take(self, ring: KeyRing) -> None:
        settings = self._settings
        self._state.tokens = Tokens(
            ring,
            issuer=settings.issuer,
            audience=settings.audience,
            lifetime=timedelta(minutes=settings.access_minutes),
        )
        self._state.keyring = ring
