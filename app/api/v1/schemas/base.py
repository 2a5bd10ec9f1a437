"""Bases of the shapes that leave the building, and the kinds of value that only leave.

What people fill in has its type in `app.domain.fields` or beside its table, in answers too; here
are the kinds that the product itself makes up: codes, counts, cursors.
"""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints
from sqlmodel import SQLModel

from app.domain.fields import ONE_LINE, Line

T = TypeVar("T")

# A word of ours in snake_case: an action, a field, an operation.
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
# A rule's id (`C12`, `2.4`), or the kind of a refusal that stands on no rule.
RuleCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.]*$", max_length=80)]
# Folding may make several letters of one.
SortName = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=3_000)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=4_000)]
Version = Annotated[int, Field(ge=1, le=999_999_999)]
Total = Annotated[int, Field(ge=0, le=1_000_000)]

# What one case gathers over the years, and what the product names: more than there ever is.
MOST_KEPT = 1_000
MOST_NAMED = 1_000


class Out(SQLModel):
    """A response shape: written by hand, because what leaves the building is a decision.

    It is built with the contract, not at the start: the database makes what is served.
    """

    model_config = {
        "extra": "forbid",
        "json_schema_serialization_defaults_required": True,
        "defer_build": True,
    }


class Resource(Out):
    """A response shape with identity and version (the ETag's number)."""

    id: UUID
    version: Version


class Label(Out):
    """A text in both languages."""

    pl: Line
    en: Line


class AllowedActionOut(Out):
    """An action that the present state knows: whether you may do it now, and if not, why."""

    action: Word
    label: Label
    allowed: bool
    rule: RuleCode
    legal_basis: Line
    reason: Label | None


class WarningOut(Out):
    """Something that a rule asks you to look at; it never blocks."""

    rule: RuleCode
    legal_basis: Line
    text: Label


class PageOut(BaseModel, Generic[T]):
    """One page of a list; pass `next_cursor` to get the following one.

    Not an `Out`: SQLModel forgets what stands for T, and every item would pass as anything.
    """

    model_config = {"extra": "forbid", "defer_build": True}

    items: list[T] = Field(max_length=100)
    next_cursor: Cursor | None
