"""A signal: who receives it, who takes the case, which centre is competent."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.domain.actor import Actor, Role
from app.domain.cases.rules import B1, E14, ENDED, CaseState
from app.domain.deadlines.rules import B2
from app.domain.directory.rules import B12
from app.domain.errors import Conflict, Invalid
from app.domain.law import PRACTICE, Certainty, Rule
from app.domain.terms import Term

B11 = Rule(
    "B11",
    PRACTICE.whole(),
    "Zgłoszenie od instytucji trafia najpierw do właściwego pracownika socjalnego rejonu.",
    "A signal from an institution goes first to the proper social worker of the district.",
    sure=Certainty.LOCAL,
)
READERS = (Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER)
RECEIVERS = (Role.SOCIAL_WORKER, Role.MANAGER)


class SignalSource(Term):
    """Who told the centre."""

    INSTITUTION = "institution", "instytucja", "institution"
    FAMILY = "family", "rodzina", "the family itself"
    NEIGHBOUR = "neighbour", "sąsiedzi", "neighbours"
    OWN_OBSERVATION = "own_observation", "obserwacja własna", "own observation"
    COURT = "court", "sąd", "court"
    POLICE = "police", "policja", "police"
    OTHER = "other", "inne źródło", "another source"


class SignalAnswer(Term):
    """How another signal was looked into, beside the interview and its update."""

    VISIT = "visit", "wizyta u rodziny", "visit to the family"
    TALK = "talk", "rozmowa z rodziną", "talk with the family"
    INSTITUTION = "institution", "ustalenia w instytucji", "inquiry at an institution"
    OTHER = "other", "inny sposób", "another way"


class SignalWarning(Term):
    """What a signal is recorded with although a rule speaks against it."""

    WORKER_OF_ANOTHER_DISTRICT = (
        "worker_of_another_district",
        "Pracownik socjalny nie obsługuje rejonu tej rodziny.",
        "The social worker does not serve this family's district.",
    )


WARNED_BY = {SignalWarning.WORKER_OF_ANOTHER_DISTRICT: B12}


class SignalInFuture(Invalid):
    """A signal can't be received in the future."""

    pl = "Zgłoszenie nie może wpłynąć w przyszłości."
    rule = B1


class AnsweredByInterview(Conflict):
    """The signal that opened the case is answered by its interview."""

    pl = "Na zgłoszenie, które otworzyło sprawę, odpowiedzią jest wywiad środowiskowy."
    rule = B1


class SignalChecked(Conflict):
    """This signal has been checked already."""

    pl = "To zgłoszenie jest już sprawdzone."
    rule = B2


class CheckOutOfOrder(Invalid):
    """A signal is checked on the day it was received or later, and not in the future."""

    pl = "Zgłoszenie sprawdza się najwcześniej w dniu wpływu, a zapisuje po fakcie."
    rule = B2


class SocialWorkerUnknown(Invalid):
    """Name a social worker of this centre who takes the case."""

    pl = "Wskaż pracownika socjalnego tego ośrodka, który poprowadzi sprawę."
    rule = B12


class RelapseOfAnotherFamily(Invalid):
    """The previous case belongs to another family."""

    pl = "Poprzednia sprawa dotyczy innej rodziny."
    rule = E14


def require_received(received_on: date, today: date) -> None:
    """Refuse a signal from the future."""
    if received_on > today:
        raise SignalInFuture(received_on=received_on, today=today)


def require_further(*, further: bool) -> None:
    """Refuse to answer by a note what only the interview answers (B1)."""
    if not further:
        raise AnsweredByInterview


def require_unchecked(*, waits: bool) -> None:
    """Refuse to check a signal again (B2)."""
    if not waits:
        raise SignalChecked


def require_check(received_on: date, checked_on: date, today: date) -> None:
    """Refuse a day before the signal or in the future (B2)."""
    if not received_on <= checked_on <= today:
        raise CheckOutOfOrder(earliest=received_on, latest=today, said=checked_on)


def choose_social_worker(
    given: UUID | None, caller: Actor, source: SignalSource, serving: list[UUID]
) -> UUID:
    """Say who takes the case: whom the caller named, else the caller, else the district's (B12).

    `serving` are the social workers of the family's district. A signal from an institution goes to
    them first (B11), unless the caller is one of them.
    """
    mine = [caller.account_id] if Role.SOCIAL_WORKER in caller.roles else []
    theirs_first = source is SignalSource.INSTITUTION and caller.account_id not in serving
    usual = [*serving, *mine] if theirs_first else [*mine, *serving]
    candidates = usual if given is None else [given]
    if not candidates:
        raise SocialWorkerUnknown
    return candidates[0]


def require_social_worker(roles: Iterable[str] | None) -> None:
    """Refuse to give a case to somebody who is no active social worker of this centre (B12)."""
    if roles is None or Role.SOCIAL_WORKER not in roles:
        raise SocialWorkerUnknown


def warnings(worker: UUID, serving: list[UUID]) -> list[SignalWarning]:
    """List what speaks against the signal as it is recorded (B12)."""
    return [SignalWarning.WORKER_OF_ANOTHER_DISTRICT] * (worker not in serving)


def require_same_family(family_id: UUID, previous_family_id: UUID) -> None:
    """Refuse to link the case of another family (E14)."""
    if family_id != previous_family_id:
        raise RelapseOfAnotherFamily


def is_relapse(previous: CaseState) -> bool:
    """Tell whether the new signal must end the previous case's monitoring first (E14)."""
    return previous not in ENDED
