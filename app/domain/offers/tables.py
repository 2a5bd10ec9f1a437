"""The rows of offers."""

from typing import Annotated, Any, ClassVar

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import TEXT_LIST, belongs_to_case
from app.domain.fields import Day, Line, Note, YesNo
from app.domain.offers.rules import SupportSource, WorkForm

Forms = Annotated[list[WorkForm], Bounds(min_length=1, max_length=len(WorkForm))]
Support = Annotated[list[SupportSource], Bounds(max_length=len(SupportSource))]


class OfferFields(SQLModel):
    """What was offered to the family, and with what in hand."""

    presented_on: Day
    forms: Forms = Field(sa_type=TEXT_LIST)
    other_form: Line | None = Field(default=None, description="Names the form “other” (A6)")
    support: Support = Field(default=[], sa_type=TEXT_LIST)
    description: Note
    materials_handed: YesNo = Field(description="Whether the family got it in writing")


class Offer(OfferFields, CaseRecord, table=True):
    """An offer of help, as it was presented."""

    __tablename__ = "offer"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        CheckConstraint(
            "('other' = ANY (forms)) = (other_form IS NOT NULL)", name="other_form_named"
        ),
        Index("ix_offer_case", "centre_id", "case_id", "family_id"),
        {"info": {"append_only": True}},
    )
