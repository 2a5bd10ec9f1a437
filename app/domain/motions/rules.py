"""What the assistant moves for, what the manager decides, and how the cooperation rests."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.domain.actor import Role
from app.domain.calendar import months_after
from app.domain.cases.rules import A5, E13, TRANSFERS, CaseAction
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.law import PRACTICE, Certainty, Rule, Standing
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step

FA, MG = Role.ASSISTANT, Role.MANAGER

SUSPENSION = Rule(
    "12s",
    PRACTICE.whole(),
    "Współpracę zawiesza kierownik, podając powód i datę przeglądu; zawieszenie wstrzymuje terminy"
    " ośrodka i rodziny, nie ustawowe.",
    "The manager suspends with a reason and a review date; this pauses what centre and family have"
    " set themselves, not the statute's periods.",
    sure=Certainty.LOCAL,
    standing=Standing.SETTING,
    settings=("suspension_review_days",),
)


REVIEW_MONTHS = 6


class MotionKind(Term):
    """What the assistant asks the manager for."""

    SUSPENSION = "suspension", "o zawieszenie współpracy", "to suspend the cooperation"
    CLOSURE = "closure", "o zakończenie współpracy", "to close the case"
    RELEASE = "release", "o zwolnienie z prowadzenia rodziny", "to be released from the family"


class MotionState(Term):
    """Where a motion stands."""

    OPEN = "open", "złożony", "open"
    GRANTED = "granted", "uwzględniony", "granted"
    REFUSED = "refused", "nieuwzględniony", "refused"
    WITHDRAWN = "withdrawn", "wycofany", "withdrawn"


class MotionAction(Term):
    """What can be done with a motion."""

    GRANT = "grant", "uwzględnij", "grant"
    REFUSE = "refuse", "odmów", "refuse"
    WITHDRAW = "withdraw", "wycofaj", "withdraw"


class SuspensionReason(Term):
    """Why the cooperation rests for a time."""

    HOSPITAL = "hospital", "pobyt w szpitalu", "stay in hospital"
    PRISON = "prison", "pozbawienie wolności", "imprisonment"
    FAMILY_AWAY = "family_away", "czasowy wyjazd rodziny", "the family is away"
    OTHER = "other", "inny", "other"


class ClosureReason(Term):
    """Why the cooperation ends; the first four are those of the ministry's report."""

    GOALS_ACHIEVED = "goals_achieved", "osiągnięcie celów", "goals achieved"
    FAMILY_CEASED_COOPERATION = (
        "family_ceased_cooperation",
        "zaprzestanie współpracy przez rodzinę",
        "the family ceased to cooperate",
    )
    NO_EFFECTS = "no_effects", "brak efektów", "no effects"
    METHOD_CHANGED = "method_changed", "zmiana metody pracy", "method of work changed"
    MOVED_OUT = "moved_out", "zmiana miejsca zamieszkania", "moved out"
    DEATH = "death", "zgon", "death"
    COURT_ORDER_ENDED = "court_order_ended", "ustanie postanowienia sądu", "court order ended"
    CHILD_ADULT = "child_adult", "pełnoletność dziecka", "child came of age"
    CHILD_ADOPTED = "child_adopted", "przysposobienie dziecka", "child adopted"
    TRANSFERRED_TO_OTHER_ENTITY = (
        "transferred_to_other_entity",
        "przejęcie przez inny podmiot",
        "transferred to another entity",
    )
    OTHER = "other", "inny", "other"
    CHILD_PLACED = (
        "child_placed",
        "umieszczenie dziecka w pieczy (nie jest powodem zakończenia)",
        "child placed in care (never a reason)",
    )


M = MotionState
MOTIONS: Workflow[MotionState, MotionAction] = Workflow(
    (
        step(MotionAction.GRANT, M.OPEN, M.GRANTED, MG, E13),
        step(MotionAction.REFUSE, M.OPEN, M.REFUSED, MG, E13),
        step(MotionAction.WITHDRAW, M.OPEN, M.WITHDRAWN, FA, E13),
    )
)
# What a motion asks for: it can be made where that could be done.
ASKS_FOR = {
    MotionKind.SUSPENSION: CaseAction.SUSPEND,
    MotionKind.CLOSURE: CaseAction.PROPOSE_CLOSURE,
    MotionKind.RELEASE: CaseAction.TRANSFER,
}


class MotionOpenAlready(Conflict):
    """The case has an open motion of this kind; it waits for the manager's decision."""

    pl = "W sprawie jest już otwarty wniosek tego rodzaju; czeka na decyzję kierownika."
    rule = E13


class MotionIncomplete(Invalid):
    """A motion names its reason; another reason, and a release, are explained in words."""

    pl = "Wniosek podaje powód; powód „inny” oraz prośbę o zwolnienie trzeba opisać."
    rule = E13


class NotThisMotion(Conflict):
    """This motion is granted by the act that it asks for: suspension or closure."""

    pl = "Taki wniosek uwzględnia się przez czynność, o którą wnosi: zawieszenie lub zakończenie."
    rule = TRANSFERS


