"""Whose task a deadline is, and what is news to whom."""

from app.domain.actor import Role
from app.domain.deadlines.rules import DeadlineKind
from app.domain.events.rules import EventType
from app.domain.law import FAMILY_SUPPORT, Rule, Standing

L3 = Rule(
    "L3",
    FAMILY_SUPPORT.art(176, 6),
    "Sprawozdanie rzeczowo-finansowe półroczne: do 31 lipca i 31 stycznia.",
    "Half-yearly material and financial report: by 31 July and 31 January.",
    standing=Standing.NOT_APPLICABLE,
    reason="Reports come later; the worklist's counts are taken from the same events.",
)
K, E = DeadlineKind, EventType
SW, FA, MG = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER
FC = Role.FOSTER_CARE_COORDINATOR


# Whose task it is; a manager sees what is overdue all the same.
RESPONSIBLE: dict[DeadlineKind, Role] = {
    K.INTERVIEW: SW,
    K.SIGNAL_CHECK: SW,
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
    (E.SIGNAL_RECEIVED, FA),
    (E.SOCIAL_WORKER_CHANGED, SW),
    (E.SOCIAL_WORKER_CHANGED, FA),
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
