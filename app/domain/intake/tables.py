"""The rows of signals."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import TEXT_LIST, belongs_to, belongs_to_case, term
from app.domain.fields import Day, Line, Note, YesNo
from app.domain.intake.rules import SignalAnswer, SignalSource


class SignalFields(SQLModel):
    """What the centre learned, when, and from whom."""

    received_on: Day
    source: SignalSource = Field(sa_type=term(SignalSource))
    institution: Line | None = Field(
        default=None, description="Which institution told the centre, where one did"
    )
    urgent: YesNo = Field(
        default=False, description="The interview is due in 2 working days instead of 14 (B2)"
    )
    description: Note


class SignalCheckFields(SQLModel):
    """What was found when another signal was looked into (B2)."""

    checked_on: Day
    how: SignalAnswer
    finding: Note


class Signal(SignalFields, CaseRecord, table=True):
    """A signal: the first one opens its case, further ones have a deadline of their own (B2).

    `warnings` are `SignalWarning` values. When a further one was checked, its deadline says.
    """

    __tablename__ = "signal"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("social_worker_id", "account"),
        Index("ix_signal_case", "centre_id", "case_id", "family_id"),
        Index(
            "signal_one_opens",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("NOT further"),
        ),
        Index("ix_signal_received", "centre_id", "received_on", "id"),
        Index("ix_signal_social_worker", "centre_id", "social_worker_id"),
        {"info": {"listed": True}},
    )

    social_worker_id: UUID
    warnings: list[str] = Field(default=[], sa_type=TEXT_LIST)
    further: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    checked_how: SignalAnswer | None = Field(default=None, sa_type=term(SignalAnswer))
    finding: Note | None = None
