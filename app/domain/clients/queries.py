"""How machine clients and their secrets are found."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.clients.tables import ClientSecret

_SECRETS = """
    (SELECT coalesce(json_agg(row_to_json(x) ORDER BY x.id DESC), '[]') FROM (
       SELECT s.id, app.z(s.created_at) AS created_at, app.z(s.revoked_at) AS revoked_at
         FROM client_secret s
        WHERE s.centre_id = c.centre_id AND s.client_id = c.id
        ORDER BY s.id DESC LIMIT 100) x) AS secrets
"""
_CLIENT = (
    "c.id, c.version, (SELECT o.code FROM centre o WHERE o.id = c.centre_id) || '.' || c.id"
    " AS client_id, c.name, c.purpose, c.operator, c.agreement_ref, c.agreed_on, c.expires_on,"
    " ARRAY(SELECT split_part(granted, ':', 1) FROM unnest(c.scopes) granted) AS reads,"
    f" array_to_string(c.scopes, ' ') AS scope, c.active, {_SECRETS},"
    " app.z(c.created_at) AS created_at FROM api_client c"
)
CLIENT = One(f"SELECT {_CLIENT} WHERE c.id = :id::uuid")
CLIENTS = Many(f"SELECT {_CLIENT} WHERE true", (Key("c.name", "text"), Key("c.id", "uuid")))


async def living_secrets(act: Act, client_id: UUID) -> list[ClientSecret]:
    """Return the secrets of a client that are not revoked."""
    query = select(ClientSecret).where(
        col(ClientSecret.client_id) == client_id, col(ClientSecret.revoked_at).is_(None)
    )
    return list((await act.session.execute(query)).scalars())
