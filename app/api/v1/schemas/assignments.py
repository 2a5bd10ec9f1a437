"""Shapes of assignments, transfers and substitutions."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Out, Resource, RuleCode, Total
from app.api.v1.schemas.cases import PersonRef
from app.domain.assignments.rules import (
    AbsenceReason,
    AssignmentEnd,
    AssignmentKind,
    TransferRequester,
)
from app.domain.assignments.tables import (
    AcceptanceFields,
    EarlyEndFields,
    SubstitutionFields,
    TransferFields,
)
from app.domain.fields import Line, Name, Note, Paragraph, Shape


class AcceptanceIn(Shape, AcceptanceFields):
    """The acceptance of an application: who will assist the family."""


class TransferIn(Shape, TransferFields):
    """A change of the primary assistant."""


class SubstitutionIn(Shape, SubstitutionFields):
    """Somebody stands in for the assistant."""


class EarlyEndIn(Shape, EarlyEndFields):
    """The early end of a substitution."""


class AssignmentSummaryOut(Resource):
    """An assignment in the history of a case."""

    case_id: UUID
    family_id: UUID
    kind: AssignmentKind
    assistant: PersonRef
    starts_on: date
    last_day: date | None = Field(
        description="Last day, included; the day before `starts_on` where it never took effect"
    )
    end_reason: AssignmentEnd | None
    replaces_id: UUID | None
    letter_no: Line | None
    requested_by: TransferRequester | None
    absence: AbsenceReason | None
    reason: Paragraph | None
    override_reason: Paragraph | None
    created_at: AwareDatetime


class AssignmentOut(AssignmentSummaryOut):
    """An assignment with its hand-over protocol."""

    handover_note: Note | None


class AssistantOut(Out):
    """An assistant and the places that are left."""

    id: UUID
    full_name: Name
    families: Total = Field(description="Families in work today; monitored ones do not count (C14)")
    family_limit: Total = Field(description="The centre's limit today, at most the statute's 15")
    free_places: Total = Field(
        description="Families that could be given today, without an override"
    )
    suspended: bool
    suspended_from: date | None


class UncoveredFamilyOut(Out):
    """A family whose assistant is suspended and who has no substitute today."""

    id: UUID = Field(description="The assignment")
    case_id: UUID
    family_id: UUID
    family_surname: Name | None
    town: Name
    assistant: PersonRef
    kind: AssignmentKind
    suspended_from: date
    rule: RuleCode
    legal_basis: Line
