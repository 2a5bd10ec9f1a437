"""Shapes of cases, deadlines and timelines."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import (
    MOST_KEPT,
    AllowedActionOut,
    Label,
    Out,
    Resource,
    RuleCode,
    Total,
)
from app.domain.calendar import Calendar, DueStanding
from app.domain.cases.rules import CaseBasis, CaseState, HandoverReason
from app.domain.deadlines.rules import DeadlineKind
from app.domain.events.rules import EventType
from app.domain.families.rules import MAX_MEMBERS
from app.domain.fields import MAX_ITEMS, Line, Name, Shape
from app.domain.handovers.tables import HandoverFields
from app.domain.motions.rules import SuspensionReason


class PersonRef(Out):
    """A person of the centre."""

    id: UUID
    full_name: Name


class PauseOut(Out):
    """A period by which a due date was moved."""

    from_: date = Field(alias="from")
    to: date
    days: Total
    reason: SuspensionReason


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
    rule: RuleCode
    legal_basis: Line
    pauses: list[PauseOut] = Field(max_length=MOST_KEPT)


class ListedDeadlineOut(DeadlineOut):
    """A due date in a list over many cases."""

    family_surname: Name | None
    case_state: CaseState
    on_behalf_of: PersonRef | None = Field(description="Whose it is, where you cover for them")


class CaseSummaryOut(Resource):
    """A case in a list."""

    family_id: UUID
    family_surname: Name | None
    town: Name
    state: CaseState
    opened_on: date
    work_started_on: date | None
    closed_on: date | None
    social_worker: PersonRef
    assistant: PersonRef | None
    next_due_on: date | None


class CaseHandoverIn(Shape, HandoverFields):
    """Another social worker for a case."""


class CaseLinksOut(Out):
    """What belongs to the case: the latest of each kind, the open motion."""

    signal: UUID | None
    interview: UUID | None
    offer: UUID | None
    consent: UUID | None
    referral: UUID | None
    first_visit: UUID | None
    diagnosis: UUID | None
    active_plan: UUID | None
    draft_plan: UUID | None
    assessment: UUID | None
    motion: UUID | None
    monitoring: UUID | None


class CaseOut(Resource):
    """A case: where it stands, what can be done, what is due."""

    family_id: UUID
    family_surname: Name | None
    state: CaseState
    basis: CaseBasis
    opened_on: date
    previous_case_id: UUID | None
    consent_withdrawn_on: date | None
    work_started_on: date | None
    closed_on: date | None
    social_worker: PersonRef
    handover_reason: HandoverReason | None = Field(
        description="Why the present social worker has the case; null: since its signal"
    )
    assistant: PersonRef | None
    primary_assistant: PersonRef | None
    coordinators: list[PersonRef] = Field(max_length=MAX_MEMBERS)
    links: CaseLinksOut
    deadlines: list[DeadlineOut] = Field(max_length=MOST_KEPT)
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)


class EventOut(Out):
    """Something that happened in a case."""

    id: UUID
    type: EventType
    label: Label
    on_date: date
    recorded_at: AwareDatetime
    by: PersonRef | None
    subject_id: UUID
