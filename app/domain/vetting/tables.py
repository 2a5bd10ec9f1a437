"""The rows of register checks; the fields of declarations, which a profile holds."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.fields import Day, Line, YesNo
from app.domain.vetting.rules import CheckResult, MaintenanceDuty, PersonRegister

Country = Annotated[str, Bounds(pattern=r"^[A-Z]{2}$", min_length=2, max_length=2)]
Countries = Annotated[list[Country], Bounds(max_length=20)]


class DeclarationFields(SQLModel):
    """What somebody declares and hands in before working with children."""

    declared_on: Day
    parental_authority_intact: YesNo
    maintenance_duty: MaintenanceDuty
    no_conviction: YesNo = Field(description="No final conviction for an intentional crime")
    criminal_record_ref: Line | None = Field(
        default=None, description="Where the certificate of the criminal register is kept"
    )
    criminal_record_on: Day | None = None
    countries_abroad: Countries = Field(
        default=[], description="Where the person lived in the last 20 years (ISO 3166-1 alpha-2)"
    )
    foreign_records_ref: Line | None = None


class RegisterCheckFields(SQLModel):
    """A look into a register; the print-out stays in the file (art. 21(9) USEX)."""

    register_kind: PersonRegister = Field(sa_type=term(PersonRegister))
    checked_on: Day
    result: CheckResult = Field(sa_type=term(CheckResult))
    printout_ref: Line


class RegisterCheck(RegisterCheckFields, Record, table=True):
    """A check of one person; the latest one of a register counts."""

    __tablename__ = "register_check"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        Index("ix_register_check_account", "centre_id", "account_id", "checked_on"),
        # Who keeps accounts and the person are told what follows; the rest is the manager's (J4).
        {"info": {"readers": ("account_id",), "writers": (), "office": True}},
    )

    account_id: UUID
