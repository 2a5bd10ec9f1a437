"""The rows of centres and of their dated settings."""

from datetime import time
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import Record, Row
from app.db.types import DOCUMENT, TEXT_LIST, new_id, term
from app.domain.actor import Role
from app.domain.centres.rules import Weekday, WelfareCentreKind
from app.domain.fields import (
    Clock,
    Code,
    Count,
    Day,
    Days,
    Email,
    Line,
    Months,
    Name,
    Phone,
    Shape,
    Teryt,
    YesNo,
)

RetentionYears = Annotated[int, Bounds(strict=True, ge=1, le=100)]
Limit = Annotated[int, Bounds(strict=True, ge=1, le=100)]


class Centre(Row, table=True):
    """A social-welfare centre: public data of an office, the same for everybody."""

    __tablename__ = "centre"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: Code = Field(unique=True)
    name: Line
    kind: WelfareCentreKind = Field(sa_type=term(WelfareCentreKind))
    gmina: Teryt
    address: Line
    phone: Phone
    email: Email


class DutyHours(Shape):
    """When somebody is on duty at the centre (dyżur)."""

    weekday: Weekday
    begins: Clock
    ends: Clock


class CentreSettingsFields(SQLModel):
    """What a centre sets; the defaults are those of the rule book."""

    valid_from: Day
    family_limit: Limit = 15
    coordinator_family_limit: Limit = 15
    monitored_family_limit: Limit = 15
    assessment_months: Months = 6
    goal_review_months: Months = 3
    monthly_report: YesNo = True
    written_consent_required: YesNo = True
    joint_first_visit_required: YesNo = True
    supporting_family_required: YesNo = True
    final_assessment_required: YesNo = True
    contact_count: Count = 1
    contact_period_days: Days = 7
    works_from: Clock = time(8)
    works_to: Clock = time(20)
    working_weekdays: Annotated[list[Weekday], Bounds(min_length=1, max_length=7)] = Field(
        default=list(Weekday)[:5],
        sa_type=TEXT_LIST,
    )
    decision_days: Days = 14
    first_visit_days: Days = 14
    diagnosis_days: Days = 30
    plan_days: Days = 30
    monitoring_interval_months: Months = 3
    monitoring_months: Months = 6
    suspension_review_days: Days = 30
    training_reminder_months: Months = 12
    due_soon_days: Days = 14
    duty_hours: Annotated[list[DutyHours], Bounds(max_length=14)] = Field(
        default=[],
        sa_type=DOCUMENT,
    )
    workers_set_own_cover: YesNo = False
    covered_families_count: YesNo = True
    emergency_access_hours: Annotated[int, Bounds(strict=True, ge=1, le=24)] = 24
    unusual_families_a_day: Count = Field(
        default=40, description="More different families looked at by one person in a day stand out"
    )
    second_factor_roles: Annotated[list[Role], Bounds(max_length=len(Role))] = Field(
        default=[],
        sa_type=TEXT_LIST,
    )
    retention_category: Name | None = Field(
        default=None, description="Category of the centre's JRWA for families' files, say B-10"
    )
    retention_years: RetentionYears | None = Field(
        default=None,
        description="Full calendar years that such a file is kept after the year of its closing;"
        " while unset, no file is ever due by itself (K8)",
    )


class CentreSettings(CentreSettingsFields, Record, table=True):
    """The settings in force from a day until the next row's day."""

    __tablename__ = "centre_settings"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "valid_from", name="centre_settings_one_a_day"),
    )
