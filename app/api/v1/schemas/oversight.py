"""Shapes of the audit, in the terms of FHIR's AuditEvent."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Label, Out, Word
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import Name, Note
from app.domain.oversight.rules import AuditAction, AuditOutcome, AuditPurpose, UnusualSign


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
