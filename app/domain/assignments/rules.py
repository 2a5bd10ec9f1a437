"""Assignment, transfer and substitution (art. 11(4), §2.5 of the rule book)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from app.domain.actor import Role
from app.domain.caseload.rules import Period
from app.domain.cases.rules import B6, TRANSFERS, WORKFLOW, CaseAction
from app.domain.centres.rules import C13
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.law import PRACTICE, Certainty, Rule
from app.domain.terms import Term

B9 = Rule(
    "B9",
    PRACTICE.whole(),
    "Jedna rodzina ma w tym samym czasie jednego asystenta prowadzącego.",
    "One family has one primary assistant at a time.",
    sure=Certainty.INTERPRETATION,
)
# Nobody is given work for a day that can't be overseen yet.
FURTHEST_DAYS = 60


class AssignmentKind(Term):
    """In what capacity somebody assists a family."""

    PRIMARY = "primary", "asystent prowadzący", "primary assistant"
    SUBSTITUTE = "substitute", "zastępca", "substitute"


class AssignmentEnd(Term):
    """Why an assignment ended."""

    TRANSFER = "transfer", "zmiana asystenta", "transfer to another assistant"
    ENDED_EARLY = "ended_early", "zastępstwo zakończone wcześniej", "substitution ended early"
    CLOSURE = "closure", "zakończenie pracy z rodziną", "closure of the case"


class TransferRequester(Term):
    """Who asked for the transfer."""

    FAMILY = "family", "rodzina", "the family"
    ASSISTANT = "assistant", "asystent", "the assistant"
    SOCIAL_WORKER = "social_worker", "pracownik socjalny", "the social worker"
    MANAGER = "manager", "kierownik", "the manager"


class AbsenceReason(Term):
    """Why somebody needs a substitute."""

    LEAVE = "leave", "urlop", "leave"
    SICKNESS = "sickness", "choroba", "sickness"
    ART13 = "art13", "zawieszenie (art. 13)", "suspension (art. 13)"
    OTHER = "other", "inny powód", "another reason"


class FamilyHasAssistant(Conflict):
    """The family has a primary assistant; it changes by a transfer."""

    pl = "Rodzina ma już asystenta prowadzącego; zmienia się go przekazaniem."
    rule = B9


class FamilyHasSubstitute(Conflict):
    """The family has a substitute on some of these days already."""

    pl = "W części tych dni rodzina ma już zastępcę."
    rule = TRANSFERS


class NobodyAssists(Conflict):
    """Nobody assists this family on that day."""

    pl = "Tego dnia rodzina nie ma asystenta."
    rule = TRANSFERS


class SameAssistant(Conflict):
    """This person assists the family already; choose another."""

    pl = "Ta osoba już jest asystentem rodziny; wskaż inną."
    rule = TRANSFERS


class AssignmentOutOfTime(Invalid):
    """An assignment begins between the application's submission and sixty days from today."""

    pl = "Przydział zaczyna się nie wcześniej niż złożono wniosek i w ciągu 60 dni od dziś."
    rule = B6


class TransferOutOfTime(Invalid):
    """A transfer takes effect today or within sixty days, not before the assignment began."""

    pl = "Zmiana następuje dziś lub w ciągu 60 dni, nie wcześniej niż początek przydziału."
    rule = TRANSFERS


class SubstitutionOutOfTime(Invalid):
    """A substitution begins today or later and does not end before it begins."""

    pl = "Zastępstwo zaczyna się dziś lub później i nie kończy się przed początkiem."
    rule = TRANSFERS


class FamilyNotInformed(Invalid):
    """The family is informed before its assistant changes."""

    pl = "Przed zmianą asystenta informuje się o niej rodzinę."
    rule = TRANSFERS
    pointer = "#/family_informed"


class OverrideNeedsReason(Invalid):
    """Exceeding the centre's own limit needs a reason."""

    pl = "Przekroczenie limitu ośrodka wymaga podania powodu."
    rule = C13
    pointer = "#/override_reason"


class NotASubstitution(Conflict):
    """Only a substitution ends by itself; a primary assistant changes by a transfer."""

    pl = "Osobno kończy się tylko zastępstwo; asystenta prowadzącego zmienia się przekazaniem."
    rule = TRANSFERS


class SubstitutionOver(Conflict):
    """This substitution is over on that day already."""

    pl = "Tego dnia zastępstwo jest już zakończone."
    rule = TRANSFERS


CONSTRAINTS: dict[str, type[Refusal]] = {
    "assignment_one_open_primary": FamilyHasAssistant,
    "assignment_one_of_a_kind": FamilyHasSubstitute,
}
ASSIGNERS = WORKFLOW.roles(CaseAction.ASSIGN)
READERS = frozenset({Role.MANAGER, Role.SOCIAL_WORKER, Role.ASSISTANT})
CHOOSERS = frozenset({Role.MANAGER, Role.SOCIAL_WORKER})


def require_start(starts_on: date, submitted_on: date | None, today: date) -> None:
    """Refuse an assignment from before its application, or too far ahead (B6)."""
    first = submitted_on or today
    last = today + timedelta(days=FURTHEST_DAYS)
    if not first <= starts_on <= last:
        raise AssignmentOutOfTime(starts_on=starts_on, first=first, last=last)


def require_transfer_day(on: date, present_since: date, today: date) -> None:
    """Refuse a transfer in the past, before the present assistant began, or too far ahead (2.5)."""
    first = max(today, present_since)
    last = max(first, today + timedelta(days=FURTHEST_DAYS))
    if not first <= on <= last:
        raise TransferOutOfTime(on=on, first=first, last=last)


def require_substitution_days(first: date, last: date, today: date) -> Period:
    """Return the days of a substitution, its last included, or refuse them (2.5)."""
    if first < today or last < first:
        raise SubstitutionOutOfTime(first=first, last=last, today=today)
    return Period(first, last + timedelta(days=1))


def require_no_other_substitute(days: Period, others: Sequence[Period]) -> None:
    """Refuse a second substitute on the same day: one person is in charge (2.5)."""
    for other in others:
        if days.meets(other):
            raise FamilyHasSubstitute(since=other.starts_on, until=other.ends_on)


def require_another(present: UUID | None, chosen: UUID) -> None:
    """Refuse to follow or to stand in for oneself, and to change what nobody has (2.5)."""
    if present is None:
        raise NobodyAssists
    if present == chosen:
        raise SameAssistant(assistant_id=chosen)


def require_informed(*, family_informed: bool) -> None:
    """Refuse a transfer of which the family does not know (2.5)."""
    if not family_informed:
        raise FamilyNotInformed


def require_override_reason(*, override: bool, reason: str | None) -> None:
    """Refuse an override of the centre's limit that is not explained (C13)."""
    if override and reason is None:
        raise OverrideNeedsReason


def require_early_end(kind: AssignmentKind, days: Period, on: date, today: date) -> None:
    """Refuse to end a primary assignment by itself, or a substitution on a day past its end."""
    if kind is not AssignmentKind.SUBSTITUTE:
        raise NotASubstitution
    if max(days.starts_on, today) >= days.end or on >= days.end:
        raise SubstitutionOver(on=on, until=days.ends_on)
    if on < today:
        raise SubstitutionOutOfTime(on=on, today=today)
