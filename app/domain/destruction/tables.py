"""The rows of destruction lists and of the files on them."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.db.base import FamilyRecord, Record
from app.db.types import TEXT_LIST, belongs_to, term
from app.domain.destruction.rules import FileState, LeftOutReason, ListState
from app.domain.fields import Line

Batch = Annotated[int, Bounds(strict=True, ge=1, le=10)]


class ApprovalFields(SQLModel):
    """By what the manager approves a list."""

    consent_ref: Line | None = Field(
        default=None, description="Reference of the State Archive's consent, where it is needed"
    )


class ExecutionFields(SQLModel):
    """How many files are to be destroyed by one call."""

    files: Batch = 5


class DestructionList(Record, table=True):
    """A list of files that may be destroyed; carried out once none of them is left on it."""

    __tablename__ = "destruction_list"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("approved_by", "account"),
        CheckConstraint("(approved_on IS NULL) = (approved_by IS NULL)", name="approved"),
        CheckConstraint(
            "state NOT IN ('approved', 'carried_out') OR approved_on IS NOT NULL", name="approval"
        ),
        CheckConstraint("(state = 'carried_out') = (carried_out_on IS NOT NULL)", name="end"),
        Index("ix_destruction_list_approved_by", "centre_id", "approved_by"),
        {"info": {"readers": (), "writers": ()}},
    )

    state: ListState = Field(default=ListState.PROPOSED, sa_type=term(ListState))
    prepared_on: date
    approved_on: date | None = None
    approved_by: UUID | None = None
    consent_ref: Line | None = None
    carried_out_on: date | None = None


class DestructionFile(FamilyRecord, table=True):
    """One family's file on a list; on one open list at a time."""

    __tablename__ = "destruction_file"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        belongs_to("list_id", "destruction_list"),
        CheckConstraint("(state = 'left_out') = (left_out_because IS NOT NULL)", name="left_out"),
        Index("ix_destruction_file_list", "centre_id", "list_id", "id"),
        Index("ix_destruction_file_family", "centre_id", "family_id"),
        Index(
            "destruction_file_listed_once",
            *("centre_id", "family_id"),
            unique=True,
            postgresql_where=text("state = 'listed'"),
        ),
        {"info": {"readers": (), "writers": ()}},
    )

    list_id: UUID
    categories: list[str] = Field(sa_type=TEXT_LIST)
    retention_until: date
    state: FileState = Field(default=FileState.LISTED, sa_type=term(FileState))
    left_out_because: LeftOutReason | None = Field(default=None, sa_type=term(LeftOutReason))
