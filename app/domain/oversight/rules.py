"""What an entry of the audit is called, and which access is out of the ordinary.

A sign accuses nobody: it says by a simple rule where a manager should ask why.
"""

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
DAYS_BACK = 7


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


ACTIONS = {
    "insert": AuditAction.CREATE,
    "update": AuditAction.UPDATE,
    "read": AuditAction.READ,
    "list": AuditAction.EXECUTE,
    "search": AuditAction.EXECUTE,
}
