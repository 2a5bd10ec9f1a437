"""How the work ends: what stands against it, for what reason, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.assessments.rules import E7
from app.domain.cases.rules import E2, E13, E14, WITHDRAWAL, CaseAction, CaseState
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.centres.rules import K8, years_of
from app.domain.errors import Conflict, Fact, Invalid, Refusal
from app.domain.motions.rules import ClosureReason, require_reason
from app.domain.terms import Term
from app.domain.workflow import refusal_of

# A final assessment says how the work stands for as long as a periodic one would (E6).
FINAL_MONTHS = 6


class ReportedReason(Term):
    """The four reasons of the ministry's report; every other is counted as one of them."""

    GOALS_ACHIEVED = "goals_achieved", "osiągnięcie celów", "goals achieved"
    FAMILY_CEASED_COOPERATION = (
        "family_ceased_cooperation",
        "zaprzestanie współpracy przez rodzinę",
        "the family ceased to cooperate",
    )
    NO_EFFECTS = "no_effects", "brak efektów", "no effects"
    METHOD_CHANGED = "method_changed", "zmiana metody pracy", "method of work changed"


R, M = ClosureReason, ReportedReason
# The template is not published in an act, so the mapping of technical reasons is our reading (M).
REPORTED_AS: dict[ClosureReason, ReportedReason] = {
    R.GOALS_ACHIEVED: M.GOALS_ACHIEVED,
    R.FAMILY_CEASED_COOPERATION: M.FAMILY_CEASED_COOPERATION,
    R.NO_EFFECTS: M.NO_EFFECTS,
    R.METHOD_CHANGED: M.METHOD_CHANGED,
    R.MOVED_OUT: M.FAMILY_CEASED_COOPERATION,
    R.DEATH: M.METHOD_CHANGED,
    R.COURT_ORDER_ENDED: M.METHOD_CHANGED,
    R.CHILD_ADULT: M.METHOD_CHANGED,
    R.CHILD_ADOPTED: M.METHOD_CHANGED,
    R.TRANSFERRED_TO_OTHER_ENTITY: M.METHOD_CHANGED,
    R.OTHER: M.METHOD_CHANGED,
}
UNMONITORED = frozenset(
    {R.MOVED_OUT, R.DEATH, R.CHILD_ADOPTED, R.TRANSFERRED_TO_OTHER_ENTITY, R.CHILD_PLACED}
)
BEFORE_PLAN = frozenset(
    {CaseState.ASSIGNED, CaseState.FIRST_VISIT_DONE, CaseState.DIAGNOSIS_DONE, CaseState.PLAN_DRAFT}
)


class WithdrawalIsTheReason(Conflict):
    """After consent was withdrawn the reason is that the family ceased to cooperate."""

    pl = "Po cofnięciu zgody powodem jest zaprzestanie współpracy przez rodzinę."
    rule = WITHDRAWAL


class ClosedOutOfOrder(Invalid):
    """A case is closed after the last visit and assessment of the work, and not in the future."""

    pl = "Sprawę zamyka się po ostatniej wizycie i ocenie, nie z datą przyszłą."
    rule = E13


class MonitoringImpossible(Conflict):
    """After this reason there is nobody here to monitor."""

    pl = "Po zakończeniu z tego powodu nie ma kogo objąć monitoringiem."
    rule = E14


class MotionMissing(Conflict):
    """A case is closed on the assistant's motion; there is none yet."""

    pl = "Sprawę zamyka się na wniosek asystenta; wniosku jeszcze nie ma."
    rule = E13


class FinalAssessmentMissing(Conflict):
    """A final assessment must be handed over last, no longer ago than half a year (E6)."""

    pl = "Przed zakończeniem przekaż ocenę końcową: jako ostatnią i nie dawniej niż pół roku temu."
    rule = E13


class AssessmentUnfinished(Conflict):
    """An assessment was begun and not handed over; hand it over or discard it."""

    pl = "Rozpoczęta ocena nie została przekazana; przekaż ją albo porzuć."
    rule = E7


class PlanUnfinished(Conflict):
    """A plan is in draft; activate or discard it before the case is closed."""

    pl = "Plan pracy jest w projekcie; przyjmij go albo porzuć przed zakończeniem."
    rule = E2


class RiskUnanswered(Conflict):
    """A withdrawal found a risk to the children: say how it is met before the file is put away."""

    pl = (
        "Przy cofnięciu zgody stwierdzono zagrożenie dzieci: podaj przed zakończeniem, co zrobiono."
    )
    rule = WITHDRAWAL


class WorkNotBegun(Conflict):
    """Before the plan is active, a case closes on a withdrawal, or if nobody is left to assist."""

    pl = "Zanim plan zacznie obowiązywać, sprawę zamyka cofnięcie zgody albo brak komu pomagać."
    rule = WITHDRAWAL


class ArchivedOutOfOrder(Invalid):
    """A case is archived after the work has ended, and not in the future."""

    pl = "Sprawę przekazuje się do archiwum po zakończeniu pracy i nie z datą przyszłą."
    rule = K8


class RetentionTooShort(Invalid):
    """A file is kept until after the day on which it is archived."""

    pl = "Akta przechowuje się dłużej niż do dnia przekazania do archiwum."
    rule = K8


class RetentionBelowCategory(Invalid):
    """A file is kept for the full years that its archival category names."""

    pl = "Akta przechowuje się przez pełne lata, które podaje ich kategoria archiwalna."
    rule = K8
    pointer = "#/retention_until"


