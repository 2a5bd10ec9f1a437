"""Sealed words in the press: opened when a plate is etched, sealed for each copy of its row.

In between they stand as stamps: where they belong and the words in hexadecimal, which neither a
blank nor an id can be mistaken for. The id in a stamp becomes the copy's like every other.
"""

import os
import re
from collections.abc import Callable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from app.db.types import new_id
from app.db.vault.master import SIZE, Master
from app.db.vault.ring import MARK, Place, Ring
from app.db.vault.rings import FIRST, INDEX

Change = Callable[[str], str]
_TOKEN = re.compile(rf"{MARK}\d+\.(\w+\.\w+\.[^.]+)\.[^{MARK}]*{MARK}")
_STAMP = re.compile(rf"{MARK}(\w+)\.(\w+)\.([^.]+)\.([0-9a-f]*){MARK}")
KEY_COLUMNS = ("centre_id", "id", "number", "wrapped")


def stamped(ring: Ring) -> Change:
    """Return what puts stamps into the place of a ring's tokens."""

    def stamp(token: re.Match[str]) -> str:
        return f"{MARK}{token.group(1)}.{ring.open(token.group()).encode().hex()}{MARK}"

    return lambda text: _TOKEN.sub(stamp, text) if MARK in text else text


def sealed(ring: Ring) -> Change:
    """Return what seals the words of stamps for a centre."""

    def seal(stamp: re.Match[str]) -> str:
        table, column, row, words = stamp.groups()
        return ring.seal(Place(table, column, UUID(row)), bytes.fromhex(words).decode())

    return lambda text: _STAMP.sub(seal, text) if MARK in text else text


def new_ring(master: Master, centre: UUID) -> tuple[Ring, list[tuple[object, ...]]]:
    """Make the keys of a new centre: its ring, and their rows."""
    raw = {number: os.urandom(SIZE) for number in (INDEX, FIRST)}
    rows: list[tuple[object, ...]] = [
        (centre, new_id(), number, master.wrap(centre, str(number), key))
        for number, key in raw.items()
    ]
    return Ring({FIRST: AESGCMSIV(raw[FIRST])}, raw[INDEX]), rows
