"""The rows about the people of the centre; a profile shares its id with the account."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import TEXT_LIST, belongs_to, term
from app.domain.actor import Role
from app.domain.fields import Day, Email, Line, Login, Name, NewPassword, Paragraph, Phone
from app.domain.qualifications.rules import DegreeField, QualificationPath
from app.domain.staff.rules import EmployerKind, EmploymentForm, StaffState
from app.domain.vetting.rules import MaintenanceDuty, SuspensionCause

Roles = Annotated[list[Role], Bounds(min_length=1, max_length=4)]


class AccountFields(SQLModel):
    """Who somebody is and what they do here."""

    full_name: Name
    roles: Roles


class ContactFields(SQLModel):
    """How to reach somebody, who employs them, on what contract (art. 17 UWR)."""

    phone: Phone | None = None
    email: Email | None = None
    employer_kind: EmployerKind | None = Field(default=None, sa_type=term(EmployerKind))
    employer_name: Line | None = Field(default=None, description="The unit, or the entity")
    employment_form: EmploymentForm | None = Field(default=None, sa_type=term(EmploymentForm))


class NewStaffFields(AccountFields, ContactFields):
    """Somebody new at the centre; the password is hashed at once and never shown.

    Better leave it out: nothing opens the account then until a reset's token lets its person set a
    password that nobody else has known. An administrator leaves it out for who sees families
    (S4.2).
    """

    login: Login
    password: NewPassword | None = None


class StaffProfile(ContactFields, Record, table=True):
    """Somebody's work at the centre; name and roles are on the account with the same id."""

    __tablename__ = "staff_profile"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("id", "account"),
        CheckConstraint("(state = 'suspended') = (suspended_from IS NOT NULL)", name="suspended"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("state = 'draft' OR activated_on IS NOT NULL", name="activated"),
        Index("ix_staff_profile_state", "centre_id", "state"),
    )

    state: StaffState = Field(default=StaffState.DRAFT, sa_type=term(StaffState))
    activated_on: date | None = None
    suspended_from: date | None = None
    ended_on: date | None = None
    end_reason: Paragraph | None = None
    qualification_path: QualificationPath | None = Field(
        default=None, sa_type=term(QualificationPath)
    )
    degree_field: DegreeField | None = Field(default=None, sa_type=term(DegreeField))
    diploma_ref: str | None = Field(default=None, max_length=300)
    training_hours: int = 0
    training_ref: str | None = Field(default=None, max_length=300)
    postgraduate: bool = False
    experience_months: int = 0
    declared_on: date | None = None
    parental_authority_intact: bool | None = None
    maintenance_duty: MaintenanceDuty | None = Field(default=None, sa_type=term(MaintenanceDuty))
    no_conviction: bool | None = None
    criminal_record_ref: str | None = Field(default=None, max_length=300)
    criminal_record_on: date | None = None
    countries_abroad: list[str] = Field(default=[], sa_type=TEXT_LIST)
    foreign_records_ref: str | None = Field(default=None, max_length=300)


class SuspensionFields(SQLModel):
    """From when and why somebody is suspended from duty (art. 13 UWR)."""

    suspended_from: Day
    reason: Paragraph


class StaffSuspension(SuspensionFields, Record, table=True):
    """A suspension; `lifted_on` is the first day back at work."""

    __tablename__ = "staff_suspension"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        CheckConstraint("lifted_on >= suspended_from", name="period"),
        Index("ix_staff_suspension_account", "centre_id", "account_id", "suspended_from"),
        {"info": {"readers": (), "writers": ()}},
    )

    account_id: UUID
    cause: SuspensionCause = Field(sa_type=term(SuspensionCause))
    lifted_on: date | None = None
    lifted_reason: Paragraph | None = None


class DataAuthorisationFields(SQLModel):
    """A written authorisation to process data and the undertaking of secrecy (art. 7(4) UWR)."""

    number: Line
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="The last day on which it works")
    undertaking_signed_on: Day


class DataAuthorisation(DataAuthorisationFields, Record, table=True):
    """The authorisation of one person; `app.enter` asks for one in force on every request (K3)."""

    __tablename__ = "data_authorisation"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("undertaking_signed_on <= valid_from", name="undertaking_first"),
        Index("ix_data_authorisation_account", "centre_id", "account_id"),
    )

    account_id: UUID
    valid_to: date | None = None
