"""Shapes of signals."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Resource, WarningOut
from app.api.v1.schemas.cases import PersonRef
from app.domain.cases.rules import CaseState
from app.domain.fields import Line, Name, Note, Shape
from app.domain.intake.rules import SignalAnswer, SignalSource
from app.domain.intake.tables import SignalCheckFields, SignalFields


class SignalIn(Shape, SignalFields):
    """A signal on a family; it opens the family's case."""

    family_id: UUID
    social_worker_id: UUID | None = Field(
        default=None, description="Who takes the case; left out: you, or the district's worker"
    )
    previous_case_id: UUID | None = Field(
        default=None, description="The case in monitoring after which this is a relapse"
    )


class FurtherSignalIn(Shape, SignalFields):
    """Another signal on a family that has a case."""


class SignalCheckIn(Shape, SignalCheckFields):
    """What was found when another signal was looked into."""


class SignalSummaryOut(Resource):
    """A signal in a list."""

    case_id: UUID
    family_id: UUID
    family_surname: Name | None
    case_state: CaseState
    received_on: date
    source: SignalSource
    institution: Line | None
    urgent: bool
    social_worker: PersonRef
    interview_due_on: date | None = Field(
        description="Until when an interview, or another check of a further signal, is due (B2)"
    )
    further: bool = Field(description="Whether the family had a case when this came")
    checked_on: date | None = Field(
        description="When the interview was made, or the signal checked"
    )


class SignalOut(SignalSummaryOut):
    """A signal with what the centre learned."""

    description: Note
    checked_how: SignalAnswer | None = Field(description="null: by an interview or not yet")
    finding: Note | None
    previous_case_id: UUID | None
    warnings: list[WarningOut] = Field(max_length=5)
    created_by: UUID | None
    created_at: AwareDatetime
