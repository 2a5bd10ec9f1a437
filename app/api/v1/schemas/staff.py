"""Shapes of the people of the centre."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.patches import Patch
from app.api.v1.schemas.base import AllowedActionOut, Out, Resource, WarningOut
from app.domain.actor import Role
from app.domain.fields import Day, Email, Line, Login, Name, Paragraph, Phone, Shape
from app.domain.qualifications.tables import QualificationFields, TrainingFields
from app.domain.staff.rules import EmployerKind, EmploymentForm, StaffState
from app.domain.staff.tables import (
    AccountFields,
    ContactFields,
    DataAuthorisationFields,
    NewStaffFields,
    SuspensionFields,
)
from app.domain.vetting.rules import SuspensionCause
from app.domain.vetting.tables import DeclarationFields, RegisterCheckFields


class StaffIn(Shape, NewStaffFields):
    """Somebody new; the password is the first one, at least 15 characters."""


class StaffPatch(Patch, AccountFields, ContactFields):
    """Changes of name, roles, contact and employment; new roles act at once."""


class QualificationsIn(Shape, QualificationFields):
    """How somebody is qualified; replaces what was written before."""


class DeclarationsIn(Shape, DeclarationFields):
    """What somebody has declared and handed in; replaces what was written before."""


class StaffSuspensionIn(Shape, SuspensionFields):
    """From when (today or earlier) and why somebody is suspended."""


class ReinstatementIn(Shape):
    """From when (today or earlier) and why somebody works again."""

    lifted_on: Day
    reason: Paragraph


class EndOfWorkIn(Shape):
    """The last day of somebody's work (today or earlier), and why it ended."""

    ended_on: Day
    reason: Paragraph


class RegisterCheckIn(Shape, RegisterCheckFields):
    """What a register said, and where the print-out is kept."""


class TrainingIn(Shape, TrainingFields):
    """An entry of the training log."""


class DataAuthorisationIn(Shape, DataAuthorisationFields):
    """A written authorisation with the undertaking of secrecy that was signed before it."""


class AuthorisationEndIn(Shape):
    """The last day on which an authorisation works."""

    ends_on: Day


class StaffSummaryOut(Resource):
    """Somebody in a list."""

    login: Login
    full_name: Name
    roles: list[Role] = Field(max_length=4)
    active: bool
    state: StaffState
    phone: Phone | None
    email: Email | None


class QualificationsOut(Out, QualificationFields):
    """How somebody is qualified."""


class DeclarationsOut(Out, DeclarationFields):
    """What somebody has declared and handed in."""


class StaffOut(StaffSummaryOut):
    """Somebody at the centre: to themselves and to managers."""

    employer_kind: EmployerKind | None
    employer_name: Line | None
    employment_form: EmploymentForm | None
    qualifications: QualificationsOut | None
    declarations: DeclarationsOut | None
    activated_on: date | None
    suspended_from: date | None
    ended_on: date | None
    last_training_on: date | None
    warnings: list[WarningOut] = Field(max_length=10)
    created_at: AwareDatetime
    allowed_actions: list[AllowedActionOut] = Field(max_length=10)


class StaffSuspensionOut(Resource, SuspensionFields):
    """A suspension; `lifted_on` is the first day back at work."""

    account_id: UUID
    cause: SuspensionCause
    lifted_on: date | None
    lifted_reason: Paragraph | None
    created_at: AwareDatetime


class RegisterCheckOut(Resource, RegisterCheckFields):
    """A look into a register."""

    account_id: UUID
    created_at: AwareDatetime


class TrainingOut(Resource, TrainingFields):
    """An entry of the training log."""

    account_id: UUID
    created_at: AwareDatetime


class DataAuthorisationOut(Resource, DataAuthorisationFields):
    """A data authorisation of one person."""

    account_id: UUID
    created_at: AwareDatetime
