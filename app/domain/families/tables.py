"""The rows of families and their members."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Column, Computed, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db.base import FamilyRecord, Record
from app.db.types import INSTANT, TEXT_LIST, belongs_to, term
from app.domain.families.rules import DepartureReason, FamilyRole, ParentalAuthority
from app.domain.fields import Day, Line, Name, Pesel, Phone, Postcode, Teryt, YesNo


class FamilyFields(SQLModel):
    """A family as it is known: by its surname, or only by its address."""

    surname: Name | None = None
    street: Line | None = None
    postcode: Postcode | None = None
    town: Name
    gmina: Teryt = Field(description="TERYT code of the gmina of residence (B14)")
    homeless: YesNo = False
    last_registration_gmina: Teryt | None = Field(
        default=None,
        description="Of homeless people: gmina of the last registration for permanent residence",
    )
    phone: Phone | None = None
    district_id: UUID | None = None


class Family(FamilyFields, Record, table=True):
    """A family in the centre's care or notice.

    Lists are sorted by `sort_name`: the surname, else the street, Polish letters folded (the
    embedded server has no ICU, whose Polish order would not be there on every machine).
    """

    __tablename__ = "family"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("district_id", "district"),
        CheckConstraint("surname IS NOT NULL OR street IS NOT NULL", name="known_by_something"),
        CheckConstraint(
            "NOT homeless OR last_registration_gmina IS NOT NULL", name="registered_somewhere"
        ),
        Index("ix_family_district", "centre_id", "district_id"),
        Index("ix_family_sorted", "centre_id", "sort_name", "id"),
    )

    sort_name: str = Field(
        default=None,
        sa_column=Column(Text, Computed("app.plain(coalesce(surname, street))", persisted=True)),
    )
    erased_on: date | None = None


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
    """A member of a family; `left_on` when they no longer belong to it.

    PESEL is sealed and found by its blind index, which the flush makes. Nobody is a present member
    of two families of one centre: that index says no more to the person who meets it than the
    search that they must make before (which sees the centre).
    """

    __tablename__ = "person"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("family_id", "family"),
        UniqueConstraint("centre_id", "id", "family_id", name="uq_person_family"),
        Index("ix_person_family", "centre_id", "family_id"),
        Index("ix_person_pesel", "centre_id", "pesel_index"),
        Index(
            "person_pesel_current",
            "centre_id",
            "pesel_index",
            unique=True,
            postgresql_where=text("left_on IS NULL"),
        ),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="departure"),
    )

    left_on: date | None = None
    left_reason: DepartureReason | None = Field(default=None, sa_type=term(DepartureReason))
    pesel_index: str | None = None


class DepartureFields(SQLModel):
    """When and why somebody ceased to belong to the family."""

    left_on: Day
    left_reason: DepartureReason


class SearchFields(SQLModel):
    """Whom to look for: by name or street, PESEL or phone; a date of birth narrows."""

    text: Line | None = Field(default=None, description="Surname, first name, street; typos pass")
    pesel: Pesel | None = None
    born_on: Day | None = None
    phone: Phone | None = None
    limit: Annotated[int, Bounds(strict=True, ge=1, le=50)] = 10


class FamilySearch(Record, table=True):
    """That somebody searched, when, by which criteria and how much was found; never for whom.

    Not even a hash of the criteria: there are so few PESEL numbers that a hash tells the number.
    The audit has one that is keyed: without the service's key it tells nothing.
    """

    __tablename__ = "family_search"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_family_search_person", "centre_id", "created_by", "id"),
    )

    searched_at: datetime = Field(sa_type=INSTANT)
    criteria: list[str] = Field(sa_type=TEXT_LIST)
    found: int
