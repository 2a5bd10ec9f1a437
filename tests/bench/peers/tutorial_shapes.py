"""The second peer's shapes, in and out."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import model_validator
from sqlmodel import SQLModel

from tests.bench.peers.tutorial_models import Case, Deadline


class PersonRead(SQLModel):
    """A person of the centre."""

    id: uuid.UUID
    full_name: str


class DeadlineRead(SQLModel):
    """A due date."""

    id: uuid.UUID
    kind: str
    case_id: uuid.UUID
    family_id: uuid.UUID
    subject_id: uuid.UUID
    due_on: date
    started_on: date
    pauses: list[dict[str, Any]]
    standing: str


class ListedDeadlineRead(DeadlineRead):
    """A due date in a list."""

    family_surname: str | None
    case_state: str


class DeadlinePage(SQLModel):
    """A page of due dates."""

    items: list[ListedDeadlineRead]
    next_cursor: str | None


class CaseBase(SQLModel):
    """What every case shows."""

    id: uuid.UUID
    version: int
    family_id: uuid.UUID
    family_surname: str | None
    state: str
    opened_on: date
    work_started_on: date | None
    closed_on: date | None
    social_worker: PersonRead
    assistant: PersonRead | None


class CaseSummaryRead(CaseBase):
    """A case in a list."""

    town: str
    next_due_on: date | None


class CasePage(SQLModel):
    """A page of cases."""

    items: list[CaseSummaryRead]
    next_cursor: str | None


class LinksRead(SQLModel):
    """The latest row of each kind."""

    signal: uuid.UUID | None
    interview: uuid.UUID | None
    offer: uuid.UUID | None
    consent: uuid.UUID | None
    referral: uuid.UUID | None
    first_visit: uuid.UUID | None
    diagnosis: uuid.UUID | None
    active_plan: uuid.UUID | None
    draft_plan: uuid.UUID | None
    assessment: uuid.UUID | None
    motion: uuid.UUID | None
    monitoring: uuid.UUID | None

    @staticmethod
    def of(case: Case) -> "LinksRead":
        """Choose from what is loaded."""
        return LinksRead(
            signal=_last(case.signals),
            interview=_last(case.interviews),
            offer=_last(case.offers),
            consent=_last(case.consents),
            referral=_last(case.referrals),
            first_visit=_last([v for v in case.visits if v.kind == "first_joint"]),
            diagnosis=_last(case.diagnoses),
            active_plan=_last([p for p in case.plans if p.state == "active"]),
            draft_plan=_last([p for p in case.plans if p.state == "draft"]),
            assessment=_last(case.assessments),
            motion=_last([m for m in case.motions if m.state == "open"]),
            monitoring=_last(case.monitorings),
        )


def _last(rows: list[Any]) -> uuid.UUID | None:
    return max((row.id for row in rows), default=None)


class CaseRead(CaseBase):
    """A case with everything."""

    basis: str
    previous_case_id: uuid.UUID | None
    consent_withdrawn_on: date | None
    primary_assistant: PersonRead | None
    coordinators: list[PersonRead]
    links: LinksRead
    deadlines: list[DeadlineRead]
    created_at: datetime


class VisitCreate(SQLModel):
    """What a visit says."""

    held_on: date
    begins: time
    ends: time
    kind: str
    place: str | None = None
    place_text: str | None = None
    present: list[uuid.UUID]
    tasks: list[str]
    topics: str
    arrangements_family: str | None = None
    notes: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "VisitCreate":
        if self.ends <= self.begins:
            raise ValueError("must end after it begins")
        return self


class VisitRead(VisitCreate):
    """A visit note."""

    id: uuid.UUID
    version: int
    case_id: uuid.UUID
    family_id: uuid.UUID
    recorded_on: date
    plan_refs: list[str]
    warnings: list[str]


class TransferCreate(SQLModel):
    """What a transfer says."""

    to_assistant_id: uuid.UUID
    on: date
    reason: str
    requested_by: str
    handover_note: str
    family_informed: bool


class AssignmentRead(SQLModel):
    """An assignment."""

    id: uuid.UUID
    version: int
    case_id: uuid.UUID
    family_id: uuid.UUID
    kind: str
    assistant: PersonRead
    starts_on: date
    ends_on: date | None
    end_reason: str | None
    replaces_id: uuid.UUID | None
    requested_by: str | None
    reason: str | None
    handover_note: str | None
    created_at: datetime


def deadline_read(deadline: Deadline) -> dict[str, Any]:
    """Say also where it stands today."""
    today = date.today()  # noqa: DTZ011
    soon = "due_soon" if deadline.due_on <= today + timedelta(days=14) else "upcoming"
    return deadline.model_dump() | {"standing": "overdue" if deadline.due_on < today else soon}
