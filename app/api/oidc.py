"""One office's OpenID provider as we ask it: discovery, keys, the exchange of a code, the token.

Only addresses of the configured issuer's own origin are asked, without following redirects, for
five seconds and 256 kB at most: what discovery says can't send us anywhere else.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.api.assurance import LEEWAY, demands, shown
from app.api.claims import TokenRefused, members
from app.api.providers import Provider
from app.domain.errors import Busy
from app.domain.federation.rules import ProviderNotBelieved
from app.domain.federation.service import Begun, Expected, Shown

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
KEPT_FOR: Final = 3600.0
LOOK_AGAIN: Final = 30.0  # an unknown kid makes us ask for the keys anew, but not more often
SECONDS: Final = 5.0
LONGEST: Final = 262_144
_KINDS: Final = {"RSA", "EC"}


@dataclass(slots=True)
class Known:
    """What a provider has told us of itself, and when."""

    at: float
    endpoints: dict[str, str]
    keys: list[dict[str, Any]] = field(default_factory=list)


class Relying:
    """We as the relying party of one provider."""

    def __init__(self, provider: Provider) -> None:
        """Know nothing of it yet; the first sign-in asks."""
        self.provider = provider
        self._known: Known | None = None
        self._asking = asyncio.Lock()

    async def address(self, begun: Begun, now: float, *, again: bool = False) -> str:
        """Return where the browser is sent (code flow, PKCE S256); `again`: to be looked at now."""
        known = await self._discovered(now)
        said = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.provider.redirect_uri,
            "scope": "openid",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
        } | demands(self.provider, again=again)
        return f"{known.endpoints['authorization_endpoint']}?{urlencode(said)}"

    async def shown(self, code: str, expected: Expected, now: float) -> Shown:
        """Exchange a code and return whose it is, or refuse with ProviderNotBelieved."""
        known = await self._discovered(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.provider.redirect_uri,
            "code_verifier": expected.verifier,
        }
        secret = self.provider.client_secret.get_secret_value()
        auth = (quote(self.provider.client_id, safe=""), quote(secret, safe=""))
        said = await _ask("POST", known.endpoints["token_endpoint"], data=form, auth=auth)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise ProviderNotBelieved
        return await self._believed(token, expected.nonce, now)

    async def _believed(self, token: str, nonce: str, now: float) -> Shown:
        known = await self._discovered(now)
        kid = _kid(token)
        if kid not in {key.get("kid") for key in known.keys} and now >= known.at + LOOK_AGAIN:
            known = await self._discovered(now, anew=True)
        try:
            keys = KeySet.import_key_set({"keys": known.keys})
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            self._rules(nonce, now).validate(claims)
        except (JoseError, ValueError, TypeError):
            raise ProviderNotBelieved from None
        audience, subject = claims["aud"], claims["sub"]
        alone = audience in (self.provider.client_id, [self.provider.client_id])
        azp = claims.get("azp", None if not alone else self.provider.client_id)
        if azp != self.provider.client_id or not isinstance(subject, str):
            raise ProviderNotBelieved
        return shown(self.provider, claims, now)

    def _rules(self, nonce: str, now: float) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def _discovered(self, now: float, *, anew: bool = False) -> Known:
        async with self._asking:  # many who sign in at once ask once
            known = self._known
            wait = LOOK_AGAIN if anew else KEPT_FOR
            if known is None or not known.at <= now < known.at + wait:
                known = self._known = await self._discover(now)
            return known

    async def _discover(self, now: float) -> Known:
        issuer = self.provider.issuer
        said = await _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise ProviderNotBelieved
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        endpoints = {name: self._own(said.get(name)) for name in names}
        found = (await _ask("GET", endpoints["jwks_uri"])).get("keys")
        keys = [key for key in found if _signs(key)] if isinstance(found, list) else []
        return Known(now, endpoints, keys)

    def _own(self, address: object) -> str:
        """Return an address of the issuer's own origin; any other is refused."""
        if not isinstance(address, str) or _origin(address) != _origin(self.provider.issuer):
            raise ProviderNotBelieved
        return address


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        found = urlsplit(address)
        port = found.port or {"https": 443, "http": 80}.get(found.scheme)
    except ValueError:
        raise ProviderNotBelieved from None
    return found.scheme, found.hostname, port


def _signs(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in _KINDS and key.get("use", "sig") == "sig"


def _kid(token: str) -> object:
    """Read the kid of a token that is not believed yet: the same strict way as of our own."""
    try:
        return members(token.partition(".")[0]).get("kid")
    except TokenRefused:
        raise ProviderNotBelieved from None


async def _ask(method: str, address: str, **more: Any) -> dict[str, Any]:
    """Ask the provider; silence is Busy, anything but a JSON object with 200 is not believed."""
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(method, address, **more) as answer,
            asyncio.timeout(SECONDS),
        ):
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LONGEST:
                    raise ProviderNotBelieved
            if answer.status_code >= 500:
                raise Busy
            said = json.loads(body) if answer.status_code == 200 else None
    except (httpx.HTTPError, TimeoutError):
        raise Busy from None
    except ValueError:
        raise ProviderNotBelieved from None
    if not isinstance(said, dict):
        raise ProviderNotBelieved
    return said
