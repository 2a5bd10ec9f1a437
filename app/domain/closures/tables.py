"""The rows of closures and of the archive."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import belongs_to, belongs_to_case, term
from app.domain.closures.rules import ReportedReason
from app.domain.fields import Day, Name, Note, Paragraph, YesNo
from app.domain.motions.rules import ClosureReason


class ClosureFields(SQLModel):
    """Why the work ends, with what effect, and what comes after it."""

    reason: ClosureReason = Field(sa_type=term(ClosureReason))
    reason_text: Paragraph | None = Field(default=None, description="Required for another reason")
    closed_on: Day
    effects: Note = Field(description="What the work has achieved")
    recommendations: Note
    monitoring: YesNo = Field(description="Whether the assistant goes on monitoring the family")
    risk_handled: Paragraph | None = Field(
        default=None,
        description="What was done about the risk found when consent was withdrawn (2.4)",
    )


class Closure(ClosureFields, CaseRecord, table=True):
    """The end of the work with a family; `reported_as` is one of the ministry's four reasons."""

    __tablename__ = "closure"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("motion_id", "motion"),
        belongs_to("final_assessment_id", "assessment"),
        CheckConstraint("reason <> 'child_placed'", name="a5"),
        CheckConstraint("reason <> 'other' OR reason_text IS NOT NULL", name="explained"),
        Index("closure_one_a_case", "centre_id", "case_id", "family_id", unique=True),
        Index("ix_closure_motion", "centre_id", "motion_id"),
        Index("ix_closure_final_assessment", "centre_id", "final_assessment_id"),
    )

    reported_as: ReportedReason = Field(sa_type=term(ReportedReason))
    motion_id: UUID | None = None
    final_assessment_id: UUID | None = None


class ArchivingFields(SQLModel):
    """How long the file is kept, by the centre's own file classification (JRWA, K8)."""

    archived_on: Day
    retention_category: Name | None = Field(
        default=None,
        description="Code of the JRWA, for example B-10 or BE-5; where it is not said, the centre's"
        " settings give it",
    )
    retention_until: Day | None = Field(
        default=None,
        description="First day on which it need not be kept; where it is not said, the centre's"
        " settings give it for their category",
    )


class ArchivedCase(ArchivingFields, CaseRecord, table=True):
    """A case that was handed over to the archive, in the category that it was given or had."""

    __tablename__ = "archived_case"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint("retention_until > archived_on", name="retention"),
        Index("archived_case_once", "centre_id", "case_id", "family_id", unique=True),
    )

    retention_category: Name
