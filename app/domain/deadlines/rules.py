"""The timers of the procedure: what each deadline is called, what starts it, how it is counted."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Calendar, months_after, working_days_after
from app.domain.cases.rules import B8, E2, E13, E14, WORK
from app.domain.centres.rules import B10, E6, E9
from app.domain.events.rules import EventType
from app.domain.law import FAMILY_SUPPORT, INTERVIEWS, SOCIAL_ASSISTANCE, Rule
from app.domain.terms import Term

B2 = Rule(
    "B2",
    INTERVIEWS.par(3, 2),
    "Wywiad w terminie 14 dni roboczych od powzięcia informacji; w sprawach pilnych niezwłocznie,"
    " najpóźniej w 2 dni robocze (§ 3 ust. 3).",
    "Interview within 14 working days of learning; urgent: at once, 2 working days at the latest.",
)
B13 = Rule(
    "B13",
    SOCIAL_ASSISTANCE.art(107, 4),
    "Wywiad aktualizuje się przy zmianie danych, a przy stałych formach pomocy co najmniej raz na"
    " 6 miesięcy.",
    "The interview is updated on change, and at least every 6 months for permanent help.",
)
E1 = Rule(
    "E1",
    FAMILY_SUPPORT.art(15, 3),
    "Plan pracy zawiera zakres działań, terminy i przewidywane efekty.",
    "The work plan contains the scope of actions, deadlines and expected effects.",
)
INTERVIEW_DAYS = 14
URGENT_INTERVIEW_DAYS = 2
INTERVIEW_UPDATE_MONTHS = 6


class DeadlineKind(Term):
    """What is due."""

    INTERVIEW = "interview", "wywiad środowiskowy", "environmental interview"
    SIGNAL_CHECK = "signal_check", "sprawdzenie kolejnego zgłoszenia", "check of another signal"
    INTERVIEW_UPDATE = "interview_update", "aktualizacja wywiadu", "update of the interview"
    DECISION = "decision", "decyzja w sprawie wniosku", "decision on the application"
    FIRST_VISIT = "first_visit", "pierwsza wizyta", "first visit"
    DIAGNOSIS = "diagnosis", "diagnoza asystenta", "assistant's diagnosis"
    PLAN = "plan", "plan pracy z rodziną", "work plan"
    PLAN_ACTION = "plan_action", "działanie z planu", "action of the plan"
    GOAL_REVIEW = "goal_review", "przegląd celów", "review of goals"
    PERIODIC_ASSESSMENT = "periodic_assessment", "okresowa ocena", "periodic assessment"
    SUSPENSION_REVIEW = "suspension_review", "przegląd zawieszenia", "review of the suspension"
    MONITORING_CHECK = "monitoring_check", "sprawdzenie w monitoringu", "monitoring check"


@dataclass(frozen=True, slots=True)
class Timer:
    """The explanation that every deadline of a kind carries."""

    rule: Rule
    starts_with: EventType
    calendar: Calendar


K, E = DeadlineKind, EventType
TIMERS: dict[DeadlineKind, Timer] = {
    K.INTERVIEW: Timer(B2, E.SIGNAL_RECEIVED, Calendar.WORKING_DAYS),
    K.SIGNAL_CHECK: Timer(B2, E.SIGNAL_RECEIVED, Calendar.WORKING_DAYS),
    K.INTERVIEW_UPDATE: Timer(B13, E.INTERVIEW_COMPLETED, Calendar.MONTHS),
    K.DECISION: Timer(B8, E.APPLICATION_SUBMITTED, Calendar.DAYS),
    K.FIRST_VISIT: Timer(B10, E.ASSISTANT_ASSIGNED, Calendar.DAYS),
    K.DIAGNOSIS: Timer(WORK, E.FIRST_VISIT_CONFIRMED, Calendar.DAYS),
    K.PLAN: Timer(E2, E.DIAGNOSIS_MADE, Calendar.DAYS),
    K.PLAN_ACTION: Timer(E1, E.PLAN_ACTIVATED, Calendar.FIXED),
    K.GOAL_REVIEW: Timer(E9, E.PLAN_ACTIVATED, Calendar.MONTHS),
    K.PERIODIC_ASSESSMENT: Timer(E6, E.ASSISTANT_ASSIGNED, Calendar.MONTHS),
    K.SUSPENSION_REVIEW: Timer(E13, E.COOPERATION_SUSPENDED, Calendar.FIXED),
    K.MONITORING_CHECK: Timer(E14, E.MONITORING_STARTED, Calendar.MONTHS),
}

# What an interview or its update answers beside itself, when it was known by then.
ANSWERED_BY_INTERVIEW = frozenset({K.INTERVIEW, K.SIGNAL_CHECK})
# The end of a case leaves a signal that nobody has looked into where it is (B1).
LEFT_BEHIND = frozenset(K) - {K.SIGNAL_CHECK}
# A suspension pauses what the centre and the family have set themselves; the statute's own
# periods (E6, B2, B13) run on.
PAUSABLE = frozenset({K.DIAGNOSIS, K.PLAN, K.PLAN_ACTION, K.GOAL_REVIEW})


def interview_due(received_on: date, *, urgent: bool) -> date:
    """Return the last day for the interview: 14 working days, or 2 in urgent matters (B2)."""
    return working_days_after(received_on, URGENT_INTERVIEW_DAYS if urgent else INTERVIEW_DAYS)


def interview_update_due(done_on: date) -> date:
    """Return the last day for bringing the interview up to date (B13)."""
    return months_after(done_on, INTERVIEW_UPDATE_MONTHS)


def days_due(start: date, days: int) -> date:
    """Return the last day of a period of calendar days that a setting gives."""
    return start + timedelta(days=days)


def months_due(start: date, months: int) -> date:
    """Return the last day of a period of months (E6, E9, E14); clamps to the month's end."""
    return months_after(start, months)
