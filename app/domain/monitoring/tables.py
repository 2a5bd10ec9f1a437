"""The rows of monitoring and its checks."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import TEXT_LIST, belongs_to, belongs_to_case, term
from app.domain.fields import Day, Name, Note
from app.domain.monitoring.rules import CheckMode, MonitoringRisk


class Monitoring(CaseRecord, table=True):
    """The monitoring of one case; whether it still runs is said by the case's state.

    `warnings` are codes of rules (C14); `interval_months` is the setting at the start.
    """

    __tablename__ = "monitoring"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("assistant_id", "account"),
        CheckConstraint("planned_end > starts_on", name="period"),
        CheckConstraint("ended_on >= starts_on", name="ended"),
        CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", name="outcome"),
        Index("monitoring_one_a_case", "centre_id", "case_id", "family_id", unique=True),
        Index("ix_monitoring_assistant", "centre_id", "assistant_id"),
    )

    assistant_id: UUID
    starts_on: date
    planned_end: date
    interval_months: int
    ended_on: date | None = None
    outcome: Note | None = None
    warnings: list[str] = Field(default=[], sa_type=TEXT_LIST)


class CheckFields(SQLModel):
    """What a check on the family found."""

    checked_on: Day
    mode: CheckMode = Field(sa_type=term(CheckMode))
    situation: Note
    risk: MonitoringRisk = Field(sa_type=term(MonitoringRisk))
    next_on: Day | None = Field(
        default=None, description="When to check next; without it the centre's interval holds"
    )


class MonitoringCheck(CheckFields, CaseRecord, table=True):
    """One check on a monitored family."""

    __tablename__ = "monitoring_check"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("monitoring_id", "monitoring"),
        CheckConstraint("next_on > checked_on", name="next"),
        Index("ix_monitoring_check_case", "centre_id", "case_id", "family_id"),
        Index("ix_monitoring_check_monitoring", "centre_id", "monitoring_id", "checked_on"),
        Index(
            "ix_monitoring_check_serious",
            "centre_id",
            "case_id",
            postgresql_where=text("risk = 'serious'"),
        ),
        {"info": {"append_only": True}},
    )

    monitoring_id: UUID


class MonitoringEndFields(SQLModel):
    """How the monitoring ended, and how long the file is kept (JRWA, K8)."""

    ended_on: Day
    outcome: Note
    retention_category: Name | None = Field(
        default=None,
        description="Code of the JRWA, for example B-10 or BE-5; where it is not said, the centre's"
        " settings give it",
    )
    retention_until: Day | None = None
