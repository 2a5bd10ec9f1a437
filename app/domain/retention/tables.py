"""The rows of holds, and the records of erased files."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.base import FamilyRecord
from app.db.types import TEXT_LIST, belongs_to, term
from app.domain.fields import Day, Line, Paragraph
from app.domain.retention.rules import ErasureGround, HoldReason

# The database itself keeps a file that is held, whatever a query forgets.
_FUNCTION = """CREATE FUNCTION app.refuse_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.legal_hold h WHERE h.centre_id = NEW.centre_id
                  AND h.family_id = NEW.family_id AND h.lifted_on IS NULL) THEN
        RAISE EXCEPTION 'a legal hold keeps this file' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$"""
_TRIGGER = (
    "CREATE TRIGGER refuse_hold AFTER INSERT ON erased_file"
    " FOR EACH ROW EXECUTE FUNCTION app.refuse_hold()"
)


class LegalHoldFields(SQLModel):
    """Which proceeding needs a family's file, and since when."""

    reason: HoldReason = Field(sa_type=term(HoldReason))
    reference: Line = Field(description="Reference of the proceeding")
    set_on: Day


class LiftingFields(SQLModel):
    """When and why a hold ends."""

    lifted_on: Day
    note: Paragraph | None = Field(default=None, description="How the proceeding ended")


class LegalHold(LegalHoldFields, FamilyRecord, table=True):
    """A proceeding that needs a family's file: nothing of it is destroyed while it stands."""

    __tablename__ = "legal_hold"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        CheckConstraint("lifted_on >= set_on", name="period"),
        Index("ix_legal_hold_family", "centre_id", "family_id"),
        Index(
            "ix_legal_hold_standing", "centre_id", "id", postgresql_where=text("lifted_on IS NULL")
        ),
        {"info": {"readers": (), "writers": ()}},
    )

    lifted_on: date | None = None
    note: Paragraph | None = None


class ErasedFile(FamilyRecord, table=True):
    """The record of an erasure: whose file by its id, on what ground, what of it; it stays."""

    __tablename__ = "erased_file"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        belongs_to("request_id", "rights_request"),
        belongs_to("list_id", "destruction_list"),
        CheckConstraint("records >= 0", name="records"),
        Index("erased_file_once", "centre_id", "family_id", unique=True),
        Index("ix_erased_file_request", "centre_id", "request_id"),
        Index("ix_erased_file_list", "centre_id", "list_id"),
        Index("ix_erased_file_day", "centre_id", "erased_on", "id"),
        {
            "info": {
                "append_only": True,
                "readers": (),
                "writers": (),
                "sql": (_FUNCTION, _TRIGGER),
            }
        },
    )

    ground: ErasureGround = Field(sa_type=term(ErasureGround))
    erased_on: date
    case_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    categories: list[str] = Field(sa_type=TEXT_LIST)
    records: int
    request_id: UUID | None = None
    list_id: UUID | None = None
