"""The rows of visits, of their corrections, and of visits that failed."""

from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, TEXT_LIST, belongs_to, belongs_to_case, term
from app.domain.fields import MAX_ITEMS, Clock, Day, Line, Note, Paragraph, Remark
from app.domain.tasks.rules import AssistantTask
from app.domain.visits.rules import FailedVisitReason, OrdinaryKind, VisitKind, VisitPlace

UUID_LIST = ARRAY(Uuid)
T = TypeVar("T")


def _once(values: list[T]) -> list[T]:
    """Keep the first of each value: naming somebody twice does not make them two."""
    return list(dict.fromkeys(values))


Present = Annotated[list[UUID], Bounds(min_length=1, max_length=MAX_ITEMS), AfterValidator(_once)]
Tasks = Annotated[
    list[AssistantTask],
    Bounds(min_length=1, max_length=len(AssistantTask)),
    AfterValidator(_once),
]
PlanRefs = Annotated[list[Line], Bounds(max_length=MAX_ITEMS)]


class VisitFields(SQLModel):
    """What is said of every visit."""

    held_on: Day
    begins: Clock
    ends: Clock
    place: VisitPlace | None = Field(
        default=None,
        sa_type=term(VisitPlace),
        description="Required for every kind but a phone call",
    )
    place_text: Line | None = Field(
        default=None, description="Which place: required unless it is the family's home"
    )
    present: Present = Field(sa_type=UUID_LIST, description="Ids of the members who were there")
    others_present: Remark | None = None
    arrangements_family: Paragraph | None = Field(
        default=None, description="What the family undertakes until the next visit"
    )
    arrangements_assistant: Paragraph | None = Field(
        default=None, description="What the assistant undertakes until the next visit"
    )
    next_visit_on: Day | None = None
    notes: Note | None = None


class OrdinaryVisitFields(VisitFields):
    """What is said of every visit after the first: also its kind, topics and tasks (1.D)."""

    kind: OrdinaryKind
    tasks: Tasks = Field(description="Which tasks of art. 15(1) the visit served")
    topics: Paragraph
    plan_refs: PlanRefs = Field(default=[], description="Which items of the plan it served")


class VisitContent(VisitFields):
    """All of a visit that a correction may change."""

    kind: VisitKind = Field(sa_type=term(VisitKind))
    tasks: list[AssistantTask] = Field(default=[], sa_type=TEXT_LIST)
    topics: Paragraph | None = None
    plan_refs: PlanRefs = Field(default=[], sa_type=TEXT_LIST)
    social_worker_id: UUID | None = None


class Visit(VisitContent, CaseRecord, table=True):
    """A visit that took place; `recorded_on` starts the week in which its author may correct it.

    `warnings` are ids of rules. The first joint visit is confirmed by the social worker.
    """

    __tablename__ = "visit"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("social_worker_id", "account"),
        CheckConstraint("ends > begins", name="order"),
        CheckConstraint("place IS NOT NULL OR kind = 'phone'", name="placed"),
        CheckConstraint(
            "place IS NULL OR place = 'home' OR place_text IS NOT NULL", name="place_named"
        ),
        CheckConstraint("cardinality(present) > 0", name="somebody_present"),
        CheckConstraint("kind = 'first_joint' OR cardinality(tasks) > 0", name="tasks"),
        CheckConstraint("kind = 'first_joint' OR social_worker_id IS NULL", name="joint"),
        CheckConstraint("(confirmed_on IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        Index(
            "visit_one_first",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("kind = 'first_joint'"),
        ),
        Index("ix_visit_case", "centre_id", "case_id", "family_id", "held_on", "id"),
        Index("ix_visit_social_worker", "centre_id", "social_worker_id"),
    )

    recorded_on: date
    confirmed_on: date | None = None
    confirmed_by: UUID | None = None
    warnings: list[str] = Field(default=[], sa_type=TEXT_LIST)


class VisitCorrection(CaseRecord, table=True):
    """What a visit's record said before a correction, and why it was corrected; never changes."""

    __tablename__ = "visit_correction"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("visit_id", "visit"),
        Index("ix_visit_correction_case", "centre_id", "case_id", "family_id"),
        Index("ix_visit_correction_visit", "centre_id", "visit_id", "id"),
        {"info": {"append_only": True}},
    )

    visit_id: UUID
    corrected_on: date
    reason: Paragraph
    previous: dict[str, Any] = Field(sa_type=DOCUMENT)


class FailedVisitFields(SQLModel):
    """A planned visit that did not take place: an attempt, no contact."""

    planned_on: Day
    reason: FailedVisitReason = Field(sa_type=term(FailedVisitReason))
    note: Paragraph | None = None


class FailedVisit(FailedVisitFields, CaseRecord, table=True):
    """An attempt that failed."""

    __tablename__ = "failed_visit"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        Index("ix_failed_visit_case", "centre_id", "case_id", "family_id", "planned_on", "id"),
    )