class MotionMismatch(Conflict):
    """This is not an open motion of this case for this."""

    pl = "To nie jest otwarty wniosek w tej sprawie o tę czynność."
    rule = E13


class SuspensionUnexplained(Invalid):
    """Another reason for a suspension is explained in words."""

    pl = "Inny powód zawieszenia trzeba opisać."
    rule = SUSPENSION


class SuspensionDatesWrong(Invalid):
    """A suspension begins during the work, not in the future; its review is within half a year."""

    pl = "Zawieszenie zaczyna się w czasie pracy, nie w przyszłości; przegląd w ciągu pół roku."
    rule = SUSPENSION


class SuspensionOverlaps(Invalid):
    """The cooperation was suspended on that day already: begin where the last suspension ended."""

    pl = "W tym dniu współpraca była już zawieszona: zacznij od końca poprzedniego zawieszenia."
    rule = SUSPENSION


class ResumedOutOfOrder(Invalid):
    """The work is resumed after it was suspended, and not in the future."""

    pl = "Współpracę wznawia się po zawieszeniu i nie z datą przyszłą."
    rule = SUSPENSION


class ChildPlacedIsNoReason(Conflict):
    """The work goes on while a child is outside the family: a placement never closes a case."""

    pl = "Praca trwa, gdy dziecko jest poza rodziną: umieszczenie w pieczy nie zamyka sprawy."
    rule = A5


class ReasonUnexplained(Invalid):
    """Another reason for closure is explained in words."""

    pl = "Inny powód zakończenia trzeba opisać."
    rule = E13


CONSTRAINTS = {"motion_one_open": MotionOpenAlready}


def require_said(
    kind: MotionKind,
    suspension_reason: SuspensionReason | None,
    closure_reason: ClosureReason | None,
    text: str | None,
) -> None:
    """Refuse a motion without the reason of its kind, with another's, or without needed words."""
    named = {MotionKind.SUSPENSION: suspension_reason, MotionKind.CLOSURE: closure_reason}
    reason = named.pop(kind, None)
    if any(named.values()) or (reason is None and kind is not MotionKind.RELEASE):
        raise MotionIncomplete(kind=kind)
    if text is None and (reason is None or reason.value == "other"):
        raise MotionIncomplete(kind=kind)
    if closure_reason is not None:
        require_reason(closure_reason, text)


def require_reason(reason: ClosureReason, text: str | None) -> None:
    """Refuse a child's placement as a reason (A5), and another reason without words."""
    if reason is ClosureReason.CHILD_PLACED:
        raise ChildPlacedIsNoReason
    if reason is ClosureReason.OTHER and text is None:
        raise ReasonUnexplained


def require_grantable(kind: MotionKind) -> None:
    """Refuse to grant what only its own act can grant; a release is followed by a transfer."""
    if kind is not MotionKind.RELEASE:
        raise NotThisMotion(kind=kind)


def require_motion_for(
    kind: MotionKind, state: MotionState, case_id: UUID, asked: MotionKind, case: UUID
) -> None:
    """Refuse a motion of another case or kind, or one that was decided."""
    if (kind, state, case_id) != (asked, MotionState.OPEN, case):
        raise MotionMismatch(kind=kind, state=state)


def review_day(said: date | None, starts_on: date, days: int) -> date:
    """Return when a suspension is reviewed: as stated, or after the days that the centre sets."""
    return said or starts_on + timedelta(days=days)


def require_explained(reason: SuspensionReason, text: str | None) -> None:
    """Refuse another reason for a suspension without words."""
    if reason is SuspensionReason.OTHER and text is None:
        raise SuspensionUnexplained


def review_until(starts_on: date, days: int, today: date) -> date:
    """Return the last day for a review: half a year on, as the assessments (E6), which run on.

    The act gives no period; a centre that has set more days has them.
    """
    return max(months_after(today, REVIEW_MONTHS), starts_on + timedelta(days=days))


def require_suspension_days(
    starts_on: date, review_on: date, began: date, today: date, review_until: date
) -> None:
    """Refuse a suspension outside the work, in the future, or without a review before long."""
    if not (began <= starts_on <= today < review_on <= review_until):
        raise SuspensionDatesWrong(
            starts_on=starts_on, review_on=review_on, today=today, review_until=review_until
        )


def require_no_overlap(starts_on: date, last_ended_on: date | None) -> None:
    """Refuse to suspend days once more: each of them would move what is due twice."""
    if last_ended_on is not None and starts_on < last_ended_on:
        raise SuspensionOverlaps(starts_on=starts_on, ended_on=last_ended_on)


def require_resumption(resumed_on: date, starts_on: date, today: date) -> None:
    """Refuse to resume before the suspension began, or in the future."""
    if not starts_on <= resumed_on <= today:
        raise ResumedOutOfOrder(starts_on=starts_on, resumed_on=resumed_on, today=today)


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with a motion by the view's facts."""
    kind = MotionKind(facts["kind"])

    def blocked(action: MotionAction) -> Refusal | None:
        if action is MotionAction.GRANT:
            return refusal_of(lambda: require_grantable(kind))
        return None

    return MOTIONS.allowed_actions(MotionState(facts["state"]), roles, blocked)
