"""The rows of consents, signatures, refusals and withdrawals."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import belongs_to, belongs_to_case, term
from app.domain.consents.rules import ConsentForm, ConsentState
from app.domain.fields import MAX_ITEMS, Day, Line, Paragraph, YesNo

People = Annotated[list[UUID], Bounds(min_length=1, max_length=MAX_ITEMS)]


def _member(column: str) -> ForeignKeyConstraint:
    """Point to a member of this very family."""
    return ForeignKeyConstraint(
        ["centre_id", column, "family_id"], ["person.centre_id", "person.id", "person.family_id"]
    )


class ConsentFields(SQLModel):
    """What the family agreed to, and how."""

    signed_on: Day
    form: ConsentForm = Field(sa_type=term(ConsentForm))
    document_ref: Line | None = Field(
        default=None, description="Reference of the signed document; required when written (A2)"
    )
    scope: Paragraph = Field(description="What the consent is for")
    information_clause_handed: YesNo = Field(
        description="Whether the information on data processing was handed over"
    )


class Consent(ConsentFields, CaseRecord, table=True):
    """A consent; active while at least one of its signatures is.

    `signers_left` counts them, so that each withdrawal is a change of this row and its version.
    """

    __tablename__ = "family_consent"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint("signers_left >= 0", name="signers_left"),
        CheckConstraint("(state = 'active') = (signers_left > 0)", name="active_while_signed"),
        CheckConstraint("form <> 'written' OR document_ref IS NOT NULL", name="document"),
        Index("ix_family_consent_case", "centre_id", "case_id", "family_id"),
        Index("ix_family_consent_history", "centre_id", "case_id", "signed_on", "id"),
    )

    state: ConsentState = Field(default=ConsentState.ACTIVE, sa_type=term(ConsentState))
    signers_left: int


class ConsentSignature(CaseRecord, table=True):
    """One person's signature under a consent, until they withdraw it."""

    __tablename__ = "consent_signature"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("consent_id", "family_consent"),
        _member("person_id"),
        CheckConstraint("withdrawn_on >= signed_on", name="period"),
        Index("ix_consent_signature_case", "centre_id", "case_id", "family_id"),
        Index("ix_consent_signature_person", "centre_id", "person_id", "family_id"),
        Index(
            "consent_signature_once",
            "centre_id",
            "consent_id",
            "person_id",
            unique=True,
        ),
    )

    consent_id: UUID
    person_id: UUID
    signed_on: date
    withdrawn_on: date | None = None


class ConsentRefusalFields(SQLModel):
    """How the family said no, and whether the court must know (I18)."""

    refused_on: Day
    by: People = Field(sa_type=ARRAY(Uuid), description="Members of the family who refused")
    form: ConsentForm = Field(sa_type=term(ConsentForm))
    note: Paragraph
    court_notice_considered: YesNo = Field(
        description="Whether a notice to the guardianship court was considered (I18)"
    )
    court_notice_reason: Paragraph


class ConsentRefusal(ConsentRefusalFields, CaseRecord, table=True):
    """A refusal of the offer."""

    __tablename__ = "consent_refusal"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        Index("ix_consent_refusal_case", "centre_id", "case_id", "family_id"),
    )


class WithdrawalFields(SQLModel):
    """A person takes their consent back; the risk to the children is reviewed each time (2.4)."""

    withdrawn_on: Day
    signer_id: UUID
    form: ConsentForm = Field(sa_type=term(ConsentForm))
    reason: Paragraph | None = None
    risk_to_children: YesNo = Field(description="The mandatory risk review: is there a risk?")
    risk_note: Paragraph | None = Field(default=None, description="Required when there is a risk")
    continues_without: YesNo = Field(
        description="The other parent goes on; this person no longer takes part"
    )


class RiskAnswerFields(SQLModel):
    """What was done about the risk to the children that a withdrawal has found (2.4)."""

    risk_handled: Paragraph = Field(
        description="What was done: notice to the court, form A of the Blue Card, the Police"
    )


class ConsentWithdrawal(WithdrawalFields, CaseRecord, table=True):
    """One person's withdrawal; the risk that it found is open until it is said what was done."""

    __tablename__ = "consent_withdrawal"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("consent_id", "family_consent"),
        _member("signer_id"),
        CheckConstraint("NOT risk_to_children OR risk_note IS NOT NULL", name="risk_described"),
        CheckConstraint("(risk_handled IS NULL) = (risk_handled_on IS NULL)", name="risk_answered"),
        Index("ix_consent_withdrawal_case", "centre_id", "case_id", "family_id"),
        Index("ix_consent_withdrawal_consent", "centre_id", "consent_id"),
        Index("ix_consent_withdrawal_signer", "centre_id", "signer_id", "family_id"),
        Index(
            "ix_consent_withdrawal_open_risk",
            "centre_id",
            "case_id",
            postgresql_where=text("risk_to_children AND risk_handled_on IS NULL"),
        ),
    )

    consent_id: UUID
    risk_handled: Paragraph | None = None
    risk_handled_on: date | None = None
