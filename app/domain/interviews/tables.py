"""The rows of interviews and of their updates."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, TEXT_LIST, belongs_to, belongs_to_case, term
from app.domain.families.rules import MAX_MEMBERS, Sphere
from app.domain.fields import Day, Line, Note, Paragraph, Shape, YesNo
from app.domain.interviews.rules import InterviewPlace, InterviewState


class InterviewFields(SQLModel):
    """When and where the interview is made (B3)."""

    started_on: Day
    place: InterviewPlace = Field(sa_type=term(InterviewPlace))
    agreed_off_hours: YesNo = Field(
        default=False, description="Agreed with the family outside the centre's office hours"
    )
    manager_consent_ref: Line | None = Field(
        default=None, description="Reference of the manager's consent to an unusual time or place"
    )


class ChildHeard(Shape):
    """Whether a child was heard, and if not, why (A8)."""

    person_id: UUID
    heard: YesNo
    not_heard_reason: Paragraph | None = None


Spheres = Annotated[list[Sphere], Bounds(max_length=len(Sphere))]
ChildrenHeard = Annotated[list[ChildHeard], Bounds(max_length=MAX_MEMBERS)]


class InterviewNotes(SQLModel):
    """What the interview finds; it may be written down bit by bit."""

    living_situation: Note | None = None
    problems: Spheres = Field(
        default=[], sa_type=TEXT_LIST, description="Spheres of life in which there are problems"
    )
    diagnosis: Note | None = None


class InterviewCompletion(InterviewNotes):
    """What the interview ends with: the diagnosis, the need, and each child's hearing."""

    done_on: Day
    living_situation: Note
    need: YesNo = Field(description="Whether the family needs an assistant (art. 11(3))")
    need_reason: Paragraph
    children_heard: ChildrenHeard = Field(description="Every child of the family, once (A8)")


class Interview(InterviewFields, InterviewNotes, CaseRecord, table=True):
    """The environmental interview of a case. `warnings` are `InterviewWarning` values."""

    __tablename__ = "interview"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint(
            "state = 'in_progress' OR (done_on IS NOT NULL AND diagnosis IS NOT NULL"
            " AND living_situation IS NOT NULL AND need IS NOT NULL AND need_reason IS NOT NULL)",
            name="completed_with_diagnosis",
        ),
        CheckConstraint("done_on >= started_on", name="period"),
        Index("ix_interview_case", "centre_id", "case_id", "family_id", unique=True),
    )

    state: InterviewState = Field(default=InterviewState.IN_PROGRESS, sa_type=term(InterviewState))
    due_on: date
    done_on: date | None = None
    working_days: int | None = None
    need: bool | None = None
    need_reason: Paragraph | None = None
    children_heard: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
    warnings: list[str] = Field(default=[], sa_type=TEXT_LIST)


class InterviewUpdateFields(SQLModel):
    """What has changed since the interview (B13)."""

    updated_on: Day
    what: Note


class InterviewUpdate(InterviewUpdateFields, CaseRecord, table=True):
    """One update of an interview."""

    __tablename__ = "interview_update"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("interview_id", "interview"),
        Index("ix_interview_update_case", "centre_id", "case_id", "family_id"),
        Index("ix_interview_update_interview", "centre_id", "interview_id", "updated_on"),
        {"info": {"append_only": True}},
    )

    interview_id: UUID
