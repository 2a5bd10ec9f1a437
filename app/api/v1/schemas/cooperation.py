"""Shapes of the first visit and of the rules of cooperation."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from app.api.v1.schemas.base import Resource, Version
from app.domain.cooperation.tables import CooperationRules, FirstVisitFields
from app.domain.fields import Day, Line, Paragraph, Shape


class CooperationRulesIn(Shape, CooperationRules):
    """What both sides agree on at the first visit."""


class FirstVisitIn(Shape, FirstVisitFields):
    """The first visit, with the rules of cooperation that were discussed and agreed."""

    cooperation_rules: CooperationRulesIn


class CooperationAgreementIn(Shape, CooperationRules):
    """A later version of the rules of cooperation, as a whole."""

    agreed_on: Day


class CooperationAgreementOut(Resource):
    """One version of the rules of cooperation; the highest number is in force."""

    case_id: UUID
    family_id: UUID
    version_no: Version
    agreed_on: date
    visit_id: UUID | None
    meeting_frequency: Line
    meeting_place: Line
    duties_of_family: Paragraph
    duties_of_assistant: Paragraph
    cancelling: Paragraph
    duration: Line | None
    created_at: AwareDatetime
