"""When a family's file may end, what holds it back, and what of it is left.

A file ends as a whole: its texts speak of several people at once, so no member can be taken out of
them. What is left are facts that name nobody: states, dates, codes, counts and the year of birth,
which the reports of the gmina (art. 176 UWR) and the archive need.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.actor import Role
from app.domain.cases.rules import ENDED, CaseState
from app.domain.centres.rules import K8
from app.domain.closures.rules import retention_end
from app.domain.errors import Conflict, Invalid
from app.domain.law import GDPR, PRACTICE, Certainty, Rule
from app.domain.terms import Term, all_terms

# The controller decides; of the four roles the head of the centre alone acts for it.
KEEPERS = (Role.MANAGER,)
MARK = "[dane usunięte]"
_FACT = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?|\d\d:\d\d(:\d\d)?"
)

K7 = Rule(
    "K7",
    PRACTICE.whole(),
    "Cofnięcie zgody na współpracę nie usuwa akt: przechowuje się je przez okres archiwalny;"
    " sprawy nie można usunąć.",
    "Withdrawing consent to the work does not erase the file: it is kept for the archive period; a"
    " case can't be deleted.",
    sure=Certainty.INTERPRETATION,
)
RODO17 = Rule(
    "RODO17.1",
    GDPR.art(17, 1),
    "Dane, które nie są już niezbędne, usuwa się; akta rodziny anonimizuje się w całości.",
    "Data that are no longer needed are erased; the file of a family is anonymised as a whole.",
    sure=Certainty.SECONDARY,
)
RODO17_3B = Rule(
    "RODO17.3b",
    GDPR.art(17, 3, letter="b"),
    "Nie usuwa się danych potrzebnych do wywiązania się z obowiązku prawnego lub zadania"
    " publicznego: dopóki trwa praca z rodziną, akta są potrzebne.",
    "Data needed for a legal obligation or a public task are not erased: while the work with a"
    " family goes on, its file is needed.",
    sure=Certainty.SECONDARY,
)
RODO12_2 = Rule(
    "RODO12.2",
    GDPR.art(12, 2),
    "Ośrodek ułatwia osobie wykonanie jej praw: akt, których dotyczy jej nierozpatrzony wniosek,"
    " nie niszczy się.",
    "The centre makes it easy for a person to use their rights: a file that an open request of"
    " theirs is about is not destroyed.",
    sure=Certainty.SECONDARY,
)
HOLD = Rule(
    "RODO17.3e",
    GDPR.art(17, 3, letter="e"),
    "Akt potrzebnych w postępowaniu nie niszczy się ani nie anonimizuje, dopóki kierownik nie"
    " zniesie wstrzymania.",
    "A file that a proceeding needs is neither destroyed nor anonymised until the manager lifts"
    " the hold.",
    sure=Certainty.SECONDARY,
)


class HoldReason(Term):
    """Which proceeding needs a file."""

    COURT = "court", "postępowanie sądowe", "court proceeding"
    PROSECUTION = "prosecution", "postępowanie karne", "criminal proceeding"
    ADMINISTRATIVE = "administrative", "postępowanie administracyjne", "administrative proceeding"
    CLAIM = "claim", "roszczenie wobec ośrodka", "claim against the centre"
    INSPECTION = "inspection", "kontrola", "inspection"
    DATA_PROTECTION = (
        "data_protection",
        "postępowanie przed Prezesem UODO",
        "proceeding before the data protection authority",
    )
    PERSON_ASKED = (
        "person_asked",
        "żądanie osoby, art. 18 ust. 1 lit. c RODO",
        "asked for by the person, art. 18(1)(c) GDPR",
    )


class ErasureGround(Term):
    """Why a file is erased."""

    RETENTION_OVER = (
        "retention_over",
        "upłynął okres przechowywania (JRWA)",
        "the period of retention is over (JRWA)",
    )
    NEVER_NEEDED = (
        "never_needed",
        "danych nie potrzebowano (art. 17 ust. 1 lit. a i d RODO)",
        "the data were never needed (art. 17(1)(a) and (d) GDPR)",
    )


class UnderLegalHold(Conflict):
    """A proceeding needs this file: nothing of it is destroyed while the hold stands."""

    pl = (
        "Akta są potrzebne w postępowaniu: niczego z nich się nie niszczy, dopóki trwa wstrzymanie."
    )
    rule = HOLD


class HoldDayWrong(Invalid):
    """A hold is set and lifted in this order, and not in the future."""

    pl = "Wstrzymanie ustanawia się i znosi w tej kolejności i nie z datą przyszłą."
    rule = HOLD


class HoldLiftedAlready(Conflict):
    """This hold was lifted already."""

    pl = "To wstrzymanie już zniesiono."
    rule = HOLD


class FileErasedAlready(Conflict):
    """This file was erased already: nothing of a person is left in it, and nothing is added."""

    pl = "Te akta już zanonimizowano: nie ma w nich danych osób i nic się do nich nie dopisuje."
    rule = RODO17


class FileInUse(Conflict):
    """A case of this family is not ended: its file is needed."""

    pl = "Sprawa tej rodziny się nie skończyła: akta są potrzebne."
    rule = RODO17_3B


class OpenRequest(Conflict):
    """A person of this file has asked for something and awaits an answer: the file stays for it."""

    pl = "Osoba z tych akt złożyła wniosek i czeka na odpowiedź: akta są do niej potrzebne."
    rule = RODO12_2


class RetentionRuns(Conflict):
    """The period for which the archive keeps this file is not over, or not known."""

    pl = "Okres przechowywania tych akt nie minął albo nie jest znany."
    rule = K8


CONSTRAINTS = {"family_not_erased": FileErasedAlready}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case of a file: where it stands, and from which day it need not be kept, if known."""

    state: CaseState
    archived: bool = False
    retention_until: date | None = None


