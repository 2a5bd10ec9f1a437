"""Emergency access (K11.1): who opens whose file, for how long, and who reviews it."""

from datetime import datetime, timedelta
from uuid import UUID

from app.domain.actor import Role
from app.domain.errors import Conflict, Invalid
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule
from app.domain.terms import Term

EMERGENCY = Rule(
    "K11.1",
    FAMILY_SUPPORT.art(7, 1),
    "W sytuacji nagłej pracownik otwiera do odczytu akta rodziny spoza swojego zakresu: z powodem,"
    " najwyżej na 24 godziny; kierownik dowiaduje się od razu i sprawdza każdy taki dostęp.",
    "In an emergency a worker opens the file of a family outside of their scope for reading: with a"
    " reason, for 24 hours at most; the manager is told at once and reviews every such access.",
    sure=Certainty.INTERPRETATION,
    settings=("emergency_access_hours",),
)
MOST_HOURS = 24
# The manager sees every family; who keeps accounts only, none.
OPENERS = (Role.SOCIAL_WORKER, Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR)
ENDERS = (*OPENERS, Role.MANAGER)
REVIEWERS = (Role.MANAGER,)


class EmergencyReason(Term):
    """Why a file is opened in an emergency."""

    CHILD_IN_DANGER = "child_in_danger", "zagrożenie życia lub zdrowia dziecka", "child in danger"
    ADULT_IN_DANGER = (
        "adult_in_danger",
        "zagrożenie życia lub zdrowia dorosłego",
        "adult in danger",
    )
    INTERVENTION = "intervention", "interwencja w czasie dyżuru", "intervention on duty"
    COURT_OR_POLICE = "court_or_police", "pilne żądanie sądu lub Policji", "court or Police"
    OTHER = "other", "inny powód", "another reason"


class EmergencyOutcome(Term):
    """What the review of an emergency access found."""

    JUSTIFIED = "justified", "uzasadniony", "justified"
    NOT_JUSTIFIED = "not_justified", "nieuzasadniony", "not justified"


class CandidateUnknown(Invalid):
    """Your search has found no such family; search again."""

    pl = "Twoje wyszukiwanie nie znalazło takiej rodziny; wyszukaj ponownie."
    rule = EMERGENCY
    pointer = "#/candidate"


class TooManyHours(Invalid):
    """The centre lets a file be open for at most this many hours."""

    pl = "Ośrodek pozwala otworzyć akta najwyżej na tyle godzin."
    rule = EMERGENCY
    pointer = "#/hours"


class FamilyInScope(Conflict):
    """This family is in your scope already; no emergency is needed."""

    pl = "Ta rodzina jest już w Twoim zakresie; nie trzeba dostępu w sytuacji nagłej."
    rule = EMERGENCY


class EmergencyOpenAlready(Conflict):
    """You have this file open in an emergency already."""

    pl = "Masz już otwarte akta tej rodziny w sytuacji nagłej."
    rule = EMERGENCY


class EmergencyOver(Conflict):
    """This access has ended already."""

    pl = "Ten dostęp już się zakończył."
    rule = EMERGENCY


class ReviewedAlready(Conflict):
    """This access has been reviewed already."""

    pl = "Ten dostęp został już sprawdzony."
    rule = EMERGENCY


class ReviewsThemself(Conflict):
    """Another manager reviews what you opened yourself."""

    pl = "Dostęp, który otworzyła ta sama osoba, sprawdza inny kierownik."
    rule = EMERGENCY


CONSTRAINTS = {
    "emergency_access_open": EmergencyOpenAlready,
    "ck_emergency_access_another_reviews": ReviewsThemself,
}


def ends_at(opened_at: datetime, hours: int | None, most: int) -> datetime:
    """Return the first instant without the right; refuse more hours than the centre allows."""
    asked = most if hours is None else hours
    if asked > min(most, MOST_HOURS):
        raise TooManyHours(limit=min(most, MOST_HOURS), asked=asked)
    return opened_at + timedelta(hours=asked)


def require_candidate(family_id: UUID | None) -> UUID:
    """Refuse a handle that this search did not give."""
    if family_id is None:
        raise CandidateUnknown
    return family_id


def require_out_of_scope(*, open_already: bool, seen: bool) -> None:
    """Refuse an emergency where the file is open already."""
    if open_already:
        raise EmergencyOpenAlready
    if seen:
        raise FamilyInScope


def require_open(until: datetime, now: datetime) -> None:
    """Refuse to end what has ended: at `until` itself it is over."""
    if now >= until:
        raise EmergencyOver


def require_review(reviewed_at: datetime | None, opened_by: UUID, reviewer: UUID) -> None:
    """Refuse a second review, and one by the very person who opened the file."""
    if reviewed_at is not None:
        raise ReviewedAlready
    if opened_by == reviewer:
        raise ReviewsThemself
