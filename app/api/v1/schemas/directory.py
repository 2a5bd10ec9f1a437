"""Shapes of districts and of who serves them."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import Out, Resource
from app.domain.directory.tables import DistrictFields, DistrictWorkerFields
from app.domain.fields import Day, Name, Shape


class DistrictIn(Shape, DistrictFields):
    """A new district."""


class DistrictPatch(Patch, DistrictFields):
    """Changes of a district."""


class DistrictWorkerIn(Shape, DistrictWorkerFields):
    """Who serves a district from when; they must be a social worker who is at work."""


class ServiceEndIn(Shape):
    """The end of a service."""

    valid_to: Day = Field(description="The first day without the service")


class PresentWorkerOut(Out):
    """A social worker who serves the district today; `id` is that of the service."""

    id: UUID
    account_id: UUID
    full_name: Name
    valid_from: date
    valid_to: date | None


class DistrictOut(Resource, DistrictFields):
    """A district with those who serve it today."""

    workers: list[PresentWorkerOut] = Field(max_length=1_000)
    created_at: AwareDatetime


class DistrictWorkerOut(Resource, DistrictWorkerFields):
    """A social worker's service in a district."""

    district_id: UUID
    full_name: Name
    created_at: AwareDatetime
