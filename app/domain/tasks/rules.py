"""The tasks of the family assistant, point by point of art. 15(1)."""

from app.domain.law import FAMILY_SUPPORT, Citation
from app.domain.terms import Term


class AssistantTask(Term):
    """The tasks of the assistant: art. 15(1), points 1 to 19, 11a and 13a."""

    WORK_PLAN = "work_plan", "plan pracy z rodziną", "work plan with the family"
    COORDINATED_PLAN = (
        "coordinated_plan",
        "plan skoordynowany z planem pomocy dziecku",
        "plan coordinated with the child's aid plan",
    )
    HOUSEHOLD = "household", "sytuacja życiowa i gospodarstwo domowe", "living and household"
    SOCIAL = "social", "problemy socjalne", "social problems"
    PSYCHOLOGICAL = "psychological", "problemy psychologiczne", "psychological problems"
    PARENTING = "parenting", "problemy wychowawcze z dziećmi", "child-raising problems"
    SOCIAL_ACTIVITY = "social_activity", "aktywność społeczna rodziny", "social activity"
    VOCATIONAL = "vocational", "kwalifikacje zawodowe", "vocational qualifications"
    EMPLOYMENT = "employment", "praca zarobkowa", "paid work"
    GROUP_CLASSES = "group_classes", "zajęcia grupowe dla rodziców", "group classes for parents"
    CHILD_SUPPORT = "child_support", "wsparcie dzieci", "support of the children"
    COURT_ACCOMPANIMENT = (
        "court_accompaniment",
        "towarzyszenie dziecku w sądzie (art. 76a k.p.k.)",
        "accompanying a child at a court hearing",
    )
    INTERVENTION = "intervention", "działania interwencyjne i zaradcze", "intervention"
    CONSULTATION = "consultation", "indywidualne konsultacje", "individual consultations"
    FOR_LIFE = "for_life", "zadania ustawy „Za życiem”", "tasks of the For Life act"
    DOCUMENTATION = "documentation", "dokumentacja pracy z rodziną", "documentation of the work"
    PERIODIC_ASSESSMENT = "periodic_assessment", "okresowa ocena sytuacji", "periodic assessment"
    MONITORING = "monitoring", "monitorowanie po zakończeniu pracy", "monitoring after the work"
    COURT_OPINION = "court_opinion", "opinia na wniosek sądu", "opinion at the court's request"
    COOPERATION = "cooperation", "współpraca z instytucjami", "cooperation with institutions"
    DV_COOPERATION = (
        "dv_cooperation",
        "współpraca z zespołem interdyscyplinarnym",
        "cooperation with the interdisciplinary team",
    )


_POINTS = (*range(1, 12), "11a", 12, 13, "13a", *range(14, 20))
POINT_OF = dict(zip(AssistantTask, _POINTS, strict=True))


def basis_of(task: AssistantTask) -> Citation:
    """Cite the point of art. 15(1) that a task is."""
    return FAMILY_SUPPORT.art(15, 1, POINT_OF[task])
