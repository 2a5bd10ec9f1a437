"""Shapes of cases, deadlines and timelines."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import AllowedActionOut, Label, Out, Resource
from app.domain.calendar import Calendar, DueStanding
from app.domain.cases.rules import CaseBasis, CaseState
from app.domain.deadlines.rules import DeadlineKind
from app.domain.events.rules import EventType


class PersonRef(Out):
    """A person of the centre."""

    id: UUID
    full_name: str


class PauseOut(Out):
    """A period by which a due date was moved."""

    from_: date = Field(alias="from")
    to: date
    days: int
    reason: str


class DeadlineOut(Out):
    """A due date that explains itself."""

    id: UUID
    kind: DeadlineKind
    label: Label
    case_id: UUID
    family_id: UUID
    subject_id: UUID
    due_on: date
    standing: DueStanding
    started_on: date
    start_event: EventType
    calendar: Calendar
    rule: str
    legal_basis: str
    pauses: list[PauseOut]


class ListedDeadlineOut(DeadlineOut):
    """A due date in a list over many cases."""

    family_surname: str | None
    case_state: CaseState


class CaseSummaryOut(Resource):
    """A case in a list."""

    family_id: UUID
    family_surname: str | None
    town: str
    state: CaseState
    opened_on: date
    work_started_on: date | None
    closed_on: date | None
    social_worker: PersonRef
    assistant: PersonRef | None
    next_due_on: date | None


class CaseOut(Resource):
    """A case: where it stands, what can be done, what is due."""

    family_id: UUID
    family_surname: str | None
    state: CaseState
    basis: CaseBasis
    opened_on: date
    previous_case_id: UUID | None
    consent_withdrawn_on: date | None
    work_started_on: date | None
    closed_on: date | None
    social_worker: PersonRef
    assistant: PersonRef | None
    primary_assistant: PersonRef | None
    coordinators: list[PersonRef]
    links: dict[str, UUID | None]
    deadlines: list[DeadlineOut]
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut]


class EventOut(Out):
    """Something that happened in a case."""

    id: UUID
    type: EventType
    label: Label
    on_date: date
    recorded_at: AwareDatetime
    by: PersonRef | None
    subject_id: UUID
