"""The rows about the people of the centre; a profile shares its id with the account."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from app.db.base import Record
from app.db.types import belongs_to
from app.domain.fields import Day, Line


class DataAuthorisationFields(SQLModel):
    """A written authorisation to process data and the undertaking of secrecy (art. 7(4) UWR)."""

    number: Line
    valid_from: Day
    valid_to: Day | None = None
    undertaking_signed_on: Day


class DataAuthorisation(DataAuthorisationFields, Record, table=True):
    """The authorisation of one person; `app.enter` asks for one in force on every request (K3)."""

    __tablename__ = "data_authorisation"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("undertaking_signed_on <= valid_from", name="undertaking_first"),
        Index("ix_data_authorisation_account", "centre_id", "account_id"),
    )

    account_id: UUID
    valid_to: date | None = None
