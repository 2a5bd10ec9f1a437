"""The rows of assessments."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, TEXT_LIST, belongs_to_case, term
from app.domain.assessments.rules import (
    AssessmentKind,
    AssessmentState,
    Conclusion,
    GoalRating,
    SphereChange,
)
from app.domain.families.rules import Sphere
from app.domain.fields import MAX_ITEMS, Day, Note, Paragraph, Shape, YesNo
from app.domain.interviews.tables import ChildHeard


class GoalRated(Shape):
    """How far one goal of the plan has been reached."""

    goal_id: UUID
    rating: GoalRating | None = None
    comment: Paragraph | None = None


class SphereAssessed(Shape):
    """How the family's situation in one sphere has changed."""

    sphere: Sphere
    change: SphereChange
    text: Paragraph


class AssessmentStart(SQLModel):
    """What begins an assessment; goals and the start of the period are filled in."""

    kind: AssessmentKind = Field(sa_type=term(AssessmentKind))
    period_to: Day


class AssessmentWords(SQLModel):
    """What the assistant says of the family as a whole."""

    involvement: Note | None = Field(default=None, description="The family's own part in the work")
    supporting_family_considered: YesNo | None = None
    supporting_family_note: Paragraph | None = None
    conclusion: Conclusion | None = Field(default=None, sa_type=term(Conclusion))
    conclusions_text: Note | None = None


class AssessmentFields(AssessmentWords):
    """What the assistant says; a list of spheres or children replaces what was said before."""

    goals: Annotated[list[GoalRated], Bounds(max_length=MAX_ITEMS)] = Field(
        default=[], description="Goals that are not named keep their rating"
    )
    spheres: Annotated[list[SphereAssessed], Bounds(max_length=len(Sphere))] = []
    children: Annotated[list[ChildHeard], Bounds(max_length=MAX_ITEMS)] = []


class Assessment(AssessmentWords, AssessmentStart, CaseRecord, table=True):
    """One assessment of a family's situation over a period.

    `due_on` is the date that the hand-over settled; `warnings` are codes of rules (E8).
    """

    __tablename__ = "assessment"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("state IN ('draft', 'discarded') OR signed_on IS NOT NULL", name="signed"),
        CheckConstraint(
            "state NOT IN ('handed_over', 'received') OR handed_over_on >= signed_on",
            name="handed_over",
        ),
        CheckConstraint("state <> 'received' OR received_on IS NOT NULL", name="received"),
        Index("ix_assessment_case", "centre_id", "case_id", "family_id"),
        Index(
            "assessment_one_open",
            "centre_id",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('draft', 'signed')"),
        ),
        Index(
            "ix_assessment_handed_over",
            "centre_id",
            "id",
            postgresql_where=text("state = 'handed_over'"),
        ),
    )

    state: AssessmentState = Field(default=AssessmentState.DRAFT, sa_type=term(AssessmentState))
    period_from: date
    goals: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
    spheres: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
    children: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
    signed_on: date | None = None
    signed_by: UUID | None = None
    withdrawal_reason: Paragraph | None = None
    handed_over_on: date | None = None
    due_on: date | None = None
    recipients: list[dict[str, str]] = Field(default=[], sa_type=DOCUMENT)
    received_on: date | None = None
    received_by: UUID | None = None
    warnings: list[str] = Field(default=[], sa_type=TEXT_LIST)
