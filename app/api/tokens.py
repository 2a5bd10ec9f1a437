"""Access tokens: issued and verified here, and nowhere else (nothing else imports `jose`).

python-jose trusts too much by itself: it checks no `typ`, ignores `crit`, picks the algorithm from
the token unless told otherwise and reads the system clock. So the header is judged before jose
sees the token, one algorithm is allowed, and every claim is checked again afterwards.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from jose import jwk, jwt
from jose.exceptions import (
    JWSError,
    JWTClaimsError,
    JWTError,
)

from app.api.keys import KeyRing
from app.settings import WrongSetting

ALGORITHM: Final = "ES256"
TYPE: Final = "at+jwt"
LONGEST: Final = timedelta(minutes=10)
LENGTH_LIMIT: Final = 4096
CLOCK_SKEW: Final = 5.0  # seconds that the clock of another of our servers may be ahead
KEPT_FOR: Final = 60.0
KEPT_AT_MOST: Final = 10_000

Reason = Literal[
    "too_long",
    "malformed",
    "wrong_header",
    "wrong_algorithm",
    "wrong_type",
    "wrong_key",
    "wrong_signature",
    "wrong_issuer",
    "wrong_audience",
    "wrong_claims",
    "not_yet_valid",
    "expired",
]

# Required claims are checked by us: jose's `require_exp` would turn its own clock back on.
_OPTIONS: Final = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "require_aud": True,
    "require_iss": True,
    "require_sub": True,
    "require_jti": True,
}
_JOSE_SAYS: Final[dict[str, Reason]] = {
    "Invalid audience": "wrong_audience",
    "Invalid issuer": "wrong_issuer",
}


class TokenRefused(Exception):
    """The token is not accepted; `reason` is one stable word and never quotes the token."""

    def __init__(self, reason: Reason) -> None:
        """Keep the word."""
        super().__init__(reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says about the one who brings it."""

    subject: UUID
    centre: UUID
    session: UUID
    roles: frozenset[str]
    expires_at: int


class Tokens:
    """Issues and verifies the access tokens of one key ring; a new ring needs a new object."""

    def __init__(self, ring: KeyRing, *, issuer: str, audience: str, lifetime: timedelta) -> None:
        """Parse the keys once: jose would otherwise do it on every call."""
        if not timedelta(seconds=1) <= lifetime <= LONGEST:
            message = "The lifetime of an access token must be between 1 second and 10 minutes."
            raise WrongSetting(message)
        self._issuer = issuer
        self._audience = audience
        self._seconds = int(lifetime.total_seconds())
        self._header = {"typ": TYPE, "kid": ring.active.kid}
        self._signing: Any = jwk.construct(ring.active.private, ALGORITHM)
        self._verifying: dict[str, Any] = {
            kid: jwk.construct(key, ALGORITHM) for kid, key in ring.verifying.items()
        }
        self._kept = _Kept()

    def issue(
        self, *, subject: UUID, centre: UUID, session: UUID, roles: Iterable[str], now: datetime
    ) -> str:
        """Sign a token for a session that has just been proven."""
        issued_at = int(_seconds(now))
        said = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(subject),
            "exp": issued_at + self._seconds,
            "iat": issued_at,
            "jti": str(uuid4()),
            "sid": str(session),
            "centre": str(centre),
            "roles": sorted(set(roles)),
        }
        return str(jwt.encode(said, self._signing, ALGORITHM, headers=self._header))

    def verify(self, token: str, *, now: datetime) -> Claims:
        """Say what the token claims, or raise `TokenRefused`.

        A success is remembered for a minute at most, so whether the session still lives and the
        role still holds must be read from the database with the request itself.
        """
        at = _seconds(now)
        if len(token) >= LENGTH_LIMIT:
            raise TokenRefused("too_long")
        if not token.isascii():
            raise TokenRefused("malformed")
        digest = sha256(token.encode("ascii")).digest()
        claims = self._kept.get(digest, at)
        if claims is None:
            claims = self._check(token, at)
            self._kept.add(digest, claims, at)
        return claims

    def forget(self, session: UUID) -> None:
        """Drop what is remembered of a session, as at logout; its tokens are then read anew."""
        self._kept.forget(session)

    def _check(self, token: str, at: float) -> Claims:
        parts = token.split(".")
        if len(parts) != 3:
            raise TokenRefused("malformed")
        key = self._key_for(_header(parts[0]))
        # Nothing signs the signature: its spare bits would give each token sixteen spellings.
        _decoded(parts[2])
        said = self._decode(token, key)
        if said["aud"] != self._audience:  # jose accepts a list that contains ours
            raise TokenRefused("wrong_audience")
        _check_times(said, at)
        return _claims(said)

    def _key_for(self, header: dict[str, object]) -> Any:
        if header.get("alg") != ALGORITHM:
            raise TokenRefused("wrong_algorithm")
        if header.get("typ") != TYPE:
            raise TokenRefused("wrong_type")
        kid = header.get("kid")
        key = self._verifying.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRefused("wrong_key")
        # An allow list: jku, jwk, x5u, x5c, crit and whatever is invented next.
        if len(header) != 3:
            raise TokenRefused("wrong_header")
        return key

    def _decode(self, token: str, key: Any) -> dict[str, Any]:
        try:
            said: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
        except JWTClaimsError as error:
            raise TokenRefused(_JOSE_SAYS.get(str(error), "wrong_claims")) from None
        except JWTError as error:
            signature = isinstance(error.__context__, JWSError)
            raise TokenRefused("wrong_signature" if signature else "wrong_claims") from None
        return said


