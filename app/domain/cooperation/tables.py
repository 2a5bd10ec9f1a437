"""The rows of the rules of cooperation (zasady współpracy)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import belongs_to, belongs_to_case
from app.domain.fields import Line, Paragraph, YesNo
from app.domain.visits.tables import VisitFields


class CooperationRules(SQLModel):
    """What the family and its assistant agree on."""

    meeting_frequency: Line
    meeting_place: Line
    duties_of_family: Paragraph
    duties_of_assistant: Paragraph
    cancelling: Paragraph = Field(description="How either side cancels a visit")
    duration: Line | None = Field(default=None, description="For how long, where the family says")


class FirstVisitFields(VisitFields):
    """The first visit: with the social worker who was there, and the rules that were agreed."""

    social_worker_id: UUID | None = Field(
        default=None, description="Who was there; required where the centre's first visit is joint"
    )
    rules_discussed: YesNo
    cooperation_rules: CooperationRules


class CooperationAgreement(CooperationRules, CaseRecord, table=True):
    """One version of the rules of cooperation; a later one replaces it, none is ever changed."""

    __tablename__ = "cooperation_agreement"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("visit_id", "visit"),
        UniqueConstraint("centre_id", "case_id", "version_no", name="cooperation_one_version"),
        CheckConstraint("version_no > 0", name="counted"),
        Index("ix_cooperation_agreement_case", "centre_id", "case_id", "family_id"),
        Index("ix_cooperation_agreement_visit", "centre_id", "visit_id"),
        {"info": {"append_only": True}},
    )

    version_no: int
    agreed_on: date
    visit_id: UUID | None = None
