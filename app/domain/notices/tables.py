"""The rows of notices and of their handing over."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.db.base import FamilyRecord, Record
from app.db.types import belongs_to, term
from app.domain.fields import WRITTEN, Day, Line
from app.domain.notices.rules import HandingForm

# Public: the centre hands it to everybody, so it is not sealed.
Clause = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=WRITTEN),
]


class DataNoticeFields(SQLModel):
    """What the centre tells persons about the processing of their data (art. 13 and 14 RODO)."""

    controller: Line = Field(description="Who the controller is, with the address")
    officer: Line = Field(description="How the data protection officer is reached")
    purposes: Clause
    legal_basis: Clause
    retention: Clause = Field(description="How long the data are kept")
    recipients: Clause
    rights: Clause = Field(description="Rights of the person, complaint included")


class DataNotice(DataNoticeFields, Record, table=True):
    """One version of the centre's notice; it never changes."""

    __tablename__ = "data_notice"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "version_no", name="data_notice_version"),
        {"info": {"append_only": True}},
    )

    version_no: int
    published_on: date


class HandingFields(SQLModel):
    """Which notice was handed to a person, when and how."""

    notice_id: UUID
    handed_on: Day
    form: HandingForm = Field(sa_type=term(HandingForm))


class NoticeHanding(HandingFields, FamilyRecord, table=True):
    """The handing of a notice to a member of a family."""

    __tablename__ = "notice_handing"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("notice_id", "data_notice"),
        ForeignKeyConstraint(
            ["centre_id", "person_id", "family_id"],
            ["person.centre_id", "person.id", "person.family_id"],
        ),
        Index("ix_notice_handing_family", "centre_id", "family_id", "id"),
        Index("ix_notice_handing_person", "centre_id", "person_id", "family_id"),
        Index("ix_notice_handing_notice", "centre_id", "notice_id"),
        {"info": {"append_only": True}},
    )

    person_id: UUID
