"""The rows of deadlines."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, belongs_to_case, term
from app.domain.deadlines.rules import DeadlineKind


class Deadline(CaseRecord, table=True):
    """One due date; settled when what was due is done, dropped when it no longer applies.

    `subject_id` is what is due (a plan's action, a suspension …) or the case itself; `pauses` are
    periods that were added to the due date: `{from, to, days, reason}`.
    """

    __tablename__ = "deadline"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        Index("ix_deadline_case", "centre_id", "case_id", "family_id"),
        Index(
            "ix_deadline_open",
            "centre_id",
            "due_on",
            "id",
            postgresql_include=["kind", "family_id"],  # a centre's overdue ones are counted from it
            postgresql_where=text("settled_on IS NULL AND dropped_on IS NULL"),
        ),
        Index(
            "deadline_one_open",
            "centre_id",
            "case_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("settled_on IS NULL AND dropped_on IS NULL"),
        ),
        {"info": {"listed": True}},
    )

    kind: DeadlineKind = Field(sa_type=term(DeadlineKind))
    subject_id: UUID
    started_on: date
    due_on: date
    settled_on: date | None = None
    dropped_on: date | None = None
    pauses: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
