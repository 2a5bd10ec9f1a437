"""Shapes of interviews."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import MOST_KEPT, AllowedActionOut, Out, Resource, Total, WarningOut
from app.domain.families.rules import MAX_MEMBERS
from app.domain.fields import MAX_ITEMS, Line, Note, Paragraph, Shape
from app.domain.interviews.rules import InterviewPlace, InterviewState
from app.domain.interviews.tables import (
    ChildHeard,
    InterviewCompletion,
    InterviewFields,
    InterviewNotes,
    InterviewUpdateFields,
    Spheres,
)


class InterviewIn(Shape, InterviewFields):
    """An interview that begins."""


class InterviewPatch(Patch, InterviewFields, InterviewNotes):
    """Changes of an interview in progress."""


class InterviewCompletionIn(Shape, InterviewCompletion):
    """The end of an interview; a diagnosis written down before need not be repeated."""


class InterviewUpdateIn(Shape, InterviewUpdateFields):
    """An update of a completed interview."""


class ChildHeardOut(Out, ChildHeard):
    """Whether a child was heard."""


class InterviewUpdateOut(Out):
    """An update of the interview."""

    id: UUID
    updated_on: date
    what: Note
    created_by: UUID | None


class InterviewOut(Resource):
    """An interview: `late` and `working_days` are said when it is completed (B2)."""

    case_id: UUID
    family_id: UUID
    state: InterviewState
    started_on: date
    place: InterviewPlace
    agreed_off_hours: bool
    manager_consent_ref: Line | None
    due_on: date
    done_on: date | None
    working_days: Total | None
    late: bool | None
    living_situation: Note | None
    problems: Spheres
    diagnosis: Note | None
    need: bool | None
    need_reason: Paragraph | None
    children_heard: list[ChildHeardOut] = Field(max_length=MAX_MEMBERS)
    updates: list[InterviewUpdateOut] = Field(max_length=MOST_KEPT)
    warnings: list[WarningOut] = Field(max_length=5)
    created_by: UUID | None
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)
