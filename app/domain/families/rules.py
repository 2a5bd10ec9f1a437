"""What is known of a family and its members: whose it is, who counts, what is looked for first."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from app.domain.access.rules import K1
from app.domain.actor import Role
from app.domain.errors import Conflict, Invalid
from app.domain.law import FAMILY_SUPPORT, SOCIAL_ASSISTANCE, Rule
from app.domain.terms import Term

WRITERS = (Role.SOCIAL_WORKER,)
SEARCHERS = (
    *(Role.SOCIAL_WORKER, Role.MANAGER),
    # They record no family, but open a file in an emergency (K11.1).
    *(Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR),
)
SEARCH_LASTS = timedelta(minutes=60)
ADULT_AT = 18
MAX_MEMBERS = 30
MAX_WORDS = 8
# A family outside the caller's scope is hinted at only where it is this much alike (K1).
MASKED_FROM = 0.5
_NOT_NAMES = frozenset({"ul", "ulica", "al", "aleja", "os", "osiedle", "pl", "plac", "gen", "sw"})
_CENTURIES = (1900, 2000, 2100, 2200, 1800)


class FamilyRole(Term):
    """What somebody is in the family."""

    MOTHER = "mother", "matka", "mother"
    FATHER = "father", "ojciec", "father"
    PARTNER = "partner", "partner / partnerka rodzica", "parent's partner"
    GUARDIAN = "guardian", "opiekun", "guardian"
    CHILD = "child", "dziecko", "child"
    OTHER = "other", "inna osoba", "another person"


class ParentalAuthority(Term):
    """A parent's authority over the children (władza rodzicielska)."""

    FULL = "full", "pełna", "full"
    LIMITED = "limited", "ograniczona", "limited"
    SUSPENDED = "suspended", "zawieszona", "suspended"
    DEPRIVED = "deprived", "pozbawienie", "deprived"
    NONE = "none", "nie dotyczy", "not applicable"


class Sphere(Term):
    """The five spheres of a family's life that diagnoses, plans and assessments speak of."""

    LIVING = "living", "socjalno-bytowa", "living conditions"
    PSYCHOLOGICAL = "psychological", "psychologiczna", "psychological"
    VOCATIONAL = "vocational", "zawodowa", "vocational"
    SOCIAL = "social", "społeczna", "social"
    HEALTH = "health", "zdrowotna", "health"


class DepartureReason(Term):
    """Why somebody no longer belongs to the family."""

    MOVED_OUT = "moved_out", "wyprowadzka", "moved out"
    SEPARATED = "separated", "rozstanie partnerów", "separation of the partners"
    INDEPENDENT = "independent", "usamodzielnienie", "became independent"
    ADOPTED = "adopted", "przysposobienie", "adopted"
    DEATH = "death", "śmierć", "death"
    RECORDED_BY_MISTAKE = "recorded_by_mistake", "pomyłka w zapisie", "recorded by mistake"


HOLDING = frozenset({ParentalAuthority.FULL, ParentalAuthority.LIMITED})

A8 = Rule(
    "A8",
    FAMILY_SUPPORT.art("4a"),
    "Dziecko wysłuchuje się stosownie do wieku i dojrzałości; praca ma na względzie jego prawa.",
    "The child is heard as its age and maturity allow; the work regards its rights.",
)
B14 = Rule(
    "B14",
    SOCIAL_ASSISTANCE.art(101, 1),
    "Właściwa jest gmina miejsca zamieszkania, a dla osób bezdomnych gmina ostatniego"
    " zameldowania na pobyt stały (art. 101 ust. 2).",
    "The gmina of residence is competent; for homeless people that of their last registration for"
    " permanent residence (art. 101(2)).",
)


class ForeignGmina(Invalid):
    """Another gmina is competent for this family: forward the signal to its centre."""

    pl = "Dla tej rodziny właściwa jest inna gmina: przekaż zgłoszenie jej ośrodkowi."
    rule = B14


class LastRegistrationMissing(Invalid):
    """For homeless people state the gmina of their last registration (last_registration_gmina)."""

    pl = "Dla osób bezdomnych podaj gminę ostatniego zameldowania (last_registration_gmina)."
    rule = B14


class FamilyUnknown(Invalid):
    """A family is known by its surname or by its address: state at least one of them."""

    pl = "Rodzina jest znana z nazwiska lub adresu: podaj co najmniej jedno z nich."


class SearchFirst(Conflict):
    """Search for the family first: state a search of your own from the last 60 minutes."""

    pl = "Najpierw wyszukaj rodzinę: podaj własne wyszukiwanie z ostatnich 60 minut."
    rule = K1


class FamilyErased(Conflict):
    """This family's file was anonymised: nothing more is written into it; record it anew."""

    pl = "Akta tej rodziny zanonimizowano: nic się do nich nie dopisuje; załóż nową kartę."
    rule = K1


class NothingToSearchFor(Invalid):
    """Search by a name or street, a PESEL or a phone number; a date of birth only narrows."""

    pl = "Szukaj po nazwisku, imieniu lub ulicy, numerze PESEL albo telefonie; sama data urodzenia"
    pl += " nie wystarczy."
    rule = K1


class PeselDisagrees(Invalid):
    """The PESEL number says another date of birth."""

    pl = "Numer PESEL wskazuje inną datę urodzenia."


