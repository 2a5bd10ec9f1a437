"""The ring of one centre: its data keys, and the tokens that they make.

A token is `DEL number.table.column.row.text DEL`: the number of its key, where it belongs, and in
base64url the nonce with the ciphertext (AES-256-GCM-SIV, RFC 8452), bound to that place. DEL
(U+007F) can't be typed into any field, and JSON writes it as it is, so tokens can be told from
text, and found in a whole answer, without parsing it.

A row that is loaded opens its own tokens only. An answer is text: in it every whole value in the
form of a token is opened, of whichever row of the centre it is; nothing within a value.
"""

import hmac
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

MARK = "\x7f"
DESTROYED = "[dane usunięte: klucz ośrodka zniszczono]"
UNREADABLE = "[danych nie można odczytać: zapis został zmieniony]"
_NONCE = 12
_FORM = (
    rf"{MARK}[0-9]{{1,9}}\.([a-z_]{{1,63}}\.[a-z_]{{1,63}}\.[0-9a-f-]{{36}})\.[A-Za-z0-9_=-]+{MARK}"
)
_TOKEN = re.compile(f'"{_FORM}"')
log = structlog.get_logger()


class Unreadable(Exception):
    """A token can't be opened: it was altered, or lies where it does not belong."""


class UnknownKey(Unreadable):
    """A token was made with a key that this ring lacks: another process has just added it."""


class NoKey(Exception):
    """There is no key to seal with: it was destroyed, or the centre is not there yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lies: a sealed value is bound to it (associated data)."""

    table: str
    column: str
    row: UUID

    def __str__(self) -> str:
        """Write the place as it stands in the token."""
        return f"{self.table}.{self.column}.{self.row}"


@dataclass(frozen=True, slots=True)
class Ring:
    """The data keys of a centre by number (None: destroyed), and the key of its blind indexes."""

    keys: Mapping[int, AESGCMSIV | None]
    index_key: bytes | None

    @property
    def newest(self) -> int:
        """Return the number of the key that seals."""
        return max(self.keys, default=0)

    def seal(self, place: Place, text: str) -> str:
        """Seal a text for its place with the newest key."""
        number = self.newest
        key = self.keys.get(number)
        if key is None:
            raise NoKey(place.table)
        nonce = os.urandom(_NONCE)
        sealed = nonce + key.encrypt(nonce, text.encode(), str(place).encode())
        return f"{MARK}{number}.{place}.{urlsafe_b64encode(sealed).decode()}{MARK}"

    def open(self, text: str, place: Place | None = None) -> str:
        """Open a token, which must be of this place where one is said; plain text passes."""
        if not text.startswith(MARK):
            return text
        number, _, rest = text.strip(MARK).partition(".")
        said, _, sealed = rest.rpartition(".")
        if not number.isdecimal() or (place is not None and said != str(place)):
            raise Unreadable(str(place))
        key = self.keys.get(int(number), self)
        if key is None:
            return DESTROYED
        try:
            if not isinstance(key, AESGCMSIV):
                raise UnknownKey(said)
            raw = urlsafe_b64decode(sealed)
            if urlsafe_b64encode(raw).decode() != sealed:  # bytes have one writing only
                raise Unreadable(said)
            return key.decrypt(raw[:_NONCE], raw[_NONCE:], said.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unreadable(said) from None

    def open_json(self, body: str, *, newest: bool = False) -> str:
        """Open every value of a JSON text that is a token.

        One that can't be opened leaves a sentence in its place and a line in the log: the rest of a
        list is still shown. That goes for an unknown key only where this ring is the `newest`.
        """
        if MARK not in body:
            return body
        return _TOKEN.sub(partial(self._opened, newest=newest), body)

    def _opened(self, token: re.Match[str], *, newest: bool) -> str:
        try:
            text = self.open(token.group()[1:-1])
        except Unreadable as refused:
            if isinstance(refused, UnknownKey) and not newest:
                raise
            log.error("token_unreadable", at=token.group(1))  # noqa: TRY400 - where says enough
            text = UNREADABLE
        return json.dumps(text, ensure_ascii=False)

    def index(self, column: str, text: str) -> str:
        """Return the blind index of a value: equal for equal values of one centre, and no more."""
        return self.mark(column, text.encode())

    def mark(self, purpose: str, said: bytes) -> str:
        """Return the keyed hash of what is said for a purpose: without the key nobody can guess."""
        if self.index_key is None:
            raise NoKey(purpose)
        keyed = hmac.new(self.index_key, purpose.encode() + b"." + said, sha256)
        return urlsafe_b64encode(keyed.digest()).decode()


def is_sealed(value: object) -> bool:
    """Tell whether a value is a token."""
    return isinstance(value, str) and value.startswith(MARK)


def key_number(token: str) -> int:
    """Return the number of the key that a token was made with."""
    return int(token.strip(MARK).partition(".")[0])
