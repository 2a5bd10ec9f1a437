"""How long one waits after wrong passwords, codes and reset tokens (ASVS 6.3.1)."""

import hashlib
from datetime import datetime
from ipaddress import ip_address, ip_network
from math import ceil

from app.domain.errors import Refusal
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule

S3 = Rule(
    "S3",
    FAMILY_SUPPORT.art(7, 3),
    "Kto się myli przy logowaniu, czeka coraz dłużej, ale nigdy na zawsze; czeka tylko ta sieć,"
    " z której próbowano.",
    "Whoever errs in signing in waits longer and longer, never for good; only the network that"
    " tried waits.",
    sure=Certainty.INTERPRETATION,
)
FREE = 5  # the fifth in a row is the first that makes one wait
LONGEST_WAIT = 900  # seconds
FORGOTTEN_HOURS = 24
# Seconds to wait after the n-th attempt in a row that did not succeed; later ones wait as the last.
WAITS = [0] * (FREE - 1) + [2**n for n in range(1, 10)] + [LONGEST_WAIT]


class TooManyAttempts(Refusal):
    """Too many attempts; wait and try again."""

    status = 429
    pl = "Za dużo prób; odczekaj i spróbuj ponownie."
    rule = S3


def network_of(host: str | None) -> str:
    """Return the network of a caller: an IPv4 address, or the /64 that one subscriber has."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "unknown"
    return str(address if address.version == 4 else ip_network(f"{address}/64", strict=False))


def key_of(*parts: str) -> str:
    """Return the key of a kind of attempt, whose it is and the network: a hash, nobody's data."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def require_turn(waits_until: datetime | None, now: datetime) -> None:
    """Refuse an attempt that comes before its time; that makes nobody wait longer."""
    if waits_until is not None and waits_until > now:
        raise TooManyAttempts(retry_after=ceil((waits_until - now).total_seconds()))
