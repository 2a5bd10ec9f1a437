"""Cursors: where a page of a list ended, as a text for the address of the next one.

Ids, days and numbers are written plainly. What a list sorted by words ended with is sealed, because
addresses stand in logs and histories (K2): such a cursor is good for the person, and the list, that
it was made for.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from app.db.session import Scope
from app.db.vault.master import Master
from app.domain.errors import Invalid


class BadCursor(Invalid):
    """This cursor is not one of ours; start again without it."""

    pl = "To nie jest nasz kursor; zacznij od początku, bez niego."


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads the cursors of one list for one person."""

    master: Master
    scope: Scope
    sealed: bool

    def write(self, ended: str) -> str:
        """Write the values that a page ended with, given as JSON."""
        raw = ended.encode()
        if self.sealed:
            raw = self.master.seal_cursor(self._list(), raw)
        return urlsafe_b64encode(raw).decode().rstrip("=")

    def read(self, cursor: str) -> list[str]:
        """Return the values of a cursor, or refuse one that was not written here."""
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            ended = json.loads(self.master.open_cursor(self._list(), raw) if self.sealed else raw)
        except (ValueError, binascii.Error):
            raise BadCursor from None
        if not isinstance(ended, list) or not all(isinstance(value, str) for value in ended):
            raise BadCursor
        return ended

    def _list(self) -> bytes:
        scope = self.scope
        return f"{scope.centre}.{scope.account}.{scope.operation}".encode()
