"""Row scopes (K11): the right to a family follows the work with it."""

from app.domain.law import FAMILY_SUPPORT, PRACTICE, Certainty, Rule
from app.domain.terms import Term

K11 = Rule(
    "K11",
    PRACTICE.whole(),
    "Asystent widzi swoje rodziny, koordynator rodziny dzieci w pieczy, pracownik socjalny swój"
    " rejon, kierownik cały ośrodek; reszta nie istnieje (404).",
    "Assistants see their own families, coordinators those of children in care, social workers"
    " their district, managers the whole centre; the rest does not exist (404).",
    sure=Certainty.INTERPRETATION,
)
K1 = Rule(
    "K1",
    FAMILY_SUPPORT.art(7, 1),
    "Dane przetwarza się tylko w zakresie niezbędnym do zadań ustawy.",
    "Data are processed only as far as the tasks of the act need them.",
)


class GrantReason(Term):
    """Why a person may see a family."""

    RECORDED = "recorded", "założenie karty rodziny", "recorded the family"
    CASEWORK = "casework", "prowadzenie sprawy", "social work with the family"
    ASSIGNMENT = "assignment", "przydział", "assignment"
    SUBSTITUTION = "substitution", "zastępstwo", "substitution"
    MONITORING = "monitoring", "monitoring", "monitoring"
    PLACEMENT = "placement", "dziecko w pieczy", "child in care"
