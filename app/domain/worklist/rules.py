"""Whose task a deadline is, and which state of a case waits for whom."""

from app.domain.actor import Role
from app.domain.cases.rules import ENDED, CaseAction, CaseState
from app.domain.deadlines.rules import DeadlineKind
from app.domain.events.rules import EventType
from app.domain.law import FAMILY_SUPPORT, Rule, Standing
from app.domain.terms import Term

L3 = Rule(
    "L3",
    FAMILY_SUPPORT.art(176, 6),
    "Sprawozdanie rzeczowo-finansowe półroczne: do 31 lipca i 31 stycznia.",
    "Half-yearly material and financial report: by 31 July and 31 January.",
    standing=Standing.NOT_APPLICABLE,
    reason="Reports come later; the worklist's counts are taken from the same events.",
)
K, S, A, E = DeadlineKind, CaseState, CaseAction, EventType
SW, FA, MG = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER
FC = Role.FOSTER_CARE_COORDINATOR


class WaitingKind(Term):
    """What waits for somebody beside a state of a case."""

    STATE = "state", "następny krok sprawy", "next step of the case"
    FIRST_VISIT_TO_CONFIRM = (
        "first_visit_to_confirm",
        "pierwsza wizyta do potwierdzenia",
        "first visit to confirm",
    )
    PLAN_TO_CONSULT = "plan_to_consult", "plan do konsultacji", "plan to consult"
    PLAN_TO_AGREE = "plan_to_agree", "plan do uzgodnienia", "plan to agree"
    ASSESSMENT_TO_RECEIVE = "assessment_to_receive", "ocena do przyjęcia", "assessment to receive"
    MOTION_TO_DECIDE = "motion_to_decide", "wniosek do rozpatrzenia", "motion to decide"
    SUBSTITUTE_NEEDED = "substitute_needed", "potrzebne zastępstwo", "substitute needed"
    NOTICE_TO_HAND = (
        "notice_to_hand",
        "klauzula informacyjna do przekazania (art. 13 RODO)",
        "data notice to hand over (art. 13 GDPR)",
    )
    CONSENT_WITHDRAWN = (
        "consent_withdrawn",
        "cofnięto zgodę: ocena końcowa i zakończenie",
        "consent withdrawn: final assessment and closure",
    )


# Whose task it is; a manager sees what is overdue all the same.
RESPONSIBLE: dict[DeadlineKind, Role] = {
    K.INTERVIEW: SW,
    K.INTERVIEW_UPDATE: SW,
    K.DECISION: MG,
    K.FIRST_VISIT: FA,
    K.DIAGNOSIS: FA,
    K.PLAN: FA,
    K.PLAN_ACTION: FA,
    K.GOAL_REVIEW: FA,
    K.PERIODIC_ASSESSMENT: FA,
    K.SUSPENSION_REVIEW: MG,
    K.MONITORING_CHECK: FA,
}

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

# What is news to whom when somebody else did it.
NEWS: tuple[tuple[EventType, Role], ...] = (
    (E.ASSISTANT_ASSIGNED, FA),
    (E.ASSISTANT_CHANGED, FA),
    (E.SUBSTITUTION_SET, FA),
    (E.CONSENT_WITHDRAWN, FA),
    (E.CHILD_PLACED, FA),
    (E.PLAN_CONSULTED, FA),
    (E.PLAN_AGREED, FA),
    (E.CASE_CLOSED, FA),
    (E.SIGNAL_RECEIVED, SW),
    (E.APPLICATION_RETURNED, SW),
    (E.APPLICATION_REFUSED, SW),
    (E.ASSISTANT_ASSIGNED, SW),
    (E.CONSENT_WITHDRAWN, SW),
    (E.ASSESSMENT_HANDED_OVER, SW),
    (E.CASE_CLOSED, SW),
    (E.APPLICATION_SUBMITTED, MG),
    (E.CONSENT_WITHDRAWN, MG),
    (E.ASSESSMENT_HANDED_OVER, MG),
    (E.CLOSURE_PROPOSED, MG),
    (E.EMERGENCY_OPENED, MG),
    (E.CHILD_PLACED, FC),
    (E.PLAN_DRAFTED, FC),
    (E.ASSESSMENT_HANDED_OVER, FC),
)
NEWS_DAYS = 7
