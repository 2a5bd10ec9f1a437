"""What waits for whom: the next step of a case, or something beside it."""

from app.domain.actor import Role
from app.domain.cases.rules import ENDED, CaseAction, CaseState
from app.domain.terms import Term

S, A = CaseState, CaseAction
SW, FA, MG = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER


class WaitingKind(Term):
    """What waits for somebody beside a state of a case."""

    STATE = "state", "następny krok sprawy", "next step of the case"
    FIRST_VISIT_TO_CONFIRM = (
        "first_visit_to_confirm",
        "pierwsza wizyta do potwierdzenia",
        "first visit to confirm",
    )
    SIGNAL_TO_CHECK = "signal_to_check", "kolejne zgłoszenie do sprawdzenia", "signal to check"
    PLAN_TO_CONSULT = "plan_to_consult", "plan do konsultacji", "plan to consult"
    PLAN_TO_AGREE = "plan_to_agree", "plan do uzgodnienia", "plan to agree"
    PLAN_TO_COORDINATE = (
        "plan_to_coordinate",
        "plan do skoordynowania: dziecko w pieczy",
        "plan to coordinate: a child is in care",
    )
    ASSESSMENT_TO_RECEIVE = "assessment_to_receive", "ocena do przyjęcia", "assessment to receive"
    MONITORING_TO_DECIDE = (
        "monitoring_to_decide",
        "współpracę zakończono: rozpocznij monitoring albo przekaż akta do archiwum",
        "work has ended: start the monitoring, or archive the file",
    )
    MONITORING_TO_END = "monitoring_to_end", "monitoring do zakończenia", "monitoring to end"
    MOTION_TO_DECIDE = "motion_to_decide", "wniosek do rozpatrzenia", "motion to decide"
    SUBSTITUTE_NEEDED = "substitute_needed", "potrzebne zastępstwo", "substitute needed"
    COORDINATOR_NEEDED = (
        "coordinator_needed",
        "dziecko w pieczy bez czynnego koordynatora",
        "child in care without a coordinator at work",
    )
    SOCIAL_WORKER_NEEDED = (
        "social_worker_needed",
        "sprawa bez pracownika socjalnego rejonu: przekaż ją",
        "case without a social worker of its district: hand it over",
    )
    NOTICE_TO_HAND = (
        "notice_to_hand",
        "klauzula informacyjna do przekazania (art. 13 RODO)",
        "data notice to hand over (art. 13 GDPR)",
    )
    CONSENT_TO_COMPLETE = (
        "consent_to_complete",
        "zgoda nie obejmuje już rodziny: uzyskaj podpis albo zakończ",
        "the consent no longer covers the family: have it signed, or close",
    )
    RISK_TO_ANSWER = (
        "risk_to_answer",
        "zagrożenie dzieci: podaj, co zrobiono",
        "risk to the children: say what was done",
    )
    CONSENT_WITHDRAWN = (
        "consent_withdrawn",
        "cofnięto zgodę: ocena końcowa i zakończenie",
        "consent withdrawn: final assessment and closure",
    )


# Until the interview the centre knows of a family from others: nothing was asked of its members.
UNTOLD = ENDED | {S.SIGNAL_RECEIVED}

# The state in which a case waits for a role, and for which action.
WAITING: tuple[tuple[CaseState, Role, CaseAction], ...] = (
    (S.SIGNAL_RECEIVED, SW, A.START_INTERVIEW),
    (S.INTERVIEW_IN_PROGRESS, SW, A.COMPLETE_INTERVIEW),
    (S.DIAGNOSED, SW, A.PRESENT_OFFER),
    (S.OFFER_PRESENTED, SW, A.RECORD_CONSENT),
    (S.CONSENT_GIVEN, SW, A.SUBMIT_APPLICATION),
    (S.RETURNED, SW, A.SUBMIT_APPLICATION),
    (S.APPLICATION_SUBMITTED, MG, A.BEGIN_ANALYSIS),
    (S.UNDER_ANALYSIS, MG, A.ASSIGN),
    (S.ASSIGNED, FA, A.RECORD_FIRST_VISIT),
    (S.FIRST_VISIT_DONE, FA, A.DIAGNOSE),
    (S.DIAGNOSIS_DONE, FA, A.DRAFT_PLAN),
    (S.PLAN_DRAFT, FA, A.ACTIVATE_PLAN),
)