class RetentionCategoryMissing(Invalid):
    """The centre has set no archival category: say one (retention_category)."""

    pl = "Ośrodek nie ustalił kategorii archiwalnej: podaj ją (retention_category)."
    rule = K8
    pointer = "#/retention_category"


BLOCKERS: tuple[type[Refusal], ...] = (
    *(WorkNotBegun, MotionMissing, PlanUnfinished, AssessmentUnfinished),
    *(FinalAssessmentMissing, RiskUnanswered),
)


@dataclass(frozen=True, slots=True)
class ClosureFacts:
    """What decides whether a case may be closed."""

    state: CaseState
    consent_withdrawn: bool
    motion_open: bool
    final_required: bool
    final_assessment: UUID | None
    motion_reason: ClosureReason | None
    worked_until: date | None
    assessment_unfinished: bool
    plan_in_draft: bool
    risk_open: bool

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "ClosureFacts":
        """Take the facts of the view."""
        known = {name: facts[name] for name in cls.__dataclass_fields__}
        final, reason, day = (
            facts[n] for n in ("final_assessment", "motion_reason", "worked_until")
        )
        known["state"] = CaseState(facts["state"])
        known["final_assessment"] = UUID(final) if final else None
        known["motion_reason"] = ClosureReason(reason) if reason else None
        known["worked_until"] = date.fromisoformat(day) if day else None
        return cls(**known)


def blockers(facts: ClosureFacts) -> list[Refusal]:
    """Return everything that still stands against closing, in the order of the procedure.

    The family's own withdrawal needs no motion of the assistant, and a plan that it has stopped
    stays a draft. So does one for a family that has moved away or died: §2.5 (MOVE_OUT) knows no
    state from which that could not be closed, and goes before the list of steps in §2.1.
    """
    found = refusal_of(lambda: CASE_WORKFLOW.step(facts.state, CaseAction.CLOSE))
    if found is not None:
        return [found]
    withdrawn = facts.consent_withdrawn
    stopped = withdrawn or facts.motion_reason in UNMONITORED
    standing: list[tuple[bool, type[Refusal]]] = [
        (facts.state in BEFORE_PLAN and not stopped, WorkNotBegun),
        (not facts.motion_open and not withdrawn, MotionMissing),
        (facts.plan_in_draft and not stopped, PlanUnfinished),
        (facts.assessment_unfinished, AssessmentUnfinished),
        (facts.final_required and facts.final_assessment is None, FinalAssessmentMissing),
        (facts.risk_open, RiskUnanswered),
    ]
    return [kind() for stands, kind in standing if stands]


def require_closable(facts: ClosureFacts) -> None:
    """Refuse with the first blocker; the types of all of them are its facts."""
    found = blockers(facts)
    if found:
        said: dict[str, Fact] = {"blockers": [blocker.kind() for blocker in found]}
        raise type(found[0])(**{**found[0].facts, **said})


def require_risk_answered(*, risk_open: bool) -> None:
    """Refuse to put a file away while nobody has answered the risk to the children (2.4)."""
    if risk_open:
        raise RiskUnanswered


def require_closure(
    reason: ClosureReason, text: str | None, *, withdrawn: bool, monitoring: bool
) -> None:
    """Refuse a reason that is none (A5), one that hides a withdrawal, a pointless monitoring."""
    require_reason(reason, text)
    if withdrawn and reason is not R.FAMILY_CEASED_COOPERATION:
        raise WithdrawalIsTheReason(reason=reason)
    if monitoring:
        require_monitorable(reason)


def require_monitorable(reason: ClosureReason) -> None:
    """Refuse to monitor where there is nobody left to monitor (13 → 15 of the procedure)."""
    if reason in UNMONITORED:
        raise MonitoringImpossible(reason=reason)


def require_closing_day(
    closed_on: date, began: date, today: date, worked_until: date | None = None
) -> None:
    """Refuse to close before the work began or what it did last, or in the future."""
    earliest = max(began, worked_until or began)
    if not earliest <= closed_on <= today:
        raise ClosedOutOfOrder(began=began, worked_until=earliest, closed_on=closed_on, today=today)


def require_archiving_day(archived_on: date, ended_on: date, today: date) -> None:
    """Refuse to archive before the work ended, or in the future."""
    if not ended_on <= archived_on <= today:
        raise ArchivedOutOfOrder(ended_on=ended_on, archived_on=archived_on, today=today)


def retention_end(ended_on: date, years: int) -> date:
    """Return the first day without need of a file: after full calendar years since its closing."""
    return date(ended_on.year + years + 1, 1, 1)


def require_retention(retention_until: date | None, archived_on: date) -> None:
    """Refuse a period of retention that is over before it begins (K8)."""
    if retention_until is not None and retention_until <= archived_on:
        raise RetentionTooShort(archived_on=archived_on, retention_until=retention_until)


def require_category_kept(retention_until: date | None, category: str, ended_on: date) -> None:
    """Refuse a period that ends before the one that the category itself names (K8).

    Its years count as the centre's do. An unknown end is never too early.
    """
    years = years_of(category)
    if retention_until is None or years is None:
        return
    earliest = retention_end(ended_on, years)
    if retention_until < earliest:
        raise RetentionBelowCategory(retention_until=retention_until, earliest=earliest)


def category_of(said: str | None, settled: str | None) -> str:
    """Return in which category a file is kept: as said, else the centre's own (K8)."""
    category = said or settled
    if category is None:
        raise RetentionCategoryMissing
    return category
