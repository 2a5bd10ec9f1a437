"""Shapes of diagnoses."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Resource, Version
from app.api.v1.schemas.cases import PersonRef
from app.domain.diagnoses.tables import (
    ChildFinding,
    DiagnosisFields,
    SphereFinding,
    SupportingPerson,
)
from app.domain.fields import MAX_ITEMS, Line, Note, Paragraph, Shape


class DiagnosisIn(Shape, DiagnosisFields):
    """The assistant's diagnosis."""


class DiagnosisRevisionIn(Shape, DiagnosisFields):
    """A new version of the diagnosis as a whole, with the reason of the revision."""

    reason: Paragraph


class DiagnosisHeaderOut(Resource):
    """A version of the diagnosis in a list, without its text."""

    case_id: UUID
    family_id: UUID
    version_no: Version
    made_on: date
    reason: Paragraph | None
    in_force: bool
    made_by: PersonRef
    created_at: AwareDatetime


class DiagnosisOut(DiagnosisHeaderOut):
    """A version of the diagnosis; reading it is an entry of the audit."""

    spheres: list[SphereFinding] = Field(max_length=MAX_ITEMS)
    parenting: Paragraph
    strengths: list[Line] = Field(max_length=MAX_ITEMS)
    resources_held: Paragraph | None
    resources_at_risk: Paragraph | None
    resources_missing: Paragraph | None
    crisis_causes: Paragraph
    children: list[ChildFinding] = Field(max_length=MAX_ITEMS)
    supporting_persons: list[SupportingPerson] = Field(max_length=MAX_ITEMS)
    notes: Note | None
