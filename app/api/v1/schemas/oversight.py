"""Shapes of the audit, in the terms of FHIR's AuditEvent."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Label, Out, Resource, Word
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import Name, Note, Paragraph, Shape
from app.domain.oversight.rules import (
    AuditAction,
    AuditOutcome,
    AuditPurpose,
    SignFinding,
    UnusualSign,
)
from app.domain.oversight.tables import SignReviewFields


class AgentOut(Out):
    """Who did it; null: the product itself."""

    person: PersonRef | None
    on_behalf_of: PersonRef | None


class EntityOut(Out):
    """What it was done to: a kind of record, and its id."""

    type: Word
    id: UUID


class ChangeOut(Out):
    """A field before and after; of a sensitive one only that it changed."""

    field: Word
    before: Note | None
    after: Note | None
    sensitive: bool


class AuditEntryOut(Out):
    """One entry of the audit (FHIR AuditEvent); nobody can change or delete it."""

    id: UUID
    recorded: AwareDatetime
    action: AuditAction
    action_label: Label
    outcome: AuditOutcome
    operation: Word = Field(description="operationId of the request")
    agent: AgentOut
    entity: EntityOut
    purpose_of_event: AuditPurpose
    purpose_label: Label
    changes: list[ChangeOut] = Field(max_length=200)


class UnusualAccessOut(Out):
    """Access of one person on one day that meets a rule; a reason to ask, no accusation."""

    entry_id: UUID = Field(description="The latest of the entries")
    rank: int = Field(ge=1, le=4, description="Orders the signs of one entry")
    sign: UnusualSign
    label: Label
    person: PersonRef
    family_id: UUID | None = Field(description="Null: it is about many families")
    family_surname: Name | None
    times: int = Field(ge=1, le=1_000_000, description="Readings; of many_families: families")
    first_at: AwareDatetime
    last_at: AwareDatetime


class SignReviewIn(Shape, SignReviewFields):
    """What was found about a sign."""


class AccessSignOut(Resource):
    """Access of one person on one day, noted for the manager; a reason to ask, no accusation."""

    sign: UnusualSign
    label: Label
    person: PersonRef
    family_id: UUID | None = Field(description="Null: it is about many families")
    family_surname: Name | None
    day: date
    times: int = Field(ge=1, le=1_000_000, description="Readings; of many_families: families")
    first_at: AwareDatetime
    last_at: AwareDatetime
    reviewed_at: AwareDatetime | None
    reviewed_by: PersonRef | None
    finding: SignFinding | None
    review_note: Paragraph | None
    created_at: AwareDatetime
