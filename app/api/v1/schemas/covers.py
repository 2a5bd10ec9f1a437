"""Shapes of absence covers."""

from datetime import date

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Resource
from app.api.v1.schemas.cases import PersonRef
from app.domain.assignments.rules import AbsenceReason
from app.domain.covers.tables import CoverFields, EarlyCoverEndFields
from app.domain.fields import Note, Paragraph, Shape


class CoverIn(Shape, CoverFields):
    """Somebody covers for an absent worker."""


class EarlyCoverEndIn(Shape, EarlyCoverEndFields):
    """The early end of a cover."""


class CoverOut(Resource):
    """A cover: in force from `starts_on` to `last_day`, both included."""

    absent: PersonRef
    covering: PersonRef
    starts_on: date
    last_day: date = Field(
        description="Last day, included; the day before `starts_on` where it never took effect"
    )
    reason: AbsenceReason | None = Field(
        description="Shown to the manager and to the absent person (K1)"
    )
    note: Note | None
    takes_places: bool = Field(description="Whether the covered families take places (C12, G4)")
    override_reason: Paragraph | None
    ended_early: bool
    set_by: PersonRef | None
    created_at: AwareDatetime
