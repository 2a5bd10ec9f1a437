"""The rows of second factors and recovery codes."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.db.base import Record
from app.db.types import INSTANT, belongs_to
from app.domain.fields import Secret


class SecondFactor(Record, table=True):
    """Somebody's TOTP secret, sealed; it counts once confirmed, and a step is used once."""

    __tablename__ = "second_factor"
    __table_args__: ClassVar[tuple[Any, ...]] = (belongs_to("id", "account"),)

    secret: Secret
    confirmed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    last_step: int = 0


class RecoveryCode(Record, table=True):
    """A code that stands in for the phone once; stored as its hash."""

    __tablename__ = "recovery_code"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        UniqueConstraint("centre_id", "code_hash", name="uq_recovery_code_hash"),
        Index("ix_recovery_code_account", "centre_id", "account_id"),
    )

    account_id: UUID
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
