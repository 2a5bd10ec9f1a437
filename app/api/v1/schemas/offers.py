"""Shapes of offers."""

from uuid import UUID

from pydantic import AwareDatetime

from app.api.v1.schemas.base import Resource
from app.domain.fields import Shape
from app.domain.offers.tables import OfferFields


class OfferIn(Shape, OfferFields):
    """An offer as it was presented to the family."""


class OfferOut(Resource, OfferFields):
    """An offer of help."""

    case_id: UUID
    family_id: UUID
    created_by: UUID | None
    created_at: AwareDatetime
