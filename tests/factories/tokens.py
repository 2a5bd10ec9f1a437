"""Tokens made by hand: right in all but what a test wants wrong; and the keys behind them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.api.claims import Claims, TokenRefused
from app.api.keys import KeyRing, ring_of
from app.api.tokens import Tokens

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # far from today: only `now` may count
STAMP = int(NOW.timestamp())
ISSUER = "https://asysta.example"
AUDIENCE = "asysta-api"
TEN_MINUTES = timedelta(minutes=10)
SUBJECT = UUID("0193b3c0-0000-7000-8000-000000000001")
CENTRE = UUID("0193b3c0-0000-7000-8000-000000000002")
SESSION = UUID("0193b3c0-0000-7000-8000-000000000003")

# Derived, not random: the names of the cases must be the same in each worker of pytest-xdist.
KEY = ec.derive_private_key(20260301, ec.SECP256R1())
STRANGER = ec.derive_private_key(20260302, ec.SECP256R1())
RING = ring_of(KEY)
HEADER: Mapping[str, object] = MappingProxyType(
    {"alg": "ES256", "typ": "at+jwt", "kid": RING.active.kid}
)
SAID: Mapping[str, object] = MappingProxyType(
    {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(SUBJECT),
        "exp": STAMP + 600,
        "iat": STAMP,
        "jti": "0193b3c0-0000-7000-8000-000000000004",
        "sid": str(SESSION),
        "centre": str(CENTRE),
        "roles": ["assistant", "manager"],
    }
)
CLAIMS = Claims(SUBJECT, CENTRE, SESSION, frozenset({"assistant", "manager"}), STAMP + 600)
MISSING = object()
PrivateKey = ec.EllipticCurvePrivateKey
AnyPrivateKey = PrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Part = Mapping[str, object] | bytes
Sign = Callable[[bytes], bytes]
PUBLIC_PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_DER = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_POINT = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def tokens_of(ring: KeyRing = RING) -> Tokens:
    """Make a verifier with nothing remembered yet."""
    return Tokens(ring, issuer=ISSUER, audience=AUDIENCE, lifetime=TEN_MINUTES)


def issue(tokens: Tokens, session: UUID = SESSION) -> str:
    """Issue the token whose claims are `CLAIMS`."""
    roles = ["manager", "assistant"]
    return tokens.issue(subject=SUBJECT, centre=CENTRE, session=session, roles=roles, now=NOW)


def b64(value: bytes) -> str:
    """Encode without padding, as tokens do."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(part: str) -> bytes:
    """Decode what has no padding."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def changed(base: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of a mapping with some members replaced, or left out (`MISSING`)."""
    return {k: v for k, v in {**base, **changes}.items() if v is not MISSING}


def es256(signing_input: bytes, key: PrivateKey = KEY) -> bytes:
    """Sign like RFC 7518, without the library that is under attack here."""
    r, s = decode_dss_signature(key.sign(signing_input, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def forge(header: Part = HEADER, said: Part = SAID, sign: Sign = es256) -> str:
    """Build a token by hand: any header, any claims (or raw bytes), any signature."""
    signing_input = ".".join(
        b64(part if isinstance(part, bytes) else json.dumps(dict(part)).encode())
        for part in (header, said)
    )
    return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def pem_of(
    key: AnyPrivateKey = KEY,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    """Write a private key as text."""
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


def refusal(token: str, now: datetime = NOW, tokens: Tokens | None = None) -> str:
    """Return the reason of refusal; fail if the token is accepted."""
    with pytest.raises(TokenRefused) as caught:
        (tokens or tokens_of()).verify(token, now=now)
    assert str(caught.value) == caught.value.reason, "the message must not quote the token"
    return caught.value.reason
