"""The rows of cases."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from app.db.base import FamilyRecord
from app.db.types import belongs_to, term
from app.domain.cases.rules import CaseBasis, CaseState, HandoverReason

_ENDED = "state NOT IN ('no_need', 'refused', 'redirected', 'archived')"


class Case(FamilyRecord, table=True):
    """One episode of work with a family; its state moves only by `cases.service.advance`."""

    __tablename__ = "family_case"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        belongs_to("social_worker_id", "account"),
        belongs_to("previous_case_id", "family_case"),
        UniqueConstraint("centre_id", "id", "family_id", name="uq_family_case_family"),
        Index(
            "family_case_one_live",
            "centre_id",
            "family_id",
            unique=True,
            postgresql_where=text(_ENDED),
        ),
        Index("ix_family_case_family", "centre_id", "family_id", "id"),
        Index("ix_family_case_state", "centre_id", "state", "id"),
        Index("ix_family_case_social_worker", "centre_id", "social_worker_id", "id"),
        Index("ix_family_case_previous", "centre_id", "previous_case_id"),
        {"info": {"listed": True}},
    )

    state: CaseState = Field(sa_type=term(CaseState))
    basis: CaseBasis = Field(
        default=CaseBasis.CONSENT,
        sa_type=term(CaseBasis),
    )
    opened_on: date
    social_worker_id: UUID
    previous_case_id: UUID | None = None
    consent_withdrawn_on: date | None = None
    work_started_on: date | None = None
    closed_on: date | None = None
    handover_reason: HandoverReason | None = Field(
        default=None,
        sa_type=term(HandoverReason),
        description="Why the present social worker has the case; null: since its signal",
    )
