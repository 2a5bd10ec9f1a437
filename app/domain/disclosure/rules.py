"""What of a file belongs to a person, what is another's, and how others' names leave a text.

A file is kept about a family, so most of its texts speak of several people at once. They belong to
each adult and child whom they are about (no article takes a shared text away), hence they are
given, with the names, numbers and phones of the others replaced by what those are in the family.
What is said of one member alone (a heard child, a signature, a stay in care) is given to that
member only. Who told the centre of the family is not named (art. 15 ust. 4 RODO).

Who has left a family gets of its common records those of their own time, as they stood then, and
never where the others live or may be met: that may be what they left, or fled from.

Blue Card facts are a register of their own (art. 9c UPPD) and never part of this package: no table
of it is among the kinds, and a text that speaks of it is left out whole, under the same words as
everything else that is another's: to say more would tell a perpetrator that there is a procedure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.families.rules import DepartureReason
from app.domain.law import DOMESTIC_VIOLENCE, FAMILY_SUPPORT, GDPR, Certainty, Rule
from app.domain.terms import Term

RODO15_4 = Rule(
    "RODO15.4",
    GDPR.art(15, 4),
    "Dostęp do danych nie narusza praw innych osób: ich imiona, numery i dane zgłaszającego są"
    " pomijane.",
    "Access does not harm the rights of others: their names and numbers, and who told the centre,"
    " are left out.",
    sure=Certainty.SECONDARY,
)
K2 = Rule(
    "K2",
    FAMILY_SUPPORT.art(7, 3),
    "Tajemnica obejmuje też rodzinę wobec osoby, która z niej odeszła: wspólne zapisy dostaje ona"
    " sprzed odejścia, a adresu, telefonu i miejsc spotkań rodziny nie dostaje.",
    "Secrecy holds towards somebody who has left the family as well: of the common records they"
    " get those from before, and never its address, phone or meeting places.",
)
I12 = Rule(
    "I12",
    DOMESTIC_VIOLENCE.art("9c", 5),
    "Dokumenty procedury „Niebieskie Karty” nie są częścią wydawanych danych.",
    "Documents of the Blue Card procedure are no part of the data handed out.",
)
OMITTED = "[pominięto: prawa innych osób]"
_BLUE_CARD = re.compile(
    r"(?i)niebiesk\w*[\s„\"'-]*kart|\bkart\w*[\s„\"'-]+niebiesk|\bN\.?\s?K\b|\bNK[ -]?[A-D]\b"
    r"|grup\w+\s+diagnostyczno|\bGDP\b|zesp\w+\s+interdyscyp|\bZI\b"
)
_PESEL = re.compile(r"(?<!\d)\d{11}(?!\d)")
_VOWELS = "aeiouyąęó"
_SOFT = str.maketrans({"ś": "si", "ć": "ci", "ń": "ni", "ź": "zi", "ł": "l"})
_ENDING = r"\w{0,5}"
_SHORTEST = 2
_LONG = 5


class RecordKind(Term):
    """A kind of record in the package: the name is its table's."""

    PERSON = "person", "dane osoby", "the person"
    FAMILY = "family", "rodzina", "family"
    FAMILY_CASE = "family_case", "sprawa", "case"
    SIGNAL = "signal", "zgłoszenie", "signal"
    INTERVIEW = "interview", "rodzinny wywiad środowiskowy", "environmental interview"
    INTERVIEW_UPDATE = "interview_update", "aktualizacja wywiadu", "update of the interview"
    OFFER = "offer", "oferta pomocy", "offer of help"
    FAMILY_CONSENT = "family_consent", "zgoda rodziny", "family's consent"
    CONSENT_SIGNATURE = "consent_signature", "podpis pod zgodą", "signature under the consent"
    CONSENT_REFUSAL = "consent_refusal", "odmowa zgody", "refusal of consent"
    CONSENT_WITHDRAWAL = "consent_withdrawal", "cofnięcie zgody", "withdrawal of consent"
    REFERRAL = "referral", "wniosek o asystenta", "application for an assistant"
    REFERRAL_DECISION = "referral_decision", "decyzja w sprawie wniosku", "decision on it"
    ASSIGNMENT = "assignment", "przydzielenie asystenta", "assignment"
    COOPERATION_AGREEMENT = "cooperation_agreement", "zasady współpracy", "cooperation rules"
    VISIT = "visit", "wizyta", "visit"
    VISIT_CORRECTION = "visit_correction", "sprostowanie zapisu wizyty", "correction of a visit"
    FAILED_VISIT = "failed_visit", "wizyta, która się nie odbyła", "failed visit"
    DIAGNOSIS = "diagnosis", "diagnoza asystenta", "assistant's diagnosis"
    WORK_PLAN = "work_plan", "plan pracy z rodziną", "work plan"
    PLAN_PROGRESS = "plan_progress", "wykonane działanie z planu", "action done"
    GOAL_REVIEW = "goal_review", "przegląd celów", "review of goals"
    ASSESSMENT = "assessment", "ocena sytuacji rodziny", "assessment"
    PLACEMENT = "placement", "pobyt w pieczy zastępczej", "placement in care"
    MOTION = "motion", "wniosek asystenta", "motion of the assistant"
    SUSPENSION = "suspension", "zawieszenie współpracy", "suspension"
    DEADLINE = "deadline", "termin w sprawie", "deadline"
    CLOSURE = "closure", "zakończenie współpracy", "closure"
    MONITORING = "monitoring", "monitoring", "monitoring"
    MONITORING_CHECK = "monitoring_check", "sprawdzenie w monitoringu", "monitoring check"
    ARCHIVED_CASE = "archived_case", "przekazanie do archiwum", "handing over to the archive"
    NOTICE_HANDING = "notice_handing", "przekazana klauzula", "data notice handed over"
    RIGHTS_REQUEST = "rights_request", "wniosek o dostęp do danych", "request for access"


