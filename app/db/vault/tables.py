"""The keys of the centres, wrapped by the master key."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from app.db.base import Record
from app.db.types import INSTANT


class CentreKey(Record, table=True):
    """A data key of a centre, or the key of its blind indexes (number 0).

    `wrapped` is empty once the key is destroyed: what it sealed can't be read from here again.
    """

    __tablename__ = "centre_key"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "number"),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
        {"info": {"of_the_system": True}},
    )

    number: int
    wrapped: str | None = None
    destroyed_at: datetime | None = Field(default=None, sa_type=INSTANT)
