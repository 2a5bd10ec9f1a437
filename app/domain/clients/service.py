"""Registering machine clients, their secrets, and proving who one is."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from app.domain.act import Act
from app.domain.clients import queries, rules
from app.domain.clients.tables import ApiClient, Areas, ClientFields, ClientSecret
from app.domain.errors import NotFound
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell


@dataclass(frozen=True, slots=True)
class Proven:
    """A client that has shown one of its secrets; its tokens end with either of the two."""

    client: ApiClient
    secret_id: UUID


async def register(act: Act, said: ClientFields, areas: Areas) -> ApiClient:
    """Register a machine; it can do nothing before it gets a secret."""
    rules.require_agreed(said.agreed_on, act.today)
    rules.require_expiry(said.expires_on, act.today)
    rules.require_areas_together(areas)
    fields = said.model_dump(include=set(ClientFields.model_fields))
    client = ApiClient(**fields, scopes=sorted({area.scope for area in areas}))
    act.add(client)
    tell(act, OfficeEventType.CLIENT_REGISTERED, client.id)
    return client


async def issue_secret(act: Act, client_id: UUID, if_match: int) -> tuple[UUID, str]:
    """Make a secret and return it, this once; two may be valid while one replaces the other."""
    client = await act.lock(ApiClient, client_id, if_match)
    rules.require_active(active=client.active)
    rules.require_room(len(await queries.living_secrets(act, client_id)))
    text = secrets.token_urlsafe(32)
    secret = ClientSecret(client_id=client_id, secret_hash=_hashed(text))
    act.add(secret)
    act.touch(client)
    tell(act, OfficeEventType.CLIENT_SECRET_ISSUED, secret.id)
    return secret.id, text


async def revoke_secret(act: Act, client_id: UUID, secret_id: UUID, if_match: int) -> None:
    """End a secret; the tokens that were got with it are refused from the next request on."""
    client = await act.lock(ApiClient, client_id, if_match)
    secret = await act.lock(ClientSecret, secret_id)
    if secret.client_id != client.id:
        raise NotFound
    rules.require_unrevoked(secret.revoked_at)
    secret.revoked_at = act.now
    act.touch(client)
    tell(act, OfficeEventType.CLIENT_SECRET_REVOKED, secret.id)


async def disable(act: Act, client_id: UUID, if_match: int) -> None:
    """Disable a client for good; its next request is refused."""
    client = await act.lock(ApiClient, client_id, if_match)
    rules.require_active(active=client.active)
    client.active = False
    tell(act, OfficeEventType.CLIENT_DISABLED, client.id)


async def prove(act: Act, client_id: UUID, text: str) -> Proven | None:
    """Return the client whose secret this is; None whatever is wrong about it."""
    given = _hashed(text)
    living = await queries.living_secrets(act, client_id)
    fitting = [s for s in living if hmac.compare_digest(s.secret_hash, given)]
    client = await act.session.get(ApiClient, (act.actor.centre_id, client_id))
    if client is None or not fitting or not client.active or client.expires_on < act.today:
        return None
    fitting[0].last_used_at = act.now
    return Proven(client, fitting[0].id)


def _hashed(text: str) -> str:
    """Hash a secret with SHA-256, once and without salt.

    A slow hash protects what people choose. 256 random bits can't be guessed by anybody who has
    the hash, and a slow one would let strangers spend our processor by sending nonsense.
    """
    return sha256(text.encode()).hexdigest()
