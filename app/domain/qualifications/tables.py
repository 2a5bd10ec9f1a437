"""The rows of training; the fields of a qualification, which a profile holds."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.fields import Count, Day, Line, YesNo
from app.domain.qualifications.rules import DegreeField, QualificationPath, TrainingKind


class QualificationFields(SQLModel):
    """By which path somebody is qualified, and where the documents are."""

    qualification_path: QualificationPath
    degree_field: DegreeField | None = Field(default=None, description="None: no degree")
    diploma_ref: Line = Field(description="Where the diploma or certificate is kept")
    training_hours: Count = Field(default=0, description="Teaching hours of the assistant training")
    training_ref: Line | None = None
    postgraduate: YesNo = Field(default=False, description="Studies with the training's scope")
    experience_months: Count = Field(
        default=0, description="Documented months of work with children or families"
    )


class TrainingFields(SQLModel):
    """Something that raised somebody's qualifications (art. 12(2) UWR)."""

    kind: TrainingKind = Field(sa_type=term(TrainingKind))
    subject: Line
    held_on: Day = Field(description="The last day of it")
    hours: Count
    certificate_ref: Line | None = None


class StaffTraining(TrainingFields, Record, table=True):
    """An entry of the training log."""

    __tablename__ = "staff_training"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        Index("ix_staff_training_account", "centre_id", "account_id", "held_on"),
    )

    account_id: UUID
