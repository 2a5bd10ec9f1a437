"""Shapes of visits, failed visits and contact."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field
from sqlmodel import SQLModel

from app.api.patches import Patch
from app.api.v1.schemas.base import Label, Out, Resource, RuleCode, Total, WarningOut
from app.api.v1.schemas.cases import PersonRef
from app.domain.cases.rules import CaseState
from app.domain.fields import MAX_ITEMS, Clock, Count, Days, Line, Note, Paragraph, Shape
from app.domain.tasks.rules import AssistantTask
from app.domain.visits.rules import ContactStanding, FailedVisitReason, VisitKind, VisitPlace
from app.domain.visits.tables import (
    FailedVisitFields,
    OrdinaryVisitFields,
    PlanRefs,
    VisitContent,
)


class VisitIn(Shape, OrdinaryVisitFields):
    """A visit that took place."""


class VisitPatch(Patch, OrdinaryVisitFields):
    """A correction of a visit's record; its reason is required."""

    correction_reason: Paragraph


class VisitHeaderOut(Resource):
    """A visit in a list, without its notes."""

    case_id: UUID
    family_id: UUID
    kind: VisitKind
    held_on: date
    begins: Clock
    ends: Clock
    place: VisitPlace | None
    place_text: Line | None
    tasks: list[AssistantTask] = Field(max_length=len(AssistantTask))
    topics: Paragraph | None
    next_visit_on: date | None
    confirmed_on: date | None
    recorded_on: date
    recorded_by: PersonRef
    warnings: list[WarningOut] = Field(max_length=10)


class PreviousVisitOut(Out, VisitContent):
    """What the record said before a correction."""

    tasks: list[AssistantTask] = Field(max_length=len(AssistantTask))


class VisitCorrectionOut(Out):
    """A correction: when, by whom and why, and what the record said before."""

    corrected_on: date
    corrected_by: PersonRef
    reason: Paragraph
    previous: PreviousVisitOut


class VisitOut(VisitHeaderOut):
    """A visit; reading it is an entry of the audit."""

    present: list[UUID] = Field(max_length=MAX_ITEMS)
    others_present: Line | None
    arrangements_family: Paragraph | None
    arrangements_assistant: Paragraph | None
    plan_refs: PlanRefs
    notes: Note | None
    social_worker: PersonRef | None
    confirmed_by: PersonRef | None
    corrections: list[VisitCorrectionOut] = Field(max_length=100)


class FailedVisitIn(Shape, FailedVisitFields):
    """A planned visit that did not take place."""


class FailedVisitOut(Resource):
    """An attempt: it counts as attempted, not as contact."""

    case_id: UUID
    family_id: UUID
    planned_on: date
    reason: FailedVisitReason
    note: Paragraph | None
    recorded_by: PersonRef
    created_at: AwareDatetime


class ContactFacts(SQLModel):
    """What the database says of a case's contact: the days of visits and attempts of the period."""

    case_id: UUID
    state: CaseState
    work_started_on: date | None
    contact_count: int
    contact_period_days: int
    last_contact_on: date | None
    held: list[date]
    failed: list[date]


class ContactsOut(Out):
    """Contact with the family in the period that ends today, against the centre's setting."""

    case_id: UUID
    contact_count: Count = Field(description="How many contacts the centre sets for the period")
    contact_period_days: Days
    period_from: date
    period_to: date
    contacts: Total
    failed_visits: Total
    last_contact_on: date | None
    standing: ContactStanding
    rule: RuleCode
    legal_basis: Line
    text: Label
