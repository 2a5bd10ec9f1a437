"""Shapes of consents, refusals and withdrawals."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import AllowedActionOut, Out, Resource
from app.domain.consents.rules import ConsentForm, ConsentState
from app.domain.consents.tables import (
    ConsentFields,
    ConsentRefusalFields,
    People,
    RiskAnswerFields,
    WithdrawalFields,
)
from app.domain.families.rules import MAX_MEMBERS
from app.domain.fields import MAX_ITEMS, Line, Paragraph, Shape


class ConsentIn(Shape, ConsentFields):
    """A consent and who signed it."""

    signer_ids: People = Field(description="Members of the family with parental authority")


class ConsentRefusalIn(Shape, ConsentRefusalFields):
    """A refusal of the offer."""


class WithdrawalIn(Shape, WithdrawalFields):
    """A withdrawal, with the review of the risk to the children."""


class RiskAnswerIn(Shape, RiskAnswerFields):
    """What was done about the risk that a withdrawal has found."""


class SignatureOut(Out):
    """One person's signature, and when they took it back."""

    person_id: UUID
    signed_on: date
    withdrawn_on: date | None


class WithdrawalOut(Out):
    """One person's withdrawal."""

    id: UUID
    withdrawn_on: date
    signer_id: UUID
    form: ConsentForm
    reason: Paragraph | None
    risk_to_children: bool
    risk_note: Paragraph | None
    continues_without: bool
    risk_handled: Paragraph | None
    risk_handled_on: date | None
    created_by: UUID | None


class ConsentSummaryOut(Resource):
    """A consent in the history of a case."""

    case_id: UUID
    family_id: UUID
    state: ConsentState
    signed_on: date
    form: ConsentForm
    document_ref: Line | None
    scope: Paragraph
    information_clause_handed: bool
    signatures: list[SignatureOut] = Field(max_length=MAX_MEMBERS)


class ConsentOut(ConsentSummaryOut):
    """A consent with what became of it."""

    withdrawals: list[WithdrawalOut] = Field(max_length=MAX_MEMBERS)
    created_by: UUID | None
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)


class ConsentRefusalOut(Resource, ConsentRefusalFields):
    """A refusal of the offer."""

    case_id: UUID
    family_id: UUID
    created_by: UUID | None
    created_at: AwareDatetime
