"""The token endpoint of machine clients: OAuth 2.0 client credentials (RFC 6749 §4.4, RFC 9700).

It stands outside of the versioned operations because the standard says all of its form: a form is
posted, and a refusal is `{"error": …}`. The client's name and secret come in the Authorization
header (client_secret_basic) or in the form (client_secret_post), never in both.
"""

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.deps import current_instant
from app.api.opening import in_centre
from app.api.watch import begin_sign_in, name_account
from app.db.session import NOBODY
from app.domain.clients import rules, service
from app.domain.identity.queries import CENTRE_ID

router = APIRouter(include_in_schema=False)
TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - an address
_FORM: Final = "application/x-www-form-urlencoded"
_KNOWN: Final = {"grant_type", "scope", "client_id", "client_secret"}
_LONGEST: Final = 4096


class OAuthRefusal(Exception):
    """One of the errors of RFC 6749 §5.2; it quotes nothing of the request."""

    def __init__(self, error: str, status: int = 400) -> None:
        """Keep the standard's word."""
        super().__init__(error)
        self.error, self.status = error, status


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for, and with what it proves itself."""

    code: str
    client_id: UUID
    secret: str
    scope: str | None


@router.post(TOKEN_PATH)
async def issue_client_token(request: Request) -> Response:
    """Give a machine client an access token for its scopes, or for fewer."""
    begin_sign_in(request, "client_secret")
    try:
        said = await _granted(request, _asked(request, await request.body()))
    except OAuthRefusal as refusal:
        request.state.refusal = refusal.error
        answer = Response(
            json.dumps({"error": refusal.error}), refusal.status, media_type="application/json"
        )
        if refusal.status == 401:
            answer.headers["www-authenticate"] = 'Basic realm="asysta"'
    else:
        answer = Response(json.dumps(said), media_type="application/json")
    answer.headers["cache-control"] = "no-store"
    answer.headers["pragma"] = "no-cache"
    return answer


async def _granted(request: Request, asked: Asked) -> dict[str, object]:
    state = request.app.state
    centre = await state.database.find_centre(CENTRE_ID, code=asked.code)
    async with in_centre(request, centre or NOBODY, "issue_client_token") as act:
        proven = await service.prove(act, asked.client_id, asked.secret)
    if proven is None:
        raise OAuthRefusal("invalid_client", 401)
    name_account(request, proven.client.id)
    scopes = rules.granted(asked.scope, proven.client.scopes)
    if scopes is None:
        raise OAuthRefusal("invalid_scope")
    scope = " ".join(scopes)
    token = state.tokens.issue_to_client(
        f"{asked.code}.{asked.client_id}",
        subject=proven.client.id,
        centre=proven.client.centre_id,
        secret=proven.secret_id,
        scope=scope,
        now=current_instant(request),
    )
    seconds = state.settings.access_minutes * 60
    return {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}


def _asked(request: Request, body: bytes) -> Asked:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise OAuthRefusal("invalid_request")
    form = _form(body)
    basic = request.headers.get("authorization")
    if basic is not None and "client_secret" in form:
        raise OAuthRefusal("invalid_request")  # two methods at once (RFC 6749 §2.3)
    name, secret = _basic(basic) if basic is not None else (form.get("client_id"), None)
    secret = secret if basic is not None else form.get("client_secret")
    if not name or not secret or form.get("client_id", name) != name:
        raise OAuthRefusal("invalid_client", 401)
    grant = form.get("grant_type")
    if grant != "client_credentials":
        raise OAuthRefusal("unsupported_grant_type" if grant else "invalid_request")
    code, _, number = name.rpartition(".")
    try:
        client_id = UUID(number)
    except ValueError:
        raise OAuthRefusal("invalid_client", 401) from None
    return Asked(code, client_id, secret, form.get("scope"))


def _form(body: bytes) -> dict[str, str]:
    """Read the form; a parameter that comes twice is refused, an unknown one is ignored (§3.2)."""
    try:
        if len(body) > _LONGEST:
            raise OAuthRefusal("invalid_request")
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body))
    except ValueError:
        raise OAuthRefusal("invalid_request") from None
    known = [pair for pair in pairs if pair[0] in _KNOWN]
    form = dict(known)
    if len(form) < len(known):
        raise OAuthRefusal("invalid_request")
    return {name: value for name, value in form.items() if value}  # empty counts as left out


def _basic(header: str) -> tuple[str, str]:
    """Read client_secret_basic: both halves are form-encoded before they are joined (§2.3.1)."""
    scheme, _, value = header.partition(" ")
    try:
        name, colon, secret = b64decode(value, validate=True).decode("ascii").partition(":")
    except ValueError:
        raise OAuthRefusal("invalid_client", 401) from None
    if scheme.lower() != "basic" or not colon:
        raise OAuthRefusal("invalid_client", 401)
    return unquote_plus(name), unquote_plus(secret)
