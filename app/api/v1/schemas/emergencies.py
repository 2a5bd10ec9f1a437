"""Shapes of emergency accesses."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Resource
from app.api.v1.schemas.cases import PersonRef
from app.domain.emergencies.rules import EmergencyOutcome, EmergencyReason
from app.domain.emergencies.tables import EmergencyFields, ReviewFields
from app.domain.fields import Name, Paragraph, Shape


class EmergencyIn(Shape, EmergencyFields):
    """A file to open in an emergency."""


class ReviewIn(Shape, ReviewFields):
    """The review of an emergency access."""


class EmergencyOut(Resource):
    """A file opened in an emergency: readable from `opened_at` until before `ends_at`."""

    opened_by: PersonRef
    family_id: UUID
    family_surname: Name | None = Field(description="Null where you may not see the family now")
    reason: EmergencyReason
    justification: Paragraph
    opened_at: AwareDatetime
    ends_at: AwareDatetime = Field(description="The first instant without the right")
    ended_early: bool
    reviewed_at: AwareDatetime | None
    reviewed_by: PersonRef | None
    outcome: EmergencyOutcome | None
    review_note: Paragraph | None
    created_at: AwareDatetime
