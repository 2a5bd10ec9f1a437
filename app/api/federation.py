"""Signing in by the office's identity provider: OpenID Connect, code flow with PKCE (RFC 9700).

`GET …/oidc/start?centre=…` sends the browser to the provider and gives it a cookie; the provider
sends it back with a code to the configured address: our callback, or a page of the office on our
origin that passes the query on to it. Then there is a session, the same as by password.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.api.deps import current_instant
from app.api.oidc import Relying
from app.api.opening import in_centre
from app.api.providers import read_providers
from app.api.v1.sessions import device, lives, site, tokens
from app.api.watch import begin_sign_in, name_account
from app.domain.attempts.rules import key_of
from app.domain.attempts.service import pass_site
from app.domain.federation import rules, service
from app.domain.identity.queries import CENTRE_ID
from app.settings import Settings

router = APIRouter(include_in_schema=False)
COOKIE: Final = "__Host-asysta-sign-in"
_LONGEST: Final = 4096


def relying(settings: Settings) -> dict[str, Relying]:
    """Return us as the relying party of each centre's provider, by the centre's code."""
    found = read_providers(settings.oidc_file)
    return {centre: Relying(provider) for centre, provider in found.items()}


@router.get("/api/v1/sessions/oidc/start")
async def begin_federated_sign_in(request: Request) -> Response:
    """Send the browser to the centre's identity provider.

    With `again=true` the provider looks at the person anew, whoever is signed in there. What is
    begun and not finished counts for a site as a wrong password does (429).
    """
    again = request.query_params.get("again") == "true"
    centre = request.query_params.get("centre", "")
    party = request.app.state.relying.get(centre)
    found = await request.app.state.database.find_centre(CENTRE_ID, code=centre) if party else None
    if found is None:
        raise rules.NoIdentityProvider
    async with in_centre(request, found, "begin_federated_sign_in") as act:
        begun = await service.begin(act, centre, _key(request))
    address = await party.address(begun, current_instant(request).timestamp(), again=again)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        COOKIE,
        begun.browser,
        max_age=int(rules.LASTS.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/api/v1/sessions/oidc/callback")
async def finish_federated_sign_in(request: Request) -> Response:
    """Take the provider's answer, and open a session for the account that is linked to it."""
    begin_sign_in(request, "identity_provider")
    said = {name: request.query_params.get(name, "") for name in ("state", "code", "iss")}
    browser = request.cookies.get(COOKIE, "")
    centre = said["state"].rpartition(".")[0]
    party = request.app.state.relying.get(centre)
    found = await request.app.state.database.find_centre(CENTRE_ID, code=centre) if party else None
    if found is None or not browser or len(request.url.query) > _LONGEST:
        raise rules.FederatedSignInOver
    # Committed by itself: the state is used up, whatever the provider says then.
    async with in_centre(request, found, "finish_federated_sign_in") as act:
        expected = await service.carry_on(act, said["state"], browser)
    issuer = party.provider.issuer
    if not said["code"] or said["iss"] not in {"", issuer}:  # RFC 9207: no mix-up of providers
        raise rules.ProviderNotBelieved
    now = current_instant(request).timestamp()
    shown = await party.shown(said["code"], expected, now)
    async with in_centre(request, found, "finish_federated_sign_in") as act:
        signed_in = await service.sign_in(act, shown, lives(request), device(request))
        await pass_site(act, _key(request))
    name_account(request, signed_in.account.id)
    answer = tokens(request, signed_in)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _key(request: Request) -> str:
    return key_of("identity_provider", site(request))