class _Kept:
    """Tokens verified a moment ago, by their hash, so that no token lies in memory for long."""

    def __init__(self) -> None:
        self._entries: dict[bytes, tuple[Claims, float]] = {}
        self._lock = Lock()  # handlers may run in threads; reading one key needs no lock

    def get(self, digest: bytes, at: float) -> Claims | None:
        entry = self._entries.get(digest)
        if entry is None:
            return None
        claims, since = entry
        # Not before `since` either: a clock set back must not stretch the minute.
        if since <= at < min(since + KEPT_FOR, claims.expires_at):
            return claims
        return None

    def add(self, digest: bytes, claims: Claims, at: float) -> None:
        with self._lock:
            self._entries.pop(digest, None)  # so that it moves to the young end
            if len(self._entries) >= KEPT_AT_MOST:
                del self._entries[next(iter(self._entries))]
            self._entries[digest] = (claims, at)

    def forget(self, session: UUID) -> None:
        with self._lock:
            gone = [d for d, (claims, _) in self._entries.items() if claims.session == session]
            for digest in gone:
                del self._entries[digest]


def _seconds(now: datetime) -> float:
    if now.tzinfo is None:
        message = "now must carry a time zone"
        raise ValueError(message)
    return now.timestamp()


def _decoded(part: str) -> bytes:
    """Decode base64url strictly: Python's decoder skips foreign signs and ignores spare bits."""
    try:
        value = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise TokenRefused("malformed") from None
    if urlsafe_b64encode(value).rstrip(b"=").decode("ascii") != part:
        raise TokenRefused("malformed")
    return value


def _header(part: str) -> dict[str, object]:
    try:
        header = json.loads(_decoded(part).decode("utf-8"))
    except (ValueError, RecursionError):  # 3 kB of "[" reach Python's limit of nesting
        raise TokenRefused("malformed") from None
    if not isinstance(header, dict):
        raise TokenRefused("malformed")
    return header


def _check_times(said: dict[str, Any], at: float) -> None:
    """Check iat, nbf and exp against the time of the request, not jose's system clock."""
    issued_at, expires_at = _whole(said.get("iat")), _whole(said.get("exp"))
    not_before = _whole(said.get("nbf", issued_at))
    if not 0 < expires_at - issued_at <= LONGEST.total_seconds():
        raise TokenRefused("wrong_claims")
    if max(issued_at, not_before) > at + CLOCK_SKEW:
        raise TokenRefused("not_yet_valid")
    if at >= expires_at:
        raise TokenRefused("expired")


def _claims(said: dict[str, Any]) -> Claims:
    _uuid(said.get("jti"))
    roles = said.get("roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenRefused("wrong_claims")
    return Claims(
        subject=_uuid(said.get("sub")),
        centre=_uuid(said.get("centre")),
        session=_uuid(said.get("sid")),
        roles=frozenset(roles),
        expires_at=_whole(said.get("exp")),
    )


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TokenRefused("wrong_claims")


def _uuid(value: object) -> UUID:
    try:
        if isinstance(value, str) and str(result := UUID(value)) == value:
            return result
    except ValueError:
        pass
    raise TokenRefused("wrong_claims")
