"""The rows of diagnoses: one per version, none ever changed."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, TEXT_LIST, belongs_to_case
from app.domain.diagnoses.rules import SphereLevel
from app.domain.families.rules import Sphere
from app.domain.fields import MAX_ITEMS, Day, Name, Note, Paragraph, Remark, Shape, YesNo


class SphereFinding(Shape):
    """What was found in one sphere of the family's life."""

    sphere: Sphere
    level: SphereLevel
    description: Paragraph


class ChildFinding(Shape):
    """What one child needs, and whether it was heard (art. 4a)."""

    person_id: UUID
    needs: Paragraph
    heard: YesNo
    not_heard_reason: Paragraph | None = Field(
        default=None, description="Required where the child was not heard"
    )


class SupportingPerson(Shape):
    """Somebody whom the family can rely on."""

    name: Name
    relation: Remark
    support: Paragraph | None = None


class DiagnosisFields(SQLModel):
    """What a diagnosis says."""

    made_on: Day
    spheres: Annotated[list[SphereFinding], Bounds(max_length=MAX_ITEMS)] = Field(
        sa_type=DOCUMENT, description="Each of the five spheres exactly once"
    )
    parenting: Paragraph = Field(description="How the children are raised and cared for")
    strengths: Annotated[list[Remark], Bounds(min_length=1, max_length=MAX_ITEMS)] = Field(
        sa_type=TEXT_LIST
    )
    resources_held: Paragraph | None = None
    resources_at_risk: Paragraph | None = None
    resources_missing: Paragraph | None = None
    crisis_causes: Paragraph
    children: Annotated[list[ChildFinding], Bounds(max_length=MAX_ITEMS)] = Field(
        sa_type=DOCUMENT, description="Every child of the family exactly once"
    )
    supporting_persons: Annotated[list[SupportingPerson], Bounds(max_length=MAX_ITEMS)] = Field(
        default=[], sa_type=DOCUMENT
    )
    notes: Note | None = None


class Diagnosis(DiagnosisFields, CaseRecord, table=True):
    """One version of the diagnosis; each after the first has the reason of its revision."""

    __tablename__ = "diagnosis"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        UniqueConstraint("centre_id", "case_id", "version_no", name="diagnosis_one_version"),
        CheckConstraint("version_no > 0", name="counted"),
        CheckConstraint("(version_no = 1) = (reason IS NULL)", name="reasoned"),
        CheckConstraint("cardinality(strengths) > 0", name="strengths"),
        CheckConstraint("jsonb_array_length(spheres) = 5", name="five_spheres"),
        Index("ix_diagnosis_case", "centre_id", "case_id", "family_id"),
        {"info": {"append_only": True}},
    )

    version_no: int = 1
    reason: Paragraph | None = None
