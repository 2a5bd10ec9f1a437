"""How long one waits after wrong passwords, codes and reset tokens (ASVS 6.3.1)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil

from app.domain.errors import Refusal
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule

S3 = Rule(
    "S3",
    FAMILY_SUPPORT.art(7, 3),
    "Kto się myli przy logowaniu, czeka coraz dłużej, ale nigdy na zawsze; czeka tylko ta sieć,"
    " z której próbowano, a po błędnych kodach – konto, którego hasło już podano.",
    "Whoever errs in signing in waits longer and longer, never for good; only the network that"
    " tried waits, and after wrong codes the account whose password was given already.",
    sure=Certainty.INTERPRETATION,
)
FREE = 5  # the fifth in a row is the first that makes one wait
LONGEST_WAIT = 900  # seconds
FORGOTTEN_HOURS = 24
# How often one site may fail at once, and after how long once more. Only failures count, and they
# pass: an office of 200 people behind one address waits for nothing, even where each of them errs
# in the same minute. Who tries a password with every login gets through 200, then six a minute.
SITE_FREE = 200
SITE_AGAIN = timedelta(seconds=10)
# Seconds to wait after the n-th attempt in a row that did not succeed; later ones wait as the last.
WAITS = [0] * (FREE - 1) + [2**n for n in range(1, 10)] + [LONGEST_WAIT]


@dataclass(frozen=True, slots=True)
class Keys:
    """By what an attempt is counted: whose it is and from which network; and by the site alone."""

    own: str
    site: str | None = None


class TooManyAttempts(Refusal):
    """Too many attempts; wait and try again."""

    status = 429
    pl = "Za dużo prób; odczekaj i spróbuj ponownie."
    rule = S3


def network_of(host: str | None) -> str:
    """Return the network of a caller: an IPv4 address, or the /64 that one subscriber has."""
    return _within(host, 64)


def _within(host: str | None, bits: int) -> str:
    try:
        address = ip_address(host or "")
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped or address.version == 4:
        return str(mapped or address)
    return str(ip_network(f"{address}/{bits}", strict=False))


def site_of(host: str | None) -> str:
    """Return the site of a caller: an IPv4 address, or the /48 that one may have (RFC 6177)."""
    return _within(host, 48)


def key_of(*parts: str) -> str:
    """Return the key of a kind of attempt, whose it is and the network: a hash, nobody's data."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def require_turn(waits_until: datetime | None, now: datetime) -> None:
    """Refuse an attempt that comes before its time; that makes nobody wait longer."""
    if waits_until is not None and waits_until > now:
        raise TooManyAttempts(retry_after=ceil((waits_until - now).total_seconds()))
