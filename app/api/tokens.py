"""Access tokens: issued and verified here, and nowhere else (nothing else imports `jose`).

python-jose trusts too much by itself: it checks no `typ`, ignores `crit`, picks the algorithm from
the token unless told otherwise and reads the system clock. So the header is judged before jose
sees the token, one algorithm is allowed, and every claim is checked again afterwards.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from uuid import UUID, uuid4

from jose import jwk, jwt
from jose.exceptions import (
    JWSError,
    JWTClaimsError,
    JWTError,
)

from app.api.claims import (
    LONGEST,
    Claims,
    Reason,
    TokenRefused,
    check_times,
    claims_of,
    decoded,
    members,
    seconds,
)
from app.api.keys import KeyRing
from app.settings import WrongSetting

ALGORITHM: Final = "ES256"
TYPE: Final = "at+jwt"
LENGTH_LIMIT: Final = 4096
KEPT_FOR: Final = 60.0
KEPT_AT_MOST: Final = 10_000

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
        return self._sign(subject, centre, session, {"roles": sorted(set(roles))}, now)

    def issue_to_client(
        self,
        client_id: str,
        *,
        subject: UUID,
        centre: UUID,
        secret: UUID,
        scope: str,
        now: datetime,
    ) -> str:
        """Sign a token for a machine client that has just shown a secret (RFC 9068 §2.2)."""
        said = {"roles": [], "client_id": client_id, "scope": scope}
        return self._sign(subject, centre, secret, said, now)

    def _sign(
        self, subject: UUID, centre: UUID, session: UUID, more: dict[str, Any], now: datetime
    ) -> str:
        issued_at = int(seconds(now))
        said = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(subject),
            "exp": issued_at + self._seconds,
            "iat": issued_at,
            "jti": str(uuid4()),
            "sid": str(session),
            "centre": str(centre),
            **more,
        }
        return str(jwt.encode(said, self._signing, ALGORITHM, headers=self._header))

    def verify(self, token: str, *, now: datetime) -> Claims:
        """Say what the token claims, or raise `TokenRefused`.

        A success is remembered for a minute at most, so whether the session still lives and the
        role still holds must be read from the database with the request itself.
        """
        at = seconds(now)
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
        key = self._key_for(members(parts[0]))
        # Nothing signs the signature: its spare bits would give each token sixteen spellings.
        decoded(parts[2])
        said = self._decode(token, key)
        members(parts[1])  # jose has taken the last of two claims of one name
        if said["aud"] != self._audience:  # jose accepts a list that contains ours
            raise TokenRefused("wrong_audience")
        check_times(said, at)
        return claims_of(said)

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
