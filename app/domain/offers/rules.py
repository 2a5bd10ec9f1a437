"""An offer: after the interview, in the forms of the statute or in one that is named."""

from datetime import date

from app.domain.actor import Role
from app.domain.cases.rules import B4
from app.domain.errors import Conflict, Invalid
from app.domain.law import FAMILY_SUPPORT, Rule
from app.domain.terms import Term

A4 = Rule(
    "A4",
    FAMILY_SUPPORT.art(9),
    "Rodzinę wspierają instytucje, placówki wsparcia dziennego i rodziny wspierające.",
    "A family is supported by institutions, day-support centres and supporting families.",
)
A6 = Rule(
    "A6",
    FAMILY_SUPPORT.art(10, 3),
    "Pięć form pracy z rodziną; lista jest otwarta, inną formę trzeba nazwać.",
    "Five forms of work with the family; the list is open, another form must be named.",
)
READERS = (Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER)


class WorkForm(Term):
    """A form of work with the family (art. 10(3))."""

    COUNSELLING = (
        "counselling",
        "konsultacje i poradnictwo specjalistyczne",
        "specialist consultation and counselling",
    )
    THERAPY_AND_MEDIATION = "therapy_and_mediation", "terapia i mediacja", "therapy and mediation"
    SERVICES = (
        "services",
        "usługi dla rodzin z dziećmi, w tym opiekuńcze i specjalistyczne",
        "services for families with children, care among them",
    )
    LEGAL_HELP = "legal_help", "pomoc prawna", "legal help"
    SUPPORT_GROUPS = (
        "support_groups",
        "grupy wsparcia i grupy samopomocowe",
        "support and self-help groups",
    )
    OTHER = "other", "inna forma", "another form"


class SupportSource(Term):
    """Who supports the family (art. 9)."""

    INSTITUTION = "institution", "instytucja lub podmiot", "institution"
    DAY_SUPPORT_CENTRE = "day_support_centre", "placówka wsparcia dziennego", "day-support centre"
    SUPPORTING_FAMILY = "supporting_family", "rodzina wspierająca", "supporting family"


class InterviewNotCompleted(Conflict):
    """An offer needs a completed interview with a diagnosis."""

    pl = "Oferta wymaga zakończonego wywiadu z diagnozą."
    rule = B4


class OfferOutOfOrder(Invalid):
    """The offer follows the interview and is recorded after it was presented."""

    pl = "Ofertę przedstawia się po wywiadzie i zapisuje po fakcie."
    rule = B4


class OtherFormUnnamed(Invalid):
    """Name the other form of work, and only where “other” is chosen."""

    pl = "Nazwij inną formę pracy, i tylko wtedy, gdy wybrano „inna”."
    rule = A6


def require_after_interview(presented_on: date, done_on: date | None, today: date) -> None:
    """Refuse an offer without a completed interview, from before it, or from the future (B4)."""
    if done_on is None:
        raise InterviewNotCompleted
    if not done_on <= presented_on <= today:
        raise OfferOutOfOrder(earliest=done_on, latest=today, said=presented_on)


def require_forms_named(forms: list[WorkForm], other_form: str | None) -> None:
    """Refuse “other” without its name, and a name without “other” (A6)."""
    if (WorkForm.OTHER in forms) != (other_form is not None):
        raise OtherFormUnnamed
