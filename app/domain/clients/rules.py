"""What a machine may be granted, and what is refused (RFC 6749 §4.4, art. 28 GDPR).

A scope opens the reading operations of one area and nothing else: there is none for writing, nor
for the people of the centre, their sessions, or the clients themselves. `families:read` lets the
rows of families through row security; what shows families can't be granted without it.
"""

from collections.abc import Collection, Iterable
from datetime import date

from app.domain.errors import Conflict, Forbidden, Invalid, Refusal
from app.domain.terms import Term

MOST_SECRETS = 2
LONGEST_YEARS = 2


class ClientArea(Term):
    """What a machine client may read: the operations of one tag; `families` is `families:read`."""

    CENTRE = "centre", "ośrodek i jego ustawienia", "the centre and its settings"
    DIRECTORY = "directory", "rejony i ich pracownicy", "districts and who serves them"
    REFERENCE = "reference", "reguły i słowniki", "rules and dictionaries"
    FAMILIES = "families", "rodziny i ich członkowie", "families and their members"
    INTAKE = "intake", "zgłoszenia", "signals"
    INTERVIEWS = "interviews", "wywiady środowiskowe", "environmental interviews"
    OFFERS = "offers", "oferty pomocy", "offers of help"
    CONSENTS = "consents", "zgody rodzin", "consents of families"
    REFERRALS = "referrals", "wnioski o asystenta", "applications for an assistant"
    CASES = "cases", "sprawy, ich przebieg i terminy", "cases, their course and deadlines"
    ASSIGNMENTS = "assignments", "przydziały i wolne miejsca", "assignments, free places"
    VISITS = "visits", "wizyty i kontakty", "visits and contacts"
    DIAGNOSES = "diagnoses", "diagnozy", "diagnoses"
    PLANS = "plans", "plany pracy", "work plans"
    ASSESSMENTS = "assessments", "oceny sytuacji rodzin", "assessments"
    PLACEMENTS = "placements", "dzieci w pieczy", "children in care"
    MOTIONS = "motions", "wnioski asystenta i zawieszenia", "motions and suspensions"
    CLOSURES = "closures", "zakończenia i archiwum", "closures and the archive"
    MONITORING = "monitoring", "monitoring", "monitoring"

    @property
    def scope(self) -> str:
        """Return the scope that a token carries for it (RFC 6749 §3.3)."""
        return f"{self.value}:read"


WITHOUT_FAMILIES = frozenset({ClientArea.CENTRE, ClientArea.DIRECTORY, ClientArea.REFERENCE})


class InsufficientScope(Forbidden):
    """This machine client was not granted the scope of this operation."""

    pl = "Ten klient systemowy nie ma zakresu wymaganego przez tę operację."


class FamiliesScopeMissing(Invalid):
    """What shows families can only be granted together with the families themselves."""

    pl = "Zakres pokazujący rodziny można nadać tylko razem z samymi rodzinami."
    pointer = "#/reads"


class AgreementNotConcluded(Invalid):
    """The processing agreement (art. 28 GDPR) must be concluded by today."""

    pl = "Umowa powierzenia (art. 28 RODO) musi być już zawarta."
    pointer = "#/agreed_on"


class WrongExpiry(Invalid):
    """The access of a machine ends after today, and two years from today at the latest."""

    pl = "Dostęp klienta systemowego kończy się po dniu dzisiejszym, najpóźniej za dwa lata."
    pointer = "#/expires_on"


class ClientNameTaken(Conflict):
    """An active client of this name exists already."""

    pl = "Czynny klient systemowy o tej nazwie już istnieje."


class ClientDisabled(Conflict):
    """This client is disabled for good; register it anew."""

    pl = "Ten klient systemowy jest wyłączony na stałe; zarejestruj go ponownie."


class TwoSecretsAlready(Conflict):
    """Two secrets are valid already; revoke the older one first."""

    pl = "Dwa sekrety są już ważne; najpierw unieważnij starszy."


class SecretRevokedAlready(Conflict):
    """This secret is revoked already."""

    pl = "Ten sekret jest już unieważniony."


CONSTRAINTS: dict[str, type[Refusal]] = {"api_client_name_taken": ClientNameTaken}


def require_areas_together(areas: Collection[ClientArea]) -> None:
    """Refuse areas that could show nothing, because families themselves were not granted."""
    if ClientArea.FAMILIES not in areas and not WITHOUT_FAMILIES.issuperset(areas):
        raise FamiliesScopeMissing


def require_agreed(agreed_on: date, today: date) -> None:
    """Refuse a client whose processing agreement is still to come."""
    if agreed_on > today:
        raise AgreementNotConcluded(agreed_on=agreed_on)


def require_expiry(expires_on: date, today: date) -> None:
    """Refuse a client that is over already, or would be forgotten: at most two years."""
    leap = (today.month, today.day) == (2, 29)
    latest = today.replace(year=today.year + LONGEST_YEARS, day=28 if leap else today.day)
    if not today < expires_on <= latest:
        raise WrongExpiry(expires_on=expires_on)


def require_active(*, active: bool) -> None:
    """Refuse a command on a disabled client."""
    if not active:
        raise ClientDisabled


def require_room(living: int) -> None:
    """Refuse a third valid secret: two are the overlap of a rotation."""
    if living >= MOST_SECRETS:
        raise TwoSecretsAlready


def require_unrevoked(revoked_at: object) -> None:
    """Refuse to revoke what is revoked."""
    if revoked_at is not None:
        raise SecretRevokedAlready


def granted(asked: str | None, held: Iterable[str]) -> list[str] | None:
    """Return the scopes of a token: all that are held, or the fewer ones asked for; None: more."""
    mine = set(held)
    wanted = mine if asked is None else set(asked.split(" "))
    return sorted(wanted) if wanted and wanted <= mine else None
