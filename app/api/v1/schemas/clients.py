"""Shapes of machine clients; a secret leaves once, and never again."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1.schemas.base import Out, Resource
from app.domain.clients.tables import Areas, ClientFields
from app.domain.fields import Shape

# The centre's code, a dot, the client's id: what is sent to POST /oauth/token.
PublicId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+\.[0-9a-f-]{36}$", max_length=80)]
ScopeText = Annotated[str, StringConstraints(pattern=r"^[a-z: ]+$", max_length=1_000)]
Secret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


class ApiClientIn(Shape, ClientFields):
    """A machine that is to read in its own name."""

    reads: Areas


class SecretOut(Out):
    """A secret by its id: since when it is valid, and until when it was."""

    id: UUID
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class ApiClientOut(Resource, ClientFields):
    """A machine client; `client_id` and `scope` are what POST /oauth/token knows of it."""

    client_id: PublicId
    reads: Areas
    scope: ScopeText
    active: bool
    secrets: list[SecretOut] = Field(max_length=100)
    created_at: AwareDatetime


class IssuedSecretOut(Out):
    """A new secret with its text: keep it now, it is not shown again."""

    client_id: PublicId
    secret_id: UUID
    client_secret: Secret
