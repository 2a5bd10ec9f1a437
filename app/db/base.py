"""The base of every row: its centre, id, author, instant and version."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import MetaData, text
from sqlmodel import Field, SQLModel

from app.db.types import INSTANT, new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata() -> MetaData:
    """Return the one catalogue of tables."""
    return SQLModel.metadata


class Row(SQLModel):
    """A row that is no record: the centre itself, the audit, kept answers.

    Its tables get the names above as well, because this module is read before they are declared.
    """

    model_config = {"defer_build": True}  # nothing is read or written by a table's own shape


class Record(SQLModel):
    """A row of one centre.

    The centre is filled in when the row is added, author and instant by the database, and a
    trigger raises `version` with every update: the strong ETag of the resource (RFC 9110 §8.8).
    """

    model_config = {"defer_build": True}
    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": False}

    centre_id: UUID = Field(default=None, primary_key=True, foreign_key="centre.id")
    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(
        default=None,
        sa_type=INSTANT,
        sa_column_kwargs={"server_default": text("now()")},
    )
    created_by: UUID | None = Field(
        default=None, sa_column_kwargs={"server_default": text("app.account()")}
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class FamilyRecord(Record):
    """A row about a family: row security shows it to those who may see the family."""

    family_id: UUID


class CaseRecord(FamilyRecord):
    """A row of one case (episode) of a family."""

    case_id: UUID