# Tables with a family's or a person's key that are no kind of record, each with its reason.
LEFT_OUT: Mapping[str, str] = {
    "access_grant": "told as recipients, by role (art. 15(1)(c) GDPR)",
    "access_sign": "who of the staff looked, and what the manager found: as the audit",
    "audit_entry": "who of the staff looked is no data of the person (CJEU C-579/21)",
    "emergency_access": "who of the staff looked, and why the manager let it stand: as the audit",
    "destruction_file": "that a file may be destroyed: its period is told as retention",
    "erased_file": "the record of a file of which nothing is left",
    "legal_hold": "tells of a proceeding, often of another than the person (art. 23 GDPR)",
    "event": "repeats dates and kinds of the records, which are all in the package",
}
# A row that names one member in such a column is that member's alone.
OWN_COLUMNS: Mapping[str, str] = {
    "person": "id",
    "placement": "person_id",
    "rights_request": "person_id",
    "notice_handing": "person_id",
    "consent_signature": "person_id",
    "consent_withdrawal": "signer_id",
}
# Columns of others: who told the centre, officials of institutions, workers' own matters.
OF_OTHERS: Mapping[str, frozenset[str]] = {
    "signal": frozenset({"source", "institution"}),
    "visit": frozenset({"others_present"}),
    "placement": frozenset({"educator_name", "educator_contact"}),
    "assignment": frozenset({"absence", "override_reason"}),
    "assessment": frozenset({"recipients"}),
}
# The same within documents: a corrected visit repeats what it said before.
NAMES_WITHIN = frozenset({"others_present", "educator_name", "educator_contact"})
# Where a family lives and may be met: never for somebody who has left it.
WHEREABOUTS: Mapping[str, frozenset[str]] = {
    "family": frozenset(
        {"street", "postcode", "town", "gmina", "homeless", "last_registration_gmina", "phone"}
    ),
    "visit": frozenset({"place", "place_text", "next_visit_on"}),
    "cooperation_agreement": frozenset({"meeting_frequency", "meeting_place"}),
    "monitoring_check": frozenset({"next_on"}),
}
# What the office counts, keys and sorts by; it says nothing that the other columns don't.
TECHNICAL = frozenset(
    {
        *("centre_id", "id", "created_at", "created_by", "version", "sort_name", "pesel_index"),
        *("warnings", "plan_refs", "signers_left", "placements_covered", "pauses"),
    }
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the data are for: a task of law or a public task, never consent (K5)."""

    text: str
    legal_basis: str


PURPOSES = (
    Purpose(
        "praca z rodziną: wywiad, diagnoza, plan, wizyty, oceny, monitoring",
        f"art. 6 ust. 1 lit. c i e RODO; {FAMILY_SUPPORT.art(7, 1)}",
    ),
    Purpose(
        "dane o zdrowiu i sytuacji rodziny, w zakresie niezbędnym do tych zadań",
        "art. 9 ust. 2 lit. b, g i h RODO",
    ),
    Purpose("sprawozdawczość gminy", f"art. 6 ust. 1 lit. c RODO; {FAMILY_SUPPORT.art(176, 6)}"),
    Purpose("archiwum", "art. 6 ust. 1 lit. c RODO; jednolity rzeczowy wykaz akt ośrodka"),
)
SOURCES = (
    "osoba, której dane dotyczą, i jej rodzina",
    "rodzinny wywiad środowiskowy i wizyty pracowników",
    "zgłoszenia i informacje podmiotów współpracujących z rodziną",
    "sąd, kurator i organizator pieczy zastępczej, jeżeli uczestniczą w sprawie",
)
RIGHTS = (
    "sprostowanie danych (art. 16 RODO)",
    "usunięcie danych, poza przetwarzanymi z obowiązku prawnego (art. 17 ust. 3 RODO)",
    "ograniczenie przetwarzania (art. 18 RODO)",
    "sprzeciw wobec zadania publicznego (art. 21 RODO)",
    "skarga do Prezesa Urzędu Ochrony Danych Osobowych (art. 77 RODO)",
    "decyzje nie zapadają w sposób zautomatyzowany (art. 22 RODO)",
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the families of a person: `label` is what they are there."""

    id: str
    first_name: str
    last_name: str
    label: str
    pesel: str | None = None
    phone: str | None = None


def stems(name: str) -> list[str]:
    """Return beginnings that all cases of a Polish name share, and few other words have.

    Longer names lose two letters where they end in a vowel (Agnieszka, Agnieszce), shorter ones
    one (Ewa, Ewie); a fleeting e may be lost as well (Marek, Marka; Paweł, Pawła), and the
    last letter soften or harden (Staś, Stasia; Pawle). Pet names that share no beginning
    (Aleksandra, Ola) are left to who hands the package over.
    """
    word = name.strip()
    if word[-1:].lower() in _VOWELS:
        word = word[: -2 if len(word) >= _LONG else -1]
    found = [word]
    if len(word) > _SHORTEST + 1 and word[-2].lower() == "e":
        found.append(word[:-2] + word[-1])
    found += [stem[:-1] + stem[-1].translate(_SOFT) for stem in found if stem]
    return sorted({stem for stem in found if len(stem) >= _SHORTEST})


@dataclass(frozen=True, slots=True)
class Shield:
    """Takes others out of a text that is about several people."""

    own: tuple[Member, ...]
    others: tuple[Member, ...]
    _masks: list[tuple[re.Pattern[str], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare a pattern for each name; a name that is the person's own too stays."""
        kept = {stem for me in self.own for n in _names(me) for stem in stems(n)}
        for other in self.others:
            for name in _names(other):
                for stem in stems(name):
                    if stem not in kept:
                        pattern = re.compile(rf"\b{re.escape(stem)}{_ENDING}\b")
                        self._masks.append((pattern, f"[{other.label}]"))
            if digits := _digits(other.phone):
                loose = r"[ ()-]*".join(digits)
                pattern = re.compile(rf"(?:\+?48[ ()-]*)?(?<!\d){loose}(?!\d)")
                self._masks.append((pattern, f"[telefon: {other.label}]"))

    def clear(self, text: str) -> str:
        """Return a text without what is others'; OMITTED where it can't be parted."""
        if _BLUE_CARD.search(text):
            return OMITTED
        ours = {me.pesel for me in self.own}
        text = _PESEL.sub(lambda m: m[0] if m[0] in ours else "[PESEL innej osoby]", text)
        for pattern, label in self._masks:
            text = pattern.sub(label, text)
        return text

    def label_of(self, member_id: str) -> str | None:
        """Return how a member is called in the package; None: no member."""
        if any(me.id == member_id for me in self.own):
            return "osoba, której dane dotyczą"
        return next((other.label for other in self.others if other.id == member_id), None)


def _names(member: Member) -> Iterable[str]:
    words = f"{member.first_name} {member.last_name}".replace("-", " ").split()
    return (word for word in words if len(word) > _SHORTEST)


def _digits(phone: str | None) -> str:
    return "".join(c for c in phone or "" if c.isdigit())[-9:]


@dataclass(frozen=True, slots=True)
class Departure:
    """That somebody has left a family: `before` what day its records are theirs too, if any are."""

    before: date | None

    def covers(self, recorded_on: date) -> bool:
        """Tell whether what was written down on a day is from the time of the membership."""
        return self.before is not None and recorded_on < self.before


def departures(
    memberships: Iterable[Mapping[str, Any]], gone: str | None = None
) -> dict[str, Departure]:
    """Return which families somebody no longer belongs to, and since when (K2).

    Who left on a day no longer belonged on it. Who was recorded by mistake never belonged. `gone`
    is the family that a child's representative has left: all is the child's but where it is.
    """
    left: dict[str, list[date | None]] = {}
    for one in memberships:
        mistaken = one["left_reason"] == DepartureReason.RECORDED_BY_MISTAKE
        day = date.fromisoformat(one["left_on"]) if one["left_on"] else date.max
        left.setdefault(one["family_id"], []).append(None if mistaken else day)
    last = {family: max((d for d in days if d), default=None) for family, days in left.items()}
    left_by_both = {family: Departure(day) for family, day in last.items() if day != date.max}
    return ({gone: Departure(date.max)} if gone else {}) | left_by_both


def is_own(kind: str, row: Mapping[str, object], own: frozenset[str]) -> bool:
    """Tell whether a row is this person's to see: it is about them, or about all of the family."""
    column = OWN_COLUMNS.get(kind)
    return column is None or row[column] in own


def is_own_entry(entry: Mapping[str, object], own: frozenset[str]) -> bool:
    """Tell the same of an entry in a document: one that names a member is that member's."""
    return "person_id" not in entry or entry["person_id"] in own
