"""The second peer's tables: SQLModel with relationships, on the product's own tables."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, DateTime, FetchedValue, Text, Uuid
from sqlmodel import Field, Relationship, SQLModel


class Row(SQLModel):
    """What every table has."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    centre_id: uuid.UUID
    created_at: datetime = Field(
        default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True)
    )
    created_by: uuid.UUID | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_onupdate": FetchedValue()})


class Account(Row, table=True):
    """Somebody of the centre."""

    __tablename__ = "account"
    full_name: str
    roles: list[str] = Field(sa_column=Column(ARRAY(Text)))
    active: bool


class Family(Row, table=True):
    """A family."""

    __tablename__ = "family"
    surname: str | None = None
    town: str


class Person(Row, table=True):
    """A member of a family."""

    __tablename__ = "person"
    family_id: uuid.UUID = Field(foreign_key="family.id")
    left_on: date | None = None


class Case(Row, table=True):
    """A case."""

    __tablename__ = "family_case"
    family_id: uuid.UUID = Field(foreign_key="family.id")
    state: str
    basis: str
    opened_on: date
    social_worker_id: uuid.UUID = Field(foreign_key="account.id")
    previous_case_id: uuid.UUID | None = None
    consent_withdrawn_on: date | None = None
    work_started_on: date | None = None
    closed_on: date | None = None
    family: Family = Relationship()
    social_worker: Account = Relationship()
    assignments: list["Assignment"] = Relationship(back_populates="case")
    deadlines: list["Deadline"] = Relationship(back_populates="case")
    signals: list["Signal"] = Relationship()
    interviews: list["Interview"] = Relationship()
    offers: list["Offer"] = Relationship()
    consents: list["Consent"] = Relationship()
    referrals: list["Referral"] = Relationship()
    visits: list["Visit"] = Relationship()
    diagnoses: list["Diagnosis"] = Relationship()
    plans: list["Plan"] = Relationship()
    assessments: list["Assessment"] = Relationship()
    motions: list["Motion"] = Relationship()
    monitorings: list["Monitoring"] = Relationship()
    signatures: list["Signature"] = Relationship()


class OfCase(Row):
    """A row of a case."""

    case_id: uuid.UUID = Field(foreign_key="family_case.id")


class Assignment(OfCase, table=True):
    """Who assists."""

    __tablename__ = "assignment"
    family_id: uuid.UUID
    assistant_id: uuid.UUID = Field(foreign_key="account.id")
    kind: str = "primary"
    starts_on: date
    ends_on: date | None = None
    end_reason: str | None = None
    replaces_id: uuid.UUID | None = None
    reason: str | None = None
    requested_by: str | None = None
    handover_note: str | None = None
    case: Case = Relationship(back_populates="assignments")
    assistant: Account = Relationship()


class Deadline(OfCase, table=True):
    """A due date."""

    __tablename__ = "deadline"
    family_id: uuid.UUID = Field(foreign_key="family.id")
    kind: str
    subject_id: uuid.UUID
    started_on: date
    due_on: date
    settled_on: date | None = None
    dropped_on: date | None = None
    pauses: list[dict[str, Any]] = Field(sa_column=Column(JSON))
    case: Case = Relationship(back_populates="deadlines")
    family: Family = Relationship()


class Grant(Row, table=True):
    """A right to a family."""

    __tablename__ = "access_grant"
    account_id: uuid.UUID = Field(foreign_key="account.id")
    family_id: uuid.UUID
    reason: str
    source_id: uuid.UUID
    valid_from: date
    valid_to: date | None = None
    account: Account = Relationship()


class Place(Row, table=True):
    """A place in a caseload."""

    __tablename__ = "place"
    worker_id: uuid.UUID
    duty: str = "assistance"
    slot: int
    starts_on: date
    ends_on: date | None = None
    source_id: uuid.UUID


class Signature(OfCase, table=True):
    """A signature under a consent."""

    __tablename__ = "consent_signature"
    person_id: uuid.UUID
    withdrawn_on: date | None = None


class Visit(OfCase, table=True):
    """A visit note."""

    __tablename__ = "visit"
    family_id: uuid.UUID
    held_on: date
    begins: time
    ends: time
    kind: str
    place: str | None = None
    place_text: str | None = None
    present: list[uuid.UUID] = Field(sa_column=Column(ARRAY(Uuid)))
    tasks: list[str] = Field(sa_column=Column(ARRAY(Text)))
    topics: str | None = None
    arrangements_family: str | None = None
    plan_refs: list[str] = Field(default=[], sa_column=Column(ARRAY(Text)))
    notes: str | None = None
    recorded_on: date
    warnings: list[str] = Field(default=[], sa_column=Column(ARRAY(Text)))


class Event(OfCase, table=True):
    """What happened."""

    __tablename__ = "event"
    type: str
    family_id: uuid.UUID
    subject_id: uuid.UUID
    on_date: date


class Signal(OfCase, table=True):
    """A signal."""

    __tablename__ = "signal"


class Interview(OfCase, table=True):
    """An interview."""

    __tablename__ = "interview"


class Offer(OfCase, table=True):
    """An offer."""

    __tablename__ = "offer"


class Consent(OfCase, table=True):
    """A consent."""

    __tablename__ = "family_consent"


class Referral(OfCase, table=True):
    """An application."""

    __tablename__ = "referral"


class Diagnosis(OfCase, table=True):
    """A diagnosis."""

    __tablename__ = "diagnosis"


class Plan(OfCase, table=True):
    """A plan."""

    __tablename__ = "work_plan"
    state: str


class Assessment(OfCase, table=True):
    """An assessment."""

    __tablename__ = "assessment"


class Motion(OfCase, table=True):
    """A motion."""

    __tablename__ = "motion"
    state: str


class Monitoring(OfCase, table=True):
    """A monitoring."""

    __tablename__ = "monitoring"
