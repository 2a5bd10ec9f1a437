"""Shapes of destruction lists and of the files on them."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import MOST_KEPT, AllowedActionOut, Resource, Total
from app.api.v1.schemas.cases import PersonRef
from app.domain.destruction.rules import FileState, LeftOutReason, ListState
from app.domain.destruction.tables import ApprovalFields, ExecutionFields
from app.domain.fields import Line, Name, Shape


class ListApprovalIn(Shape, ApprovalFields):
    """The approval of a destruction list."""


class ListExecutionIn(Shape, ExecutionFields):
    """How many files of the list to destroy now."""


class DestructionListHeaderOut(Resource):
    """A destruction list, and once carried out the record of the destruction: it names nobody."""

    state: ListState
    prepared_on: date
    approved_on: date | None
    approved_by: PersonRef | None
    consent_ref: Line | None
    carried_out_on: date | None
    files: Total = Field(description="How many files were put on the list")
    files_left: Total = Field(description="How many are still to be destroyed")
    files_erased: Total
    files_left_out: Total
    created_at: AwareDatetime


class DestructionListOut(DestructionListHeaderOut):
    """A destruction list with what can be done about it."""

    allowed_actions: list[AllowedActionOut] = Field(max_length=3)


class DestructionFileOut(Resource):
    """A family's file on a list."""

    family_id: UUID
    family_surname: Name | None
    categories: list[Name] = Field(max_length=MOST_KEPT)
    retention_until: date = Field(description="First day on which it need not be kept")
    state: FileState
    left_out_because: LeftOutReason | None
    erased_file_id: UUID | None = Field(description="The record of its erasure")
