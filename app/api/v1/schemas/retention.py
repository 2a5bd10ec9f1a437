"""Shapes of holds, and of the records of erased files."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import MOST_KEPT, Resource, Total
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import Line, Name, Paragraph, Shape
from app.domain.retention.rules import ErasureGround, HoldReason
from app.domain.retention.tables import LegalHoldFields, LiftingFields


class LegalHoldIn(Shape, LegalHoldFields):
    """A hold on a family's file."""


class LiftingIn(Shape, LiftingFields):
    """The end of a hold."""


class LegalHoldOut(Resource):
    """A proceeding that needs a family's file; nothing of it is destroyed while it stands."""

    family_id: UUID
    reason: HoldReason
    reference: Line
    set_on: date
    lifted_on: date | None = Field(description="Null while it stands")
    note: Paragraph | None
    set_by: PersonRef | None
    created_at: AwareDatetime


class ErasedFileOut(Resource):
    """The record of a file that was anonymised: ids, counts and codes; it names nobody."""

    family_id: UUID
    ground: ErasureGround
    erased_on: date
    case_ids: list[UUID] = Field(max_length=MOST_KEPT)
    categories: list[Name] = Field(max_length=MOST_KEPT, description="Archival categories (JRWA)")
    records: Total = Field(description="How many records held something personal")
    request_id: UUID | None = Field(description="The request of a person that was granted")
    list_id: UUID | None = Field(description="The destruction list that was carried out")
    erased_by: PersonRef | None = Field(description="Null: carried out by the system")
    created_at: AwareDatetime