class PeselTaken(Conflict):
    """Somebody with this PESEL is a member of a family of this centre; search for them."""

    pl = "Osoba z tym numerem PESEL należy do rodziny znanej ośrodkowi; wyszukaj ją."
    rule = K1


class BornInFuture(Invalid):
    """Nobody is born after today."""

    pl = "Data urodzenia nie może być późniejsza niż dzisiejsza."


class LeftAlready(Conflict):
    """This person no longer belongs to the family."""

    pl = "Ta osoba już nie należy do rodziny."


class DepartureImpossible(Invalid):
    """Somebody leaves a family between their birth and today."""

    pl = "Data odejścia przypada między datą urodzenia a dniem dzisiejszym."


CONSTRAINTS = {
    "ck_family_known_by_something": FamilyUnknown,
    "ck_family_registered_somewhere": LastRegistrationMissing,
    "person_pesel_current": PeselTaken,
}


class MemberFacts(Protocol):
    """What the rules need of a member; a `Person` row has it all."""

    @property
    def id(self) -> UUID:
        """Return the member's id."""

    @property
    def parental_authority(self) -> ParentalAuthority:
        """Return the authority over the children."""

    @property
    def participates(self) -> bool:
        """Tell whether they take part in the work."""

    @property
    def left_on(self) -> date | None:
        """Return when they left the family."""


def authority_holders(members: Iterable[MemberFacts], on: date | None = None) -> frozenset[UUID]:
    """Return whose consent counts (A1): who holds authority, takes part and has not left by a day.

    A minor parent who was recorded with authority counts as well.
    """
    holding = (m for m in members if m.parental_authority in HOLDING and m.participates)
    return members_on(holding, on or date.max)


def members_on(members: Iterable[MemberFacts], day: date) -> frozenset[UUID]:
    """Return who has not left the family by a day; who left on it no longer belongs."""
    return frozenset(m.id for m in members if m.left_on is None or m.left_on > day)


def is_child(born_on: date, today: date) -> bool:
    """Tell whether somebody is under eighteen; adult from the birthday itself (KC art. 10)."""
    years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return years < ADULT_AT


def born_by_pesel(pesel: str) -> date:
    """Read the date of birth in a valid PESEL: the month's tens also tell the century."""
    year, month, day = int(pesel[:2]), int(pesel[2:4]), int(pesel[4:6])
    return date(_CENTURIES[month // 20] + year, month % 20, day)


def require_pesel_agrees(pesel: str | None, born_on: date | None) -> None:
    """Refuse a PESEL that says another date of birth than the one stated."""
    if pesel and born_on and born_by_pesel(pesel) != born_on:
        raise PeselDisagrees


def require_born(born_on: date | None, today: date) -> None:
    """Refuse a date of birth after today."""
    if born_on and born_on > today:
        raise BornInFuture(today=today)


def is_moved(district: UUID | None, to: UUID | None) -> bool:
    """Tell whether one district hands a family over to another; to none nothing is handed over."""
    return district is not None and to is not None and district != to


def require_own_gmina(
    gmina: str, centre_gmina: str, *, homeless: bool, last_registration_gmina: str | None
) -> None:
    """Refuse a family of another gmina (B14).

    The first six digits of a TERYT code are the gmina; the seventh says its kind, and the town (4)
    and the rural part (5) of a mixed gmina (3) have codes of their own.
    """
    if homeless and last_registration_gmina is None:
        raise LastRegistrationMissing
    competent = last_registration_gmina if homeless and last_registration_gmina else gmina
    if competent[:6] != centre_gmina[:6]:
        raise ForeignGmina(competent_gmina=competent, centre_gmina=centre_gmina)


def require_not_erased(erased_on: date | None) -> None:
    """Refuse to write into a file that was anonymised."""
    if erased_on is not None:
        raise FamilyErased(erased_on=erased_on)


def require_known(surname: str | None, street: str | None) -> None:
    """Refuse a family of which neither surname nor address is known."""
    if surname is None and street is None:
        raise FamilyUnknown


def require_searched(
    searched_at: datetime | None, searched_by: UUID | None, by: UUID, now: datetime
) -> None:
    """Refuse to record a family unless the same person has searched within sixty minutes."""
    fresh = searched_at is not None and now - searched_at <= SEARCH_LASTS
    if searched_by != by or not fresh:
        raise SearchFirst(minutes=SEARCH_LASTS.seconds // 60)


def require_criterion(words: list[str], pesel: str | None, phone: str | None) -> None:
    """Refuse a search that would only list people by their birthday (K1), or nothing at all."""
    if not (words or pesel or phone):
        raise NothingToSearchFor


def search_words(text: str | None) -> list[str]:
    """Split what was typed into the words worth comparing: no house numbers, no „ul.”."""
    words = re.findall(r"[^\W\d_]{2,}", text or "")
    telling = (word for word in words if word.lower() not in _NOT_NAMES)
    return list(dict.fromkeys(telling))[:MAX_WORDS]


def phone_digits(phone: str | None) -> str | None:
    """Return the last nine digits: the number itself, however it is written."""
    return "".join(c for c in phone if c.isdigit())[-9:] if phone else None


def require_departure(
    left_already: date | None, left_on: date, born_on: date | None, today: date
) -> None:
    """Refuse a departure of who has left, before their birth or after today."""
    if left_already is not None:
        raise LeftAlready(left_on=left_already)
    if left_on > today or (born_on and left_on < born_on):
        raise DepartureImpossible(left_on=left_on, today=today)
