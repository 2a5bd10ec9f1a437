"""What a provider says of how it knows somebody: `acr`, `amr`, `auth_time` (OpenID Connect §2).

A claim that the office demands and the provider does not make is no claim: the token is not
believed. What the office does not demand is not asked for; then the provider counts as one factor,
and nobody knows when it last looked (ASVS 6.8.4).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.api.providers import Provider
from app.domain.federation.rules import ProviderNotBelieved
from app.domain.federation.service import Shown

LEEWAY: Final = 60  # seconds by which clocks may differ


def demands(provider: Provider, *, again: bool) -> dict[str, str]:
    """Return what a provider is asked for; `again`: to look at the person now, whoever is there."""
    said = {"acr_values": " ".join(provider.acr)} if provider.acr else {}
    if again:
        return said | {"prompt": "login", "max_age": "0"}
    if provider.max_age_minutes is not None:
        said["max_age"] = str(provider.max_age_minutes * 60)
    return said


def shown(provider: Provider, claims: Mapping[str, Any], now: float) -> Shown:
    """Read the claims of a verified token, or refuse with ProviderNotBelieved."""
    _require_strength(provider, claims)
    proven_at = _looked_at(claims, now)
    good_until = None
    if provider.max_age_minutes is not None:
        if proven_at is None:
            raise ProviderNotBelieved
        good_until = proven_at + timedelta(minutes=provider.max_age_minutes)
        if good_until.timestamp() <= now:
            raise ProviderNotBelieved
    factor = provider.demands_factor
    return Shown(provider.issuer, claims["sub"], proven_at, good_until, by_factor=factor)


def _require_strength(provider: Provider, claims: Mapping[str, Any]) -> None:
    methods = claims.get("amr", [])
    if provider.acr and claims.get("acr") not in provider.acr:
        raise ProviderNotBelieved
    if provider.amr and not (isinstance(methods, list) and {*provider.amr} & {*map(str, methods)}):
        raise ProviderNotBelieved


def _looked_at(claims: Mapping[str, Any], now: float) -> datetime | None:
    """Return when the provider last looked at the person; never later than now."""
    said = claims.get("auth_time")
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= now + LEEWAY:
        raise ProviderNotBelieved
    return datetime.fromtimestamp(min(said, now), UTC)
