"""The rows of districts (rejony) and of who serves them."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import belongs_to
from app.domain.fields import Day, Line, Name


class DistrictFields(SQLModel):
    """A district: the part of the gmina that a team of social workers serves."""

    name: Name
    address: Line | None = None


class District(DistrictFields, Record, table=True):
    """A district of the centre."""

    __tablename__ = "district"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "name", name="district_name_taken"),
    )


class DistrictWorkerFields(SQLModel):
    """A social worker's service in a district, from a day until before another."""

    account_id: UUID
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="The first day without the service")


# Nobody serves one district twice on the same day.
_ONCE = (
    "ALTER TABLE district_worker ADD CONSTRAINT district_worker_once EXCLUDE USING gist"
    " (centre_id WITH =, district_id WITH =, account_id WITH =,"
    " daterange(valid_from, valid_to) WITH &&)"
)


class DistrictWorker(DistrictWorkerFields, Record, table=True):
    """Who serves a district when; row security reads it (K11, B12)."""

    __tablename__ = "district_worker"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("district_id", "district"),
        belongs_to("account_id", "account"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        Index("ix_district_worker_district", "centre_id", "district_id"),
        Index("ix_district_worker_person", "centre_id", "account_id"),
        {"info": {"sql": (_ONCE,)}},
    )

    district_id: UUID
    valid_to: date | None = None
