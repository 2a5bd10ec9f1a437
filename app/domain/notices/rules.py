"""What persons are told about the processing of their data, and when they were told it."""

from datetime import date

from app.domain.actor import Role
from app.domain.errors import Invalid
from app.domain.law import GDPR, Certainty, Rule
from app.domain.terms import Term

PUBLISHERS = (Role.MANAGER,)
HANDERS = (
    *(Role.SOCIAL_WORKER, Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR),
    Role.MANAGER,
)
RODO13 = Rule(
    "RODO13.1",
    GDPR.art(13, 1),
    "Osobie, od której zbiera się dane, podaje się administratora, inspektora ochrony danych, cele"
    " i podstawę, okres przechowywania i jej prawa; ośrodek wie, kiedy i w jakiej wersji.",
    "A person whose data are collected is told the controller, the data protection officer, the"
    " purposes and basis, the period kept and their rights; the centre knows when and which"
    " version.",
    sure=Certainty.SECONDARY,
)


class HandingForm(Term):
    """How a notice was handed over."""

    PAPER = "paper", "na piśmie", "on paper"
    ELECTRONIC = "electronic", "elektronicznie", "electronically"
    READ_OUT = "read_out", "odczytano", "read out"


class HandedOutOfOrder(Invalid):
    """A notice is handed over once it is published, and not in the future."""

    pl = "Klauzulę przekazuje się po jej ogłoszeniu i nie z datą przyszłą."
    rule = RODO13


def require_handing_day(handed_on: date, published_on: date, today: date) -> None:
    """Refuse a notice handed over before it was there, or in the future."""
    if not published_on <= handed_on <= today:
        raise HandedOutOfOrder(handed_on=handed_on, published_on=published_on, today=today)
