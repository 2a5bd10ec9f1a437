"""What a machine is told, where to, and how often it is tried (art. 5, 19, 28 GDPR).

A message says that something has happened and where to read it, never what: ids and no personal
data. It is sent at least once, under one id, as Standard Webhooks 1.0 and CloudEvents 1.0 have it;
a receiver that knows the id has it already.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from app.domain.clients.rules import WITHOUT_FAMILIES, ClientArea
from app.domain.errors import Conflict, Invalid
from app.domain.events.rules import EventType
from app.domain.law import GDPR, Certainty, Rule
from app.domain.terms import Term

S5 = Rule(
    "S5",
    GDPR.art(5, 1, letter="c"),
    "System zewnętrzny dostaje powiadomienie, że coś zaszło i gdzie to odczytać, bez danych"
    " osobowych; tylko pod adres, który dopuścił operator.",
    "A machine is told that something has happened and where to read it, without personal data, and"
    " only at an address that the operator has allowed.",
    sure=Certainty.INTERPRETATION,
)
S5_1 = Rule(
    "S5.1",
    GDPR.art(19),
    "O usunięciu akt dowiaduje się każdy system, który czyta rodziny.",
    "Every machine that reads families and has a webhook is told that a file was erased.",
    sure=Certainty.INTERPRETATION,
)
MOST_WEBHOOKS = 5  # of one client
LEASE = timedelta(seconds=30)  # after which a message that nobody has settled is sent again
BOTH_SECRETS = timedelta(hours=24)  # while one replaces the other
# How long after each failure it is tried again, by Standard Webhooks' advice; then it has failed.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# An event is seen late by as much as its transaction takes (seconds) and clocks differ.
SEEN_WITHIN = timedelta(minutes=15)
QUIET = timedelta(hours=1)
UNREACHED_HOURS = 1  # after which the manager is told
GONE = 410  # by which a receiver says that it wants no more
PING = "ping"
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


class DeliveryState(Term):
    """Where a message stands."""

    WAITING = "waiting", "czeka na wysłanie", "waiting to be sent"
    DELIVERED = "delivered", "dostarczono", "delivered"
    FAILED = "failed", "nie dostarczono", "not delivered"


class WebhookHostNotAllowed(Invalid):
    """The operator has not allowed this host; messages go by https to those that are allowed."""

    pl = "Operator nie dopuścił tego serwera; powiadomienia idą przez https pod dopuszczone adresy."
    rule = S5
    pointer = "#/url"


class AreaNotRead(Invalid):
    """A machine is only told of areas that it may read."""

    pl = "System dowiaduje się tylko o obszarach, które może czytać."
    rule = S5
    pointer = "#/areas"


class TooManyWebhooks(Conflict):
    """This client has five webhooks already; disable one first."""

    pl = "Ten klient ma już pięć adresów powiadomień; najpierw wyłącz jeden z nich."


class WebhookDisabled(Conflict):
    """This webhook is disabled for good; register it anew."""

    pl = "Ten adres powiadomień jest wyłączony na stałe; zarejestruj go ponownie."


class WebhookWithoutSecret(Conflict):
    """This webhook has no secret yet, so nothing is sent; make one first."""

    pl = "Ten adres powiadomień nie ma jeszcze sekretu, więc nic nie jest wysyłane; utwórz go."


@dataclass(frozen=True, slots=True)
class Subject:
    """Where what some events tell of is read, under the API's version, and in which area."""

    area: ClientArea
    place: str


