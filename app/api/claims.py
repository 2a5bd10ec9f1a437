"""What an access token says, read strictly: each claim once, in one spelling, within its time."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

LONGEST: Final = timedelta(minutes=10)
CLOCK_SKEW: Final = 5.0  # seconds that the clock of another of our servers may be ahead

Reason = Literal[
    "too_long",
    "malformed",
    "repeated_member",
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


class TokenRefused(Exception):
    """The token is not accepted; `reason` is one stable word and never quotes the token."""

    def __init__(self, reason: Reason) -> None:
        """Keep the word."""
        super().__init__(reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says about the one who brings it.

    A machine's token has `scopes` and no roles; the secret that it was got with is its session.
    """

    subject: UUID
    centre: UUID
    session: UUID
    roles: frozenset[str]
    expires_at: int
    scopes: frozenset[str] | None = None


def seconds(now: datetime) -> float:
    """Return an instant as seconds of the epoch; a time without zone is the caller's mistake."""
    if now.tzinfo is None:
        message = "now must carry a time zone"
        raise ValueError(message)
    return now.timestamp()


def decoded(part: str) -> bytes:
    """Decode base64url strictly: Python's decoder skips foreign signs and ignores spare bits."""
    try:
        value = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise TokenRefused("malformed") from None
    if urlsafe_b64encode(value).rstrip(b"=").decode("ascii") != part:
        raise TokenRefused("malformed")
    return value


def members(part: str) -> dict[str, Any]:
    """Read the JSON object of a part; one that names a member twice is refused (RFC 7519 §4).

    Parsers differ in which of the two they take, so such a token could mean one thing to us and
    another to whoever reads it beside us.
    """
    try:
        found = json.loads(decoded(part).decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):  # 3 kB of "[" reach Python's limit of nesting
        raise TokenRefused("malformed") from None
    if not isinstance(found, dict):
        raise TokenRefused("malformed")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TokenRefused("repeated_member")
    return found


def check_times(said: dict[str, Any], at: float) -> None:
    """Check iat, nbf and exp against the time of the request, not jose's system clock."""
    issued_at, expires_at = _whole(said.get("iat")), _whole(said.get("exp"))
    not_before = _whole(said.get("nbf", issued_at))
    if not 0 < expires_at - issued_at <= LONGEST.total_seconds():
        raise TokenRefused("wrong_claims")
    if max(issued_at, not_before) > at + CLOCK_SKEW:
        raise TokenRefused("not_yet_valid")
    if at >= expires_at:
        raise TokenRefused("expired")


def claims_of(said: dict[str, Any]) -> Claims:
    """Make the claims of what a token says; a missing or misspelt one refuses the token."""
    _uuid(said.get("jti"))
    roles, scopes = _words(said.get("roles")), None
    if "client_id" in said:
        scopes = _words(str(said.get("scope")).split(" "))
        if roles:
            raise TokenRefused("wrong_claims")
    return Claims(
        subject=_uuid(said.get("sub")),
        centre=_uuid(said.get("centre")),
        session=_uuid(said.get("sid")),
        roles=roles,
        expires_at=_whole(said.get("exp")),
        scopes=scopes,
    )


def _words(said: object) -> frozenset[str]:
    if not isinstance(said, list) or not all(isinstance(word, str) for word in said):
        raise TokenRefused("wrong_claims")
    return frozenset(said)


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
