"""What a visit must be to count as one, what it warns of, and how often contact is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal
from uuid import UUID

from app.domain.calendar import is_holiday
from app.domain.cases.rules import WORK, WORKING, CaseState
from app.domain.centres.rules import B10, E10, E11, WEEK
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.law import FAMILY_SUPPORT, Rule
from app.domain.terms import Term

C11 = Rule(
    "C11",
    FAMILY_SUPPORT.art(14),
    "Asystent prowadzi pracę z rodziną w miejscu jej zamieszkania lub w miejscu przez nią"
    " wskazanym.",
    "The assistant works with the family at its home or at a place that it names.",
)
CORRECTION_DAYS = 7


class VisitKind(Term):
    """What kind of contact a visit was."""

    FIRST_JOINT = "first_joint", "pierwsza wspólna wizyta", "first joint visit"
    HOME_VISIT = "home_visit", "wizyta w domu", "home visit"
    OFFICE = "office", "spotkanie w ośrodku", "meeting at the centre"
    ACCOMPANIMENT = "accompaniment", "towarzyszenie rodzinie", "accompaniment"
    PHONE = "phone", "rozmowa telefoniczna", "phone call"
    OTHER = "other", "inny kontakt", "other contact"


# Every kind but the first joint visit, which has an act of its own.
OrdinaryKind = Literal[
    VisitKind.HOME_VISIT,
    VisitKind.OFFICE,
    VisitKind.ACCOMPANIMENT,
    VisitKind.PHONE,
    VisitKind.OTHER,
]


class VisitPlace(Term):
    """Where the visit was (C11)."""

    HOME = "home", "miejsce zamieszkania rodziny", "the family's home"
    FAMILY_INDICATED = "family_indicated", "miejsce wskazane przez rodzinę", "named by the family"
    OTHER = "other", "inne miejsce", "another place"


class FailedVisitReason(Term):
    """Why a planned visit did not take place."""

    NOBODY_HOME = "nobody_home", "nikogo nie zastano", "nobody at home"
    REFUSED_ENTRY = "refused_entry", "odmowa wpuszczenia", "refused entry"
    CANCELLED_BY_FAMILY = "cancelled_by_family", "odwołana przez rodzinę", "cancelled by the family"
    CANCELLED_BY_ASSISTANT = (
        "cancelled_by_assistant",
        "odwołana przez asystenta",
        "cancelled by the assistant",
    )
    OTHER = "other", "inna przyczyna", "another reason"


class ContactStanding(Term):
    """How contact with the family stands against the centre's setting (E10)."""

    OK = "ok", "wystarczający", "sufficient"
    BEHIND = "behind", "zbyt rzadki", "too rare"
    NOT_DUE = "not_due", "nie jest wymagany", "not due"


class JointVisitRequired(Conflict):
    """The first visit, joint with the social worker, comes first."""

    pl = "Najpierw musi się odbyć pierwsza wizyta, wspólna z pracownikiem socjalnym."
    rule = B10


class VisitConfirmed(Conflict):
    """The first visit is confirmed; it stays as it is."""

    pl = "Pierwsza wizyta jest potwierdzona; jej zapis już się nie zmienia."
    rule = B10


class PlaceUnnamed(Invalid):
    """Say where the visit was; a place that is not the family's home needs its name."""

    pl = "Podaj miejsce wizyty; miejsce inne niż zamieszkanie rodziny trzeba nazwać."
    rule = C11


class VisitInFuture(Invalid):
    """A visit is recorded once it has taken place, not before."""

    pl = "Wizytę zapisuje się po jej odbyciu, nie wcześniej."


class VisitBeforeAssignment(Invalid):
    """The visit lies before the assistant was assigned to the family."""

    pl = "Wizyta jest wcześniejsza niż przydzielenie asystenta rodzinie."


class EndsBeforeBegins(Invalid):
    """The visit must end after it begins."""

    pl = "Wizyta musi się kończyć później, niż się zaczyna."


class NextVisitTooEarly(Invalid):
    """The next visit can't lie before this one."""

    pl = "Następna wizyta nie może być wcześniejsza niż ta."


class NotOfThisFamily(Invalid):
    """Some of the persons present are no members of this family on that day."""

    pl = "Nie wszystkie wskazane osoby są w tym dniu członkami tej rodziny."


class FirstVisitKeepsKind(Invalid):
    """The first visit stays the first visit; its kind can't be corrected."""

    pl = "Pierwsza wizyta pozostaje pierwszą wizytą; jej rodzaju się nie prostuje."
    rule = B10


class NotTheAuthor(Forbidden):
    """Only the author corrects the record of a visit."""

    pl = "Zapis wizyty prostuje tylko jego autor."
    rule = WORK


class CorrectionTooLate(Conflict):
    """A record of a visit can be corrected for seven days only; write a further one."""

    pl = "Zapis wizyty można prostować przez siedem dni; później sporządź kolejny zapis."
    rule = WORK


class CorrectionUnexplained(Invalid):
    """A correction needs its reason."""

    pl = "Sprostowanie wymaga podania powodu."
    rule = WORK


class NothingCorrected(Invalid):
    """The correction changes nothing."""

    pl = "Sprostowanie niczego nie zmienia."
    rule = WORK