A = ClientArea
_PLACES: tuple[tuple[ClientArea, str, str], ...] = (
    (A.FAMILIES, "families/{family}", "family_recorded family_changed file_erased"),
    (A.FAMILIES, "members/{subject}", "member_added member_changed member_departed"),
    (A.INTAKE, "signals/{subject}", "signal_received signal_checked"),
    (
        A.INTERVIEWS,
        "interviews/{subject}",
        "interview_started interview_amended interview_completed interview_updated no_need_found",
    ),
    (A.OFFERS, "offers/{subject}", "offer_presented"),
    (
        A.CONSENTS,
        "consents/{subject}",
        "consent_given consent_renewed consent_withdrawn risk_answered",
    ),
    (A.CONSENTS, "consent-refusals/{subject}", "consent_refused"),
    (
        A.REFERRALS,
        "referrals/{subject}",
        (
            "application_drafted application_changed application_submitted analysis_begun"
            " application_returned application_refused application_redirected"
        ),
    ),
    (
        A.ASSIGNMENTS,
        "assignments/{subject}",
        "assistant_assigned assistant_changed substitution_set substitution_ended",
    ),
    (
        A.VISITS,
        "visits/{subject}",
        "first_visit_held first_visit_confirmed visit_recorded visit_corrected",
    ),
    (A.VISITS, "failed-visits/{subject}", "visit_failed"),
    (A.VISITS, "cooperation-agreements/{subject}", "rules_agreed"),
    (A.DIAGNOSES, "diagnoses/{subject}", "diagnosis_made diagnosis_revised"),
    (
        A.PLANS,
        "plans/{subject}",
        (
            "plan_drafted plan_changed plan_consulted plan_agreed plan_activated plan_revised"
            " plan_abandoned plan_action_done goals_reviewed"
        ),
    ),
    (
        A.ASSESSMENTS,
        "assessments/{subject}",
        (
            "assessment_drafted assessment_changed assessment_discarded assessment_signed"
            " signature_withdrawn assessment_handed_over assessment_received"
        ),
    ),
    (A.PLACEMENTS, "placements/{subject}", "child_placed placement_ended"),
    (A.PLACEMENTS, "foster-families/{subject}", "foster_family_registered"),
    (A.PLACEMENTS, "coordinations/{subject}", "coordinator_appointed coordination_ended"),
    (
        A.MOTIONS,
        "motions/{subject}",
        (
            "suspension_proposed release_proposed closure_proposed motion_granted motion_refused"
            " motion_withdrawn"
        ),
    ),
    (A.MOTIONS, "suspensions/{subject}", "cooperation_suspended cooperation_resumed"),
    (A.CLOSURES, "cases/{case}/closure", "case_closed"),
    (A.CASES, "cases/{case}", "case_archived social_worker_changed"),
    (
        A.MONITORING,
        "cases/{case}/monitoring",
        "monitoring_started monitoring_passed_on monitoring_ended",
    ),
    (A.MONITORING, "monitoring-checks/{subject}", "monitoring_checked"),
    (A.CENTRE, "centre/settings/{subject}", "settings_changed"),
    (A.DIRECTORY, "districts/{subject}", "district_created district_changed"),
    (A.DIRECTORY, "district-workers/{subject}", "district_given district_taken"),
)
# What a machine may be told of. The rest is of people and machines of the centre, of holds,
# notices and emergencies: no operation shows that to a machine.
SUBJECTS: dict[str, Subject] = {
    kind: Subject(area, place) for area, place, kinds in _PLACES for kind in kinds.split()
}


def kinds_in(areas: Collection[ClientArea]) -> list[str]:
    """Return the types of the events that some areas tell of, sorted (S5.1 with families)."""
    told = {kind for kind, subject in SUBJECTS.items() if subject.area in areas}
    if not WITHOUT_FAMILIES.issuperset(areas):
        told.add(EventType.FILE_ERASED.value)
    return sorted(told)


def require_allowed(url: str, hosts: Collection[str]) -> None:
    """Refuse an address whose host (or host:port) the operator has not named, or without TLS.

    Only the machine itself is spoken to without: that is for trying things out.
    """
    parts = urlsplit(url)
    named = parts.netloc in hosts
    if not named or (parts.scheme != "https" and parts.hostname not in _LOOPBACK):
        raise WebhookHostNotAllowed


def require_read(areas: Collection[ClientArea], scopes: Collection[str]) -> None:
    """Refuse areas that the machine may not read itself."""
    missing = sorted(area.value for area in areas if area.scope not in scopes)
    if missing:
        raise AreaNotRead(areas=missing)


def require_room(count: int) -> None:
    """Refuse one webhook too many."""
    if count >= MOST_WEBHOOKS:
        raise TooManyWebhooks


def require_active(*, active: bool) -> None:
    """Refuse a command on a disabled webhook."""
    if not active:
        raise WebhookDisabled


def require_secret(secret: str | None) -> None:
    """Refuse to send what could not be signed."""
    if secret is None:
        raise WebhookWithoutSecret


def after_failure(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None: no more."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_delivered(status: int | None) -> bool:
    """Tell whether an answer takes a message over: any 2xx does (Standard Webhooks)."""
    return status is not None and 200 <= status < 300
