"""Shapes of families and their members."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import Out, Resource, SortName, WarningOut, Word
from app.domain.cases.rules import CaseState
from app.domain.families.rules import MAX_MEMBERS, DepartureReason
from app.domain.families.tables import DepartureFields, FamilyFields, PersonFields, SearchFields
from app.domain.fields import Handle, Line, Name, Shape


class FamilySearchIn(Shape, SearchFields):
    """Whom to look for: at least a text, a PESEL or a phone number."""


class CandidateOut(Out):
    """A family that may be the one; outside of your scope only surname and place are told."""

    in_scope: bool
    id: UUID | None = Field(description="Null outside of your scope")
    surname: Name | None
    street: Line | None
    town: Name
    district: Name | None
    ask: Name | None = Field(description="Social worker of the district; null: ask the manager")
    score: float = Field(ge=0, le=1, description="1 is certain")
    matched: list[Word] = Field(max_length=7, description="The fields that are alike")
    handle: Handle = Field(description="Names this one when its file is opened in an emergency")


class FamilySearchOut(Out):
    """What was found, best first; `search_id` lets the same person record a family."""

    search_id: UUID
    candidates: list[CandidateOut] = Field(max_length=50)


class MemberIn(Shape, PersonFields):
    """A member of the family; the date of birth may be left to the PESEL."""


class MemberPatch(Patch, PersonFields):
    """What changes about a member."""


class MemberOut(Resource, PersonFields):
    """A member of the family; one of the two places where a PESEL leaves the database (K1)."""

    family_id: UUID
    left_on: date | None
    left_reason: DepartureReason | None


class DepartureIn(Shape, DepartureFields):
    """When and why somebody ceased to belong to the family."""


class FamilyIn(Shape, FamilyFields):
    """A family to record, after a search of yours that did not find it."""

    search_id: UUID
    members: list[MemberIn] = Field(default=[], max_length=MAX_MEMBERS)


class FamilyPatch(Patch, FamilyFields):
    """What changes about a family."""


class FamilyOut(Resource, FamilyFields):
    """A family with everybody who belongs or belonged to it."""

    district: Name | None
    erased_on: date | None = Field(description="Day on which the file was anonymised")
    created_at: AwareDatetime
    warnings: list[WarningOut] = Field(max_length=10)
    under_legal_hold: bool | None = Field(
        description="Whether a proceeding needs the file: nothing of it may be destroyed, archived"
        " or not. Null: you may not see holds"
    )
    members: list[MemberOut] = Field(max_length=200)


class FamilyHeaderOut(Resource):
    """A family in a list, with its live case; without personal numbers."""

    sort_name: SortName = Field(description="Surname, else street, Polish letters folded")
    surname: Name | None
    street: Line | None
    town: Name
    district_id: UUID | None
    district: Name | None
    case_id: UUID | None
    case_state: CaseState | None


class FamilyCaseOut(Out):
    """One case of a family."""

    id: UUID
    state: CaseState
    opened_on: date
    closed_on: date | None


class FamilyCasesOut(Out):
    """All cases of a family, the latest first."""

    items: list[FamilyCaseOut] = Field(max_length=100)