def require_first_visit(state: CaseState, *, joint: bool) -> None:
    """Refuse other acts on an assigned case while its joint first visit is outstanding (B10)."""
    if joint and state is CaseState.ASSIGNED:
        raise JointVisitRequired


def require_unconfirmed(confirmed_on: date | None) -> None:
    """Refuse to touch a first visit that is confirmed."""
    if confirmed_on is not None:
        raise VisitConfirmed(confirmed_on=confirmed_on)


def require_held(held_on: date, today: date, since: date | None) -> None:
    """Refuse a day in the future, or before the assistant's work with the family began."""
    if held_on > today:
        raise VisitInFuture(held_on=held_on, today=today)
    if since is not None and held_on < since:
        raise VisitBeforeAssignment(held_on=held_on, assigned_on=since)


def require_order(begins: time, ends: time, held_on: date, next_visit_on: date | None) -> None:
    """Refuse a visit that ends before it begins, or is followed by an earlier one."""
    if ends <= begins:
        raise EndsBeforeBegins(begins=begins.isoformat(), ends=ends.isoformat())
    if next_visit_on is not None and next_visit_on < held_on:
        raise NextVisitTooEarly(held_on=held_on, next_visit_on=next_visit_on)


def require_place(kind: VisitKind, place: VisitPlace | None, named: str | None) -> None:
    """Refuse a visit without its place (a phone call has none), or a place without its name."""
    if place is None and kind is not VisitKind.PHONE:
        raise PlaceUnnamed
    if place in {VisitPlace.FAMILY_INDICATED, VisitPlace.OTHER} and named is None:
        raise PlaceUnnamed


def require_members(present: Collection[UUID], members: Collection[UUID]) -> None:
    """Refuse persons present who do not belong to the family."""
    strangers = sorted(str(person) for person in set(present) - set(members))
    if strangers:
        raise NotOfThisFamily(persons=strangers)


def require_kind_kept(kind: VisitKind, changed: Collection[str]) -> None:
    """Refuse a correction that turns the first visit into another one."""
    if kind is VisitKind.FIRST_JOINT and "kind" in changed:
        raise FirstVisitKeepsKind


def require_correctable(recorded_on: date, today: date, reason: str | None, changed: int) -> None:
    """Refuse a correction after seven days, without its reason, or of nothing."""
    if not reason:
        raise CorrectionUnexplained
    if changed == 0:
        raise NothingCorrected
    if today > recorded_on + timedelta(days=CORRECTION_DAYS):
        raise CorrectionTooLate(recorded_on=recorded_on, days=CORRECTION_DAYS)


def require_author(person: UUID, author: UUID | None) -> None:
    """Refuse a correction by anybody but the author."""
    if person != author:
        raise NotTheAuthor


@dataclass(frozen=True, slots=True)
class Hours:
    """When assistants work at this centre, by its settings of the day (E11)."""

    begin: time
    end: time
    weekdays: Collection[str]

    def hold(self, day: date, begins: time, ends: time) -> bool:
        """Tell whether a visit lies within them: a weekday of work, no holiday, from-to inside."""
        worked = WEEK[day.weekday()] in self.weekdays and not is_holiday(day)
        return worked and begins >= self.begin and ends <= self.end


def period_start(period_days: int, today: date) -> date:
    """Return the first day of the period that ends today."""
    return today - timedelta(days=period_days - 1)


def contact_standing(
    dates: Collection[date], count: int, period_days: int, today: date, since: date | None = None
) -> ContactStanding:
    """Compare the contacts of the period that ends today with what the centre sets (E10).

    A family whose assistant came less than a whole period ago can't be behind yet.
    """
    begins = period_start(period_days, today)
    held = sum(begins <= day <= today for day in dates)
    if held >= count or (since is not None and since > begins):
        return ContactStanding.OK
    return ContactStanding.BEHIND


def not_due(state: CaseState) -> ContactStanding | None:
    """Say that no contact is due in a suspension, nor after the end of the work."""
    return None if state in WORKING else ContactStanding.NOT_DUE


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that a visit carries: it tells, it never blocks."""

    rule: Rule
    pl: str
    en: str


OTHER_PLACE = Warned(
    C11,
    "Wizyta odbyła się poza miejscem zamieszkania i miejscem wskazanym przez rodzinę.",
    "The visit was neither at the family's home nor at a place that it named.",
)
RARE_CONTACT = Warned(
    E10,
    "Przed tą wizytą kontakt z rodziną był rzadszy, niż ustalił ośrodek.",
    "Before this visit contact with the family was rarer than the centre sets.",
)
OUTSIDE_HOURS = Warned(
    E11,
    "Wizyta odbyła się poza godzinami lub dniami pracy asystenta.",
    "The visit was outside the assistant's working hours or days.",
)
WARNINGS = (OTHER_PLACE, RARE_CONTACT, OUTSIDE_HOURS)


def warnings_of(place: VisitPlace | None, before: ContactStanding, *, in_hours: bool) -> list[str]:
    """Return the ids of the rules that a visit warns of."""
    said = (
        (OTHER_PLACE, place is VisitPlace.OTHER),
        (RARE_CONTACT, before is ContactStanding.BEHIND),
        (OUTSIDE_HOURS, not in_hours),
    )
    return [warned.rule.id for warned, applies in said if applies]
