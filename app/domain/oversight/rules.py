"""What an entry of the audit is called, and which access is out of the ordinary.

A sign accuses nobody: it says by a simple rule where a manager should ask why.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from app.domain.actor import Role
from app.domain.errors import Conflict
from app.domain.law import GDPR, Certainty, Rule
from app.domain.terms import Term

K9 = Rule(
    "K9",
    GDPR.art(5, 2),
    "Ośrodek potrafi wykazać, kto i po co miał dostęp do danych rodziny; zapisy są nieusuwalne.",
    "The centre can show who had access to a family's data and why; the record can't be deleted.",
    sure=Certainty.INTERPRETATION,
    settings=("unusual_families_a_day",),
)
K9_1 = Rule(
    "K9.1",
    GDPR.art(32, 1, letter="d"),
    "Dostęp, który odbiega od zwykłego, trafia na listę zadań kierownika; kierownik zapisuje, co"
    " ustalił. Własnego dostępu nikt nie ocenia sam.",
    "Access that is out of the ordinary comes to the manager's worklist; the manager notes what was"
    " found. Nobody judges their own access.",
    sure=Certainty.INTERPRETATION,
    settings=("unusual_families_a_day",),
)
REVIEWERS = (Role.MANAGER,)
DAYS_BACK = 7
MOST_NOTED = 1000  # signs in one transaction
# A family is searched for once or twice before it is recorded (K1), and a day brings a few of them;
# who goes through streets or birthdays asks far more often.
SEARCHES_A_DAY = 40


class AuditAction(Term):
    """What was done; the first letters are the codes of FHIR's AuditEvent."""

    CREATE = "create", "zapis", "create"
    READ = "read", "odczyt", "read"
    UPDATE = "update", "zmiana", "update"
    EXECUTE = "execute", "wyszukanie lub zestawienie", "search or list"


class AuditOutcome(Term):
    """How it ended: what was refused or failed leaves no entry, because nothing was done."""

    SUCCESS = "success", "wykonano", "success"


class AuditPurpose(Term):
    """Why the data were used."""

    CASEWORK = "casework", "praca z rodziną", "work with the family"
    SUPERVISION = "supervision", "nadzór kierownika", "supervision by the manager"
    IDENTIFICATION = "identification", "szukanie przed zapisem", "search before recording"
    EMERGENCY = "emergency", "dostęp awaryjny", "emergency access"
    SYSTEM = "system", "praca programu", "the product's own work"
    SUBJECT_ACCESS = (
        "subject_access",
        "wydanie danych osobie (art. 15 RODO)",
        "data put together for the person (art. 15 GDPR)",
    )


class UnusualSign(Term):
    """Which simple rule an access met."""

    OWN_NAME = (
        "own_name",
        "nazwisko pracownika jest nazwiskiem rodziny lub jej członka",
        "the worker's surname is that of the family or of a member",
    )
    MANY_FAMILIES = (
        "many_families",
        "więcej różnych rodzin jednego dnia, niż ustalił ośrodek",
        "more different families in a day than the centre has set",
    )
    OUTSIDE_HOURS = (
        "outside_hours",
        "poza dniami lub godzinami pracy ośrodka",
        "outside the centre's working days or hours",
    )
    NO_LINK = (
        "no_link",
        "bez przydziału, rejonu i sprawy: dostęp awaryjny",
        "without assignment, district or case: emergency access",
    )
    MANY_SEARCHES = (
        "many_searches",
        "więcej wyszukiwań jednego dnia, niż wymaga praca",
        "more searches in a day than the work takes",
    )


class SignFinding(Term):
    """What the manager found when looking at a sign."""

    JUSTIFIED = "justified", "dostęp uzasadniony", "access justified"
    NOT_JUSTIFIED = "not_justified", "dostęp nieuzasadniony", "access not justified"


class SignReviewedAlready(Conflict):
    """This sign has been looked at already."""

    pl = "Ten dostęp został już sprawdzony."
    rule = K9_1


class SignOfOneself(Conflict):
    """Another manager looks at a sign of your own access."""

    pl = "Dostęp, który dotyczy Ciebie, sprawdza inny kierownik."
    rule = K9_1


# What is noted as a task: access in an emergency has its own review already (K11.1).
NOTED = (
    *(UnusualSign.OWN_NAME, UnusualSign.OUTSIDE_HOURS, UnusualSign.MANY_FAMILIES),
    UnusualSign.MANY_SEARCHES,
)
CONSTRAINTS = {"ck_access_sign_another_reviews": SignOfOneself}
ACTIONS = {
    "insert": AuditAction.CREATE,
    "update": AuditAction.UPDATE,
    "read": AuditAction.READ,
    "export": AuditAction.READ,
    "list": AuditAction.EXECUTE,
    "search": AuditAction.EXECUTE,
}


def days_to_note(today: date) -> list[date]:
    """Return whose signs are noted today: the last days, which are over and their counts whole."""
    return [today - timedelta(days) for days in range(DAYS_BACK, 0, -1)]


def require_review(reviewed_at: datetime | None, account_id: UUID, reviewer: UUID) -> None:
    """Refuse a second review, and one by the very person whose access it is."""
    if reviewed_at is not None:
        raise SignReviewedAlready
    if account_id == reviewer:
        raise SignOfOneself
