"""The rows of attempts: a hash, a number and an instant; old ones are deleted."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from app.db.base import Row
from app.db.types import INSTANT


class Attempt(Row, table=True):
    """How often one key has failed in a row; of no centre that must exist, so that none is told."""

    __tablename__ = "attempt"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_attempt_free_at", "centre_id", "free_at"),
        {"info": {"transient": True}},
    )

    centre_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=64)
    failures: int
    free_at: datetime = Field(sa_type=INSTANT)