def require_set(set_on: date, today: date) -> None:
    """Refuse a hold from the future."""
    if set_on > today:
        raise HoldDayWrong(set_on=set_on, today=today)


def require_lifting(already: date | None, set_on: date, lifted_on: date, today: date) -> None:
    """Refuse to lift a hold twice, before it was set, or in the future."""
    if already is not None:
        raise HoldLiftedAlready(lifted_on=already)
    if not set_on <= lifted_on <= today:
        raise HoldDayWrong(set_on=set_on, lifted_on=lifted_on, today=today)


def require_no_hold(holds: int) -> None:
    """Refuse to touch a file that a proceeding needs."""
    if holds:
        raise UnderLegalHold(holds=holds)


def require_no_request(requests: int) -> None:
    """Refuse to destroy what a person has asked about and was not answered yet."""
    if requests:
        raise OpenRequest


def require_kept(erased_on: date | None) -> None:
    """Refuse what presupposes a file that is still there."""
    if erased_on is not None:
        raise FileErasedAlready(erased_on=erased_on)


def require_erasable(ground: ErasureGround, cases: Iterable[CaseFacts], today: date) -> None:
    """Refuse to erase a file that is in use, or that the archive still keeps (K7, K8).

    `retention_until` is the first day on which a case may go; the file goes with the last of them.
    Unknown is never over. What was never needed was not put into the archive: only a case that was
    is kept then.
    """
    found = list(cases)
    if any(case.state not in ENDED for case in found):
        raise FileInUse
    over = ground is ErasureGround.RETENTION_OVER
    kept = [case for case in found if over or case.archived or case.state is CaseState.ARCHIVED]
    unknown = any(case.retention_until is None for case in kept) or (over and not kept)
    until = max((c.retention_until for c in kept if c.retention_until), default=None)
    if unknown or (until is not None and until > today):
        raise RetentionRuns(retention_until=until, today=today)


def kept_by_settings(
    closed_on: date | None, category: str | None, years: int | None
) -> date | None:
    """Return the first day without need of a case for which nobody has said a period (K8).

    It ended before any work, or by a relapse: the centre's years count from its end. None: not
    known, because the centre has set no category or years.
    """
    if closed_on is None or category is None or years is None:
        return None
    return retention_end(closed_on, years)


def codes() -> frozenset[str]:
    """Return the values of all closed lists: what may stay in a document."""
    return frozenset(member.value for term in all_terms() for member in term)


def is_fact(text: str) -> bool:
    """Tell whether a text is an id, a day, a time of day or an instant: nothing of a person."""
    return _FACT.fullmatch(text) is not None


def erased(value: Any, known: frozenset[str]) -> Any:
    """Return a document or list without what people wrote: ids, days, codes and numbers stay."""
    if isinstance(value, dict):
        return {name: erased(part, known) for name, part in value.items()}
    if isinstance(value, list):
        return [erased(part, known) for part in value]
    if isinstance(value, str) and value not in known and not is_fact(value):
        return MARK
    return value
