"""The signing keys of the process: one that signs, up to three that verify.

The keys lie in `data_dir/keys`, one PEM file each, and the newest by name signs. A name that ends
in `.next.pem` is verified and published but does not sign yet. Rotation without downtime is four
commands (app/api/rotation.py): `keys prepare`, `keys activate`, `keys retire`, and `keys list` to
see where it stands; running processes look into the folder every few seconds (keywatch.py).

Where the processes share no folder, `ASYSTA_SIGNING_KEY` holds the same keys as text: the first PEM
block signs, those after it verify. The steps are the same: add the next one, put it first, remove
the old one, restarting the processes one by one after each.

Files are not named after their kid: a thumbprint is random, so the newest could not be told from
its name, and two processes that start at once would each write a file of their own.
"""

import hmac
import json
import os
import re
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.settings import Settings, WrongSetting

SLOTS = 3
JWKS_MAX_AGE = 300  # seconds for which others may keep the published set
LOOK_EVERY = 5.0  # seconds after which a running process has seen a change of the folder
FIRST = "0001.pem"
NEXT = ".next.pem"
_PEM = re.compile(r"-----BEGIN .*?-----END [^-\n]*-----", re.DOTALL)
_SETTING = "Setting ASYSTA_SIGNING_KEY"


class SigningKey(NamedTuple):
    """The key that signs, and its name in the header of each token."""

    kid: str
    private: EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one process; `verifying` always holds the public half of the active key."""

    active: SigningKey
    verifying: Mapping[str, EllipticCurvePublicKey]


def ring_of(active: EllipticCurvePrivateKey, *others: EllipticCurvePublicKey) -> KeyRing:
    """Make a ring: the key that signs, and the previous and next keys, which only verify."""
    public = active.public_key()
    verifying = {thumbprint(key): key for key in (public, *others)}
    if len(verifying) > SLOTS:
        message = f"A key ring has {SLOTS} slots (previous, active, next), not {len(verifying)}."
        raise WrongSetting(message)
    return KeyRing(SigningKey(thumbprint(public), active), MappingProxyType(verifying))


def load_keyring(settings: Settings) -> KeyRing:
    """Read the keys of the settings or of `data_dir/keys`; make one there at the first start."""
    if settings.signing_key is not None:
        said = settings.signing_key.get_secret_value()
        keys = [_private_key(pem.encode(), _SETTING) for pem in _PEM.findall(said) or [said]]
        return ring_of(keys[0], *(key.public_key() for key in keys[1:]))
    folder = folder_of(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not key_files(folder):
            make_key(folder / FIRST)
        return read_ring(folder)
    except OSError as error:
        message = (
            "Setting ASYSTA_DATA_DIR can't be used: keys can't be read or written in "
            f"{folder} ({error.strerror})."
        )
        raise WrongSetting(message) from error


def folder_of(settings: Settings) -> Path:
    """Return the folder of keys; refuse where a setting holds the one key instead."""
    if settings.signing_key is not None:
        message = "Setting ASYSTA_SIGNING_KEY holds the key: rotation needs the folder of keys."
        raise WrongSetting(message)
    return settings.data_dir / "keys"


def jwks(ring: KeyRing) -> dict[str, list[dict[str, str]]]:
    """Say the public keys as a JSON Web Key Set (RFC 7517), the way we publish them."""
    return {
        "keys": [
            {**_public_jwk(key), "kid": kid, "use": "sig", "alg": "ES256"}
            for kid, key in ring.verifying.items()
        ]
    }


def keyed_mark(ring: KeyRing, said: bytes) -> str:
    """Hash what must not be readable, by a key that only the service has (RFC 2104, RFC 5869).

    Whoever keeps the signing key of that time can tell whether a mark belongs to a certain text;
    without it not even a PESEL can be found by trying all of them.
    """
    number = ring.active.private.private_numbers().private_value
    key = HKDF(SHA256(), 32, salt=None, info=b"asysta-mark").derive(number.to_bytes(32, "big"))
    return hmac.digest(key, said, "sha256").hex()


def thumbprint(key: EllipticCurvePublicKey) -> str:
    """Name a key by its content (RFC 7638), so that a name can never point at another key."""
    members = json.dumps(_public_jwk(key), separators=(",", ":"), sort_keys=True)
    return _base64url(sha256(members.encode()).digest())


def _public_jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    x, y = (_base64url(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _private_key(pem: bytes, source: str) -> EllipticCurvePrivateKey:
    # `from None` and no quotation: a wrong value may still be somebody's secret.
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise WrongSetting(f"{source} can't be used: the key needs a password.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise WrongSetting(f"{source} can't be used: it is not a private key in PEM.") from None
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    raise WrongSetting(f"{source} can't be used: it must be an EC key on the curve P-256.")


def key_files(folder: Path) -> list[Path]:
    """Return the files of keys, the oldest first."""
    return sorted(folder.glob("*.pem"))


def read_ring(folder: Path) -> KeyRing:
    """Read the ring of a folder, or refuse what is wrong there; nothing is written."""
    files = key_files(folder)
    if len(files) > SLOTS:
        message = f"{folder} holds {len(files)} keys: keep {SLOTS} at most, remove the oldest."
        raise WrongSetting(message)
    signing = [file for file in files if not file.name.endswith(NEXT)]
    if not signing:
        raise WrongSetting(f"{folder} holds only a next key: rename one file to end in .pem.")
    keys = {file: _read_key(file) for file in files}
    active = keys.pop(signing[-1])
    return ring_of(active, *(key.public_key() for key in keys.values()))


def _read_key(file: Path) -> EllipticCurvePrivateKey:
    if file.stat().st_mode & 0o077:
        raise WrongSetting(f"Key file {file} can be read by others: run chmod 600 on it.")
    return _private_key(file.read_bytes(), f"Key file {file}")


def name_of(file: Path) -> str:
    """Return the kid of the key in a file."""
    return thumbprint(_read_key(file).public_key())


def make_key(file: Path) -> bool:
    """Write a new key, complete or not at all; False where somebody has just taken the name.

    A file created in place with O_EXCL would be seen half written by a process that starts at the
    same moment, so it gets its final name only when it is whole: `link` refuses a taken name.
    """
    key = generate_private_key(SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")  # O_EXCL, mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(pem)
            written.flush()
            os.fsync(written.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(draft)
            return True
    finally:
        draft.unlink()
    return False
