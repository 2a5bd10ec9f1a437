"""Shapes of closures and of the archive."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Label, Out, Resource, RuleCode, Version, WarningOut, Word
from app.api.v1.schemas.cases import PersonRef
from app.domain.cases.rules import CaseState
from app.domain.closures.rules import ReportedReason
from app.domain.closures.tables import ArchivingFields, ClosureFields
from app.domain.fields import MAX_ITEMS, Line, Name, Shape


class BlockerOut(Out):
    """Something that still stands against closing the case."""

    type: Word
    rule: RuleCode
    legal_basis: Line
    text: Label


class ClosureBlockersOut(Out):
    """Everything that still stands against closing the case; nothing: it may be closed."""

    case_id: UUID
    items: list[BlockerOut] = Field(max_length=MAX_ITEMS)


class ClosureIn(Shape, ClosureFields):
    """Why the work ends, with what effect, and what comes after it."""

    monitoring_assistant_id: UUID | None = Field(
        default=None, description="Who will monitor; the last assistant unless said"
    )


class ClosureOut(Resource, ClosureFields):
    """The end of the work with a family; the case's state and version are those after it."""

    case_id: UUID
    family_id: UUID
    reported_as: ReportedReason
    motion_id: UUID | None
    final_assessment_id: UUID | None
    case_state: CaseState
    case_version: Version
    warnings: list[WarningOut] = Field(max_length=MAX_ITEMS)
    closed_by: PersonRef | None
    created_at: AwareDatetime


class ArchivingIn(Shape, ArchivingFields):
    """When the file is archived and how long it is kept (K8)."""


class ArchivedCaseOut(Resource):
    """A case that was handed over to the archive."""

    case_id: UUID
    family_id: UUID
    archived_on: date
    retention_category: Name
    retention_until: date | None
    created_at: AwareDatetime
