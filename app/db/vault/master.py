"""The master key of the installation: it wraps the keys of the centres, and nothing else.

By HKDF another key comes from it, of what is sealed for an address and never stored: cursors.

It comes from `ASYSTA_MASTER_KEY` (32 bytes in base64), or from `data_dir/master.key`, which is made
at the first start. `ASYSTA_MASTER_KEY_BEFORE` is still tried, so that it can be replaced while the
API runs: set both, restart, `vault rewrap`, take the former away. Keep it apart from the backups of
the database: without it they can't be read, by anybody.
"""

import binascii
import os
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import Settings, WrongSetting

SIZE = 32
FILE = "master.key"
_NONCE = 12
_EQUAL = bytes(_NONCE)


@dataclass(frozen=True, slots=True)
class Master:
    """The master key, the first of them; the others only unwrap."""

    keys: tuple[AESGCMSIV, ...]
    cursors: AESGCMSIV

    @staticmethod
    def of(*raw: bytes) -> "Master":
        """Make it from its bytes."""
        derived = HKDF(SHA256(), SIZE, salt=None, info=b"asysta-cursors").derive(raw[0])
        return Master(tuple(AESGCMSIV(key) for key in raw), AESGCMSIV(derived))

    def seal_cursor(self, where: bytes, said: bytes) -> bytes:
        """Seal the end of a page for where it may be used again.

        Equal ends give equal cursors: a page that has not changed is answered alike. GCM-SIV stands
        an equal nonce, and that two are equal is all that can be told by it (RFC 8452).
        """
        return self.cursors.encrypt(_EQUAL, said, where)

    def open_cursor(self, where: bytes, sealed: bytes) -> bytes:
        """Open it there; ValueError where it was not made for that, or not with this key."""
        try:
            return self.cursors.decrypt(_EQUAL, sealed, where)
        except InvalidTag:
            raise ValueError("not sealed here") from None

    def wrap(self, centre: UUID, name: str, key: bytes) -> str:
        """Wrap a key of a centre: it opens under the same centre and name only."""
        nonce = os.urandom(_NONCE)
        sealed = self.keys[0].encrypt(nonce, key, f"{centre}.{name}".encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def unwrap(self, centre: UUID, name: str, wrapped: str) -> bytes:
        """Unwrap a key, or say that this is not the master key it was wrapped with."""
        raw = urlsafe_b64decode(wrapped)
        for key in self.keys:
            with suppress(InvalidTag):
                return key.decrypt(raw[:_NONCE], raw[_NONCE:], f"{centre}.{name}".encode())
        message = (
            "Setting ASYSTA_MASTER_KEY is not the key that this database was sealed with"
            f" (centre {centre}); without it nothing sealed can be read."
        )
        raise WrongSetting(message)


def load_master(settings: Settings) -> Master:
    """Read the master key of the settings or of `data_dir`; make one there at the first start."""
    said = [
        _decoded(key.get_secret_value(), f"Setting ASYSTA_{name}")
        for name, key in (
            ("MASTER_KEY", settings.master_key),
            ("MASTER_KEY_BEFORE", settings.master_key_before),
        )
        if key is not None
    ]
    if settings.master_key is None:
        said.insert(0, _of_file(settings.data_dir / FILE))
    return Master.of(*said)


def _of_file(file: Path) -> bytes:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _make(file)
        if file.stat().st_mode & 0o077:
            raise WrongSetting(f"Key file {file} can be read by others: run chmod 600 on it.")
        return _decoded(file.read_text(encoding="ascii"), f"Key file {file}")
    except OSError as error:
        message = f"Setting ASYSTA_DATA_DIR can't be used: {file} ({error.strerror})."
        raise WrongSetting(message) from error


def _make(file: Path) -> None:
    """Write a new key under its name only when it is whole; whoever comes second keeps it."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    draft.touch(mode=0o600)
    try:
        draft.write_text(urlsafe_b64encode(os.urandom(SIZE)).decode(), encoding="ascii")
        file.hardlink_to(draft)
    finally:
        draft.unlink()


def _decoded(text: str, source: str) -> bytes:
    try:
        key = b64decode(text.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SIZE:
        raise WrongSetting(f"{source} can't be used: it must be {SIZE} bytes in base64.")
    return key
