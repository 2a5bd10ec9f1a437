"""Bases of the shapes that leave the building."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlmodel import SQLModel

T = TypeVar("T")


class Out(SQLModel):
    """A response shape: written by hand, because what leaves the building is a decision."""

    model_config = {"extra": "forbid", "json_schema_serialization_defaults_required": True}


class Resource(Out):
    """A response shape with identity and version (the ETag's number)."""

    id: UUID
    version: int = Field(ge=1)


class Label(Out):
    """A text in both languages."""

    pl: str
    en: str


class AllowedActionOut(Out):
    """An action that the present state knows: whether you may do it now, and if not, why."""

    action: str
    label: Label
    allowed: bool
    rule: str
    legal_basis: str
    reason: Label | None


class WarningOut(Out):
    """Something that a rule asks you to look at; it never blocks."""

    rule: str
    legal_basis: str
    text: Label


class PageOut(BaseModel, Generic[T]):
    """One page of a list; pass `next_cursor` to get the following one.

    Not an `Out`: SQLModel forgets what stands for T, and every item would pass as anything.
    """

    model_config = {"extra": "forbid"}

    items: list[T] = Field(max_length=100)
    next_cursor: str | None
