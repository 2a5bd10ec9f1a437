"""The rows of applications and of the manager's decisions."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import TEXT_LIST, belongs_to, belongs_to_case, term
from app.domain.fields import MAX_ITEMS, Line, Paragraph, Remark
from app.domain.referrals.rules import DecisionKind, RedirectionRoute, ReferralUrgency

Lines = Annotated[list[Remark], Bounds(max_length=MAX_ITEMS)]


class ReferralFields(SQLModel):
    """What the social worker states to the manager."""

    problems: Annotated[list[Remark], Bounds(min_length=1, max_length=MAX_ITEMS)] = Field(
        sa_type=TEXT_LIST, description="Care and upbringing problems that the diagnosis found"
    )
    proposed_scope: Paragraph = Field(description="What the assistant should work on")
    urgency: ReferralUrgency = Field(
        default=ReferralUrgency.ORDINARY, sa_type=term(ReferralUrgency)
    )
    other_services: Lines = Field(
        default=[], sa_type=TEXT_LIST, description="Who else works with the family"
    )


class Referral(ReferralFields, CaseRecord, table=True):
    """An application; its state follows from the case, these are the days of its way."""

    __tablename__ = "referral"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        UniqueConstraint("centre_id", "case_id", name="referral_one_per_case"),
        CheckConstraint("cardinality(problems) > 0", name="problems"),
        Index("ix_referral_case", "centre_id", "case_id", "family_id"),
    )

    submitted_on: date | None = None
    analysis_begun_on: date | None = None
    decided_on: date | None = None


class ReturnFields(SQLModel):
    """Why an application goes back, and what is missing."""

    reason: Paragraph | None = Field(default=None, description="Required (B8)")
    missing: Lines = Field(default=[], sa_type=TEXT_LIST, description="What is to be completed")


class RefusalFields(SQLModel):
    """Why no assistant is assigned."""

    reason: Paragraph | None = Field(default=None, description="Required (B8)")


class RedirectionFields(SQLModel):
    """Whom the manager asks instead (art. 11(4)(2) and (3))."""

    route: RedirectionRoute
    target: Line = Field(description="The unit or entity that is asked")
    reason: Paragraph | None = Field(default=None, description="Required (B8)")


class ReferralDecision(CaseRecord, table=True):
    """One decision of the manager; all of them stay, so the whole record shows."""

    __tablename__ = "referral_decision"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("referral_id", "referral"),
        CheckConstraint("kind = 'accepted' OR reason IS NOT NULL", name="reason"),
        CheckConstraint(
            "(kind = 'redirected') = (route IS NOT NULL AND target IS NOT NULL)", name="route"
        ),
        Index("ix_referral_decision_case", "centre_id", "case_id", "family_id"),
        Index("ix_referral_decision_referral", "centre_id", "referral_id", "id"),
        {"info": {"append_only": True}},
    )

    referral_id: UUID
    kind: DecisionKind = Field(sa_type=term(DecisionKind))
    decided_on: date
    reason: Paragraph | None = None
    missing: list[Remark] = Field(default=[], sa_type=TEXT_LIST)
    route: RedirectionRoute | None = Field(default=None, sa_type=term(RedirectionRoute))
    target: str | None = Field(default=None, max_length=300)
