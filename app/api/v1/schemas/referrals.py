"""Shapes of applications and decisions."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import MOST_KEPT, AllowedActionOut, Out, Resource
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import MAX_ITEMS, Line, Name, Paragraph, Shape
from app.domain.referrals.rules import (
    DecisionKind,
    RedirectionRoute,
    ReferralState,
    ReferralUrgency,
)
from app.domain.referrals.tables import (
    RedirectionFields,
    ReferralFields,
    RefusalFields,
    ReturnFields,
)


class ReferralIn(Shape, ReferralFields):
    """An application for an assistant."""


class ReferralPatch(Patch, ReferralFields):
    """What changes in an application."""


class ReturnIn(Shape, ReturnFields):
    """A return for completion."""


class RefusalIn(Shape, RefusalFields):
    """A refusal with its reason."""


class RedirectionIn(Shape, RedirectionFields):
    """A redirection to another unit or entity."""


class ReferralDecisionOut(Out):
    """One decision of the manager."""

    id: UUID
    kind: DecisionKind
    decided_on: date
    reason: Paragraph | None
    missing: list[Line] = Field(max_length=MAX_ITEMS)
    route: RedirectionRoute | None
    target: Line | None
    by: PersonRef | None


class ReferralOut(Resource):
    """An application with every decision on it."""

    case_id: UUID
    family_id: UUID
    family_surname: Name | None
    state: ReferralState
    problems: list[Line] = Field(max_length=MAX_ITEMS)
    proposed_scope: Paragraph
    urgency: ReferralUrgency
    other_services: list[Line] = Field(max_length=MAX_ITEMS)
    submitted_on: date | None
    analysis_begun_on: date | None
    decided_on: date | None
    interview_id: UUID | None = Field(description="The case's interview")
    consent_ids: list[UUID] = Field(max_length=MOST_KEPT, description="The consents in force")
    decisions: list[ReferralDecisionOut] = Field(max_length=MOST_KEPT)
    created_by: UUID | None
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)


class ReferralSummaryOut(Resource):
    """An application in a list."""

    case_id: UUID
    family_id: UUID
    family_surname: Name | None
    town: Name
    state: ReferralState
    urgency: ReferralUrgency
    submitted_on: date | None
    decided_on: date | None
    decision_due_on: date | None
