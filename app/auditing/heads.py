"""Signed heads: the last seal of every centre as a JWS (ES256, RFC 7515), to be kept elsewhere.

`data_dir/audit-heads/<day>.jws` has one line per centre; `jwks.json` beside it holds the public
keys. What a head has seen can't be changed or cut off any more without being noticed, for whoever
keeps a copy of it (and of the keys) where the owner of the database can't reach.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from app.api.keys import KeyRing, SigningKey, jwks, thumbprint
from app.db.chain import Broken, Head
from app.settings import WrongSetting

FOLDER = "audit-heads"
KEYS = "jwks.json"
TYPE = "asysta-audit-head"
_HALF = 32  # bytes of r and of s
PublicKeys = Mapping[str, EllipticCurvePublicKey]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """What is signed: which seal was the last of a centre, at what time (seconds since 1970)."""

    centre_id: str
    code: str
    number: int
    hash: str
    iat: int


def sign(head: SignedHead, key: SigningKey) -> str:
    """Write a head as a compact JWS."""
    header = {"alg": "ES256", "typ": TYPE, "kid": key.kid}
    said = f"{_coded(json.dumps(header))}.{_coded(json.dumps(asdict(head)))}"
    r, s = decode_dss_signature(key.private.sign(said.encode(), ECDSA(SHA256())))
    return f"{said}.{_base64url(r.to_bytes(_HALF, 'big') + s.to_bytes(_HALF, 'big'))}"


def read(line: str, keys: PublicKeys, where: str) -> SignedHead:
    """Read a head; raise Broken unless one of the keys has signed it."""
    try:
        header, payload, signature = line.split(".")
        said = json.loads(_bytes(header))
        if (said["alg"], said["typ"]) != ("ES256", TYPE):
            raise Broken(where, "it is not a head signed with ES256")
        if said["kid"] not in keys:
            raise Broken(where, f"its key {said['kid']} is unknown: give the keys with --keys")
        raw = _bytes(signature)
        pair = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
        signed = f"{header}.{payload}".encode()
        keys[said["kid"]].verify(encode_dss_signature(*pair), signed, ECDSA(SHA256()))
        return SignedHead(**json.loads(_bytes(payload)))
    except InvalidSignature:
        raise Broken(where, "its signature is wrong") from None
    except (ValueError, KeyError, TypeError):
        raise Broken(where, "it can't be read") from None


def keep(folder: Path, day: str, lines: Iterable[str], ring: KeyRing) -> Path:
    """Add heads to the file of a day, and our public keys to those that are known."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {key["kid"]: key for key in (*_said(folder / KEYS), *jwks(ring)["keys"])}
    _put(folder / KEYS, json.dumps({"keys": list(known.values())}, indent=1))
    file = folder / f"{day}.jws"
    before = file.read_text("utf-8") if file.exists() else ""
    _put(file, before + "".join(f"{line}\n" for line in lines))
    return file


def _put(file: Path, text: str) -> None:
    """Write a file whole or not at all: half a line would be a broken head for good."""
    half = file.with_name(f"{file.name}.part")
    with half.open("w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    half.replace(file)


def known_heads(folder: Path, keys: PublicKeys) -> dict[str, list[Head]]:
    """Read every head of a folder, by centre; raise Broken at the first wrong one."""
    found: dict[str, list[Head]] = {}
    for file in sorted(folder.glob("*.jws")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            head = read(line, keys, f"{file.name} line {number}")
            found.setdefault(head.centre_id, []).append(Head(head.number, head.hash))
    return found


def public_keys(*files: Path) -> dict[str, EllipticCurvePublicKey]:
    """Read key sets (RFC 7517); a key is known by its thumbprint, whatever it calls itself."""
    found = {}
    for file in files:
        for said in _said(file):
            x, y = (int.from_bytes(_bytes(said[name]), "big") for name in ("x", "y"))
            key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
            found[thumbprint(key)] = key
    return found


def _said(file: Path) -> list[dict[str, Any]]:
    try:
        keys: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["keys"]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        raise WrongSetting(f"{file} is not a set of keys (RFC 7517).") from None
    return keys


def _coded(text: str) -> str:
    return _base64url(text.encode())


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
