"""The rows of places: who has which of their fifteen slots taken when, and by what."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.caseload.rules import Duty

# The key that can't be argued out of: on no day is a slot taken twice (PostgreSQL 18). It is
# checked at the end of a statement, so that one statement may renumber many places. A place that
# was given up before it began has no days and therefore no period.
_PERIOD = (
    "ALTER TABLE place ADD COLUMN period daterange GENERATED ALWAYS AS"
    " (nullif(daterange(starts_on, ends_on), 'empty')) STORED"
)
_KEY = (
    "ALTER TABLE place ADD CONSTRAINT place_taken"
    " UNIQUE (centre_id, worker_id, duty, slot, period WITHOUT OVERLAPS)"
    " DEFERRABLE INITIALLY IMMEDIATE"
)


class Place(Record, table=True):
    """One place of a worker, from a day until before another (None: open).

    `cover_id`: the place is for a family of somebody whom the worker covers on these days (2.5a).
    """

    __tablename__ = "place"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("worker_id", "account"),
        belongs_to("cover_id", "cover"),
        CheckConstraint("slot BETWEEN 1 AND 15", name="slot"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_place_worker", "centre_id", "worker_id", "duty", "ends_on"),
        Index("ix_place_source", "centre_id", "source_id"),
        Index("ix_place_cover", "centre_id", "cover_id"),
        {"info": {"sql": (_PERIOD, _KEY)}},
    )

    worker_id: UUID
    duty: Duty = Field(sa_type=term(Duty))
    slot: int
    starts_on: date
    ends_on: date | None = None
    source_id: UUID
    cover_id: UUID | None = None
