"""The rows of families and their members."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db.base import FamilyRecord, Record
from app.db.types import belongs_to, term
from app.domain.families.rules import FamilyRole, ParentalAuthority
from app.domain.fields import Day, Line, Name, Pesel, Phone, Postcode, Teryt, YesNo


class FamilyFields(SQLModel):
    """A family as it is known: by its surname, or only by its address."""

    surname: Name | None = None
    street: Line | None = None
    postcode: Postcode | None = None
    town: Name
    gmina: Teryt
    phone: Phone | None = None
    district_id: UUID | None = None


class Family(FamilyFields, Record, table=True):
    """A family in the centre's care or notice."""

    __tablename__ = "family"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("district_id", "district"),
        CheckConstraint("surname IS NOT NULL OR street IS NOT NULL", name="known_by_something"),
        Index("ix_family_district", "centre_id", "district_id"),
        Index("ix_family_surname", "centre_id", text("app.plain(surname)")),
    )


class PersonFields(SQLModel):
    """A member of a family. PESEL is optional: not everybody's is known (K1)."""

    first_name: Name
    last_name: Name
    role: FamilyRole = Field(sa_type=term(FamilyRole))
    born_on: Day | None = None
    pesel: Pesel | None = None
    parental_authority: ParentalAuthority = Field(
        default=ParentalAuthority.NONE,
        sa_type=term(ParentalAuthority),
    )
    participates: YesNo = True
    phone: Phone | None = None


class Person(PersonFields, FamilyRecord, table=True):
    """A member of a family; `left_on` when they no longer belong to it."""

    __tablename__ = "person"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        UniqueConstraint("centre_id", "id", "family_id", name="uq_person_family"),
        Index("ix_person_family", "centre_id", "family_id"),
        Index("ix_person_pesel", "centre_id", "pesel"),
        Index("ix_person_name", "centre_id", text("app.plain(last_name)")),
    )

    left_on: Day | None = None
