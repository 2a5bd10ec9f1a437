"""Shapes of monitoring after the work."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import AllowedActionOut, Resource, Version, WarningOut
from app.api.v1.schemas.cases import PersonRef
from app.domain.cases.rules import CaseState
from app.domain.fields import MAX_ITEMS, Months, Note, Shape
from app.domain.monitoring.tables import CheckFields, MonitoringEndFields


class MonitoringStartIn(Shape):
    """Who will monitor a family whose case was closed without monitoring."""

    assistant_id: UUID | None = Field(
        default=None, description="The last assistant of the family unless said"
    )


class MonitoringTransferIn(Shape):
    """Who monitors the family from today."""

    assistant_id: UUID


class MonitoringCheckIn(Shape, CheckFields):
    """What a check on the family found."""


class MonitoringCheckOut(Resource, CheckFields):
    """One check on a monitored family."""

    case_id: UUID
    family_id: UUID
    checked_by: PersonRef | None
    created_at: AwareDatetime


class MonitoringEndIn(Shape, MonitoringEndFields):
    """How the monitoring ended, and how long the file is kept (K8)."""


class MonitoringOut(Resource):
    """The monitoring of a case; `running` follows the case's own state."""

    case_id: UUID
    family_id: UUID
    case_state: CaseState
    case_version: Version
    running: bool
    assistant: PersonRef
    starts_on: date
    planned_end: date
    interval_months: Months
    ended_on: date | None
    outcome: Note | None
    next_check_on: date | None
    checks: list[MonitoringCheckOut] = Field(max_length=100, description="The latest first")
    warnings: list[WarningOut] = Field(max_length=MAX_ITEMS)
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=MAX_ITEMS)
