"""Shapes of foster families, coordinations and placements."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Out, Resource, Total, WarningOut
from app.domain.fields import Day, Name, Paragraph, Shape
from app.domain.placements.rules import PlacementOutcome
from app.domain.placements.tables import CoordinationFields, FosterFamilyFields, PlacementFields


class FosterFamilyIn(Shape, FosterFamilyFields):
    """A foster family by its register number."""


class FosterFamilyOut(Resource, FosterFamilyFields):
    """A foster family, its coordinator, and how many of our children it cares for."""

    coordinator_id: UUID | None
    children_in_care: Total
    created_at: AwareDatetime


class CoordinationIn(Shape, CoordinationFields):
    """The appointment of a coordinator; it ends the one before."""


class CoordinationEndIn(Shape):
    """The end of a coordination: the first day without it."""

    ended_on: Day


class CoordinationOut(Resource, CoordinationFields):
    """Who coordinates a foster family, and since when."""

    foster_family_id: UUID
    ended_on: date | None
    created_at: AwareDatetime
    warnings: list[WarningOut] = Field(max_length=10)


class CoordinatorOut(Out):
    """A coordinator with the places that are taken and free today."""

    id: UUID
    full_name: Name
    families: Total
    limit: Total
    free: Total


class CoordinatorsOut(Out):
    """The coordinators of the centre."""

    items: list[CoordinatorOut] = Field(max_length=500)


class PlacementIn(Shape, PlacementFields):
    """A child's placement in care as it is reported."""


class PlacementEndIn(Shape):
    """How a stay in care ended."""

    ended_on: Day
    outcome: PlacementOutcome
    note: Paragraph | None = None


class PlacementOut(Resource, PlacementFields):
    """A child's stay in care; `coordinator_id` is the foster family's while it lasts."""

    case_id: UUID
    family_id: UUID
    coordinator_id: UUID | None
    ended_on: date | None
    outcome: PlacementOutcome | None
    outcome_note: Paragraph | None
    created_at: AwareDatetime
    warnings: list[WarningOut] = Field(max_length=10)
