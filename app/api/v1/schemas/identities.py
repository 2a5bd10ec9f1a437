"""Shapes of linked identities."""

from uuid import UUID

from pydantic import AwareDatetime

from app.api.v1.schemas.base import Resource
from app.domain.federation.tables import LinkFields
from app.domain.fields import Shape


class IdentityIn(Shape, LinkFields):
    """An identity that is to be linked, as the provider's own console shows it."""


class IdentityOut(Resource, LinkFields):
    """An identity by which somebody may sign in, or could until it was removed."""

    account_id: UUID
    removed_at: AwareDatetime | None
    created_at: AwareDatetime
