"""The interview: when and where it is made, what it must end with, when it is updated."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from app.domain.actor import Role
from app.domain.calendar import is_working_day
from app.domain.cases.rules import B1, B4, ENDED, CaseState
from app.domain.deadlines.rules import B13
from app.domain.errors import Conflict, Invalid
from app.domain.families.rules import A8, FamilyRole, is_child
from app.domain.law import INTERVIEWS, Rule
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step

B3 = Rule(
    "B3",
    INTERVIEWS.par(3, 1),
    "Wywiad w miejscu zamieszkania lub pobytu, w dni robocze, w godzinach pracy ośrodka lub innych"
    " uzgodnionych za zgodą kierownika.",
    "Interview at the place of residence or stay, on working days, in office hours or others agreed"
    " with the manager's consent.",
)


class InterviewPlace(Term):
    """Where the interview is made."""

    HOME = "home", "miejsce zamieszkania", "place of residence"
    STAY = "stay", "miejsce pobytu", "place of stay"
    OTHER = "other", "inne miejsce", "another place"


class InterviewState(Term):
    """Where an interview stands."""

    IN_PROGRESS = "in_progress", "w toku", "in progress"
    COMPLETED = "completed", "zakończony", "completed"


class InterviewAction(Term):
    """What can be done with an interview."""

    AMEND = "amend", "uzupełnij wywiad", "amend the interview"
    COMPLETE = "complete", "zakończ wywiad i diagnozę", "complete the interview"
    UPDATE = "update", "zaktualizuj wywiad", "bring the interview up to date"


class InterviewWarning(Term):
    """What an interview is recorded with although a rule speaks against it."""

    WITHOUT_CONSENT_OF_MANAGER = (
        "without_consent_of_manager",
        "Wywiad w innym miejscu, w dzień wolny lub poza godzinami pracy wymaga zgody kierownika.",
        "An interview elsewhere, on a day off or out of hours needs the manager's consent.",
    )


WARNED_BY = {InterviewWarning.WITHOUT_CONSENT_OF_MANAGER: B3}
S, A, SW = InterviewState, InterviewAction, Role.SOCIAL_WORKER
WORKFLOW: Workflow[InterviewState, InterviewAction] = Workflow(
    (
        step(A.AMEND, S.IN_PROGRESS, None, SW, B1),
        step(A.COMPLETE, S.IN_PROGRESS, S.COMPLETED, SW, B4),
        step(A.UPDATE, S.COMPLETED, None, SW, B13),
    )
)
PERMANENT_HELP_OVER = ENDED | {CaseState.CLOSED, CaseState.MONITORING}


class InterviewOutOfOrder(Invalid):
    """The interview follows the signal and is recorded after it was made."""

    pl = "Wywiad następuje po zgłoszeniu i zapisuje się go po fakcie."
    rule = B1


class DiagnosisRequired(Invalid):
    """After the interview the situation is analysed; write the diagnosis."""

    pl = "Po wywiadzie analizuje się sytuację rodziny; wpisz diagnozę."
    rule = B4


class HearingNotRecorded(Invalid):
    """Say for every child of the family whether it was heard, and if not, why."""

    pl = "O każdym dziecku rodziny trzeba zapisać, czy zostało wysłuchane, a jeśli nie, dlaczego."
    rule = A8


class UpdateOutOfOrder(Invalid):
    """An update follows the interview and the last update and does not lie in the future."""

    pl = "Aktualizacja następuje po wywiadzie i poprzedniej aktualizacji i nie leży w przyszłości."
    rule = B13


class NothingToUpdate(Conflict):
    """The work has ended; its interview is not brought up to date any more."""

    pl = "Praca z rodziną się zakończyła; wywiadu już się nie aktualizuje."
    rule = B13


def require_order(earlier: date, day: date, today: date) -> None:
    """Refuse a day of the interview before what it follows, or in the future (B1)."""
    if not earlier <= day <= today:
        raise InterviewOutOfOrder(earliest=earlier, latest=today, said=day)


def warnings(
    started_on: date, place: InterviewPlace, consent_ref: str | None, *, off_hours: bool
) -> list[InterviewWarning]:
    """List what needed the manager's consent and has none (B3)."""
    unusual = off_hours or place is InterviewPlace.OTHER or not is_working_day(started_on)
    return [InterviewWarning.WITHOUT_CONSENT_OF_MANAGER] * (unusual and consent_ref is None)


def working_days_taken(received_on: date, done_on: date) -> int:
    """Count the working days after the signal, up to and with the day of the interview (B2)."""
    days = range(1, (done_on - received_on).days + 1)
    return sum(is_working_day(received_on + timedelta(days=n)) for n in days)


def require_diagnosis(diagnosis: str | None) -> str:
    """Return the diagnosis, or refuse to end the interview without one (B4)."""
    if diagnosis is None:
        raise DiagnosisRequired
    return diagnosis


class RelativeFacts(Protocol):
    """What the rules need of a member of the family; a `Person` row has it all."""

    @property
    def id(self) -> UUID:
        """Return the member's id."""

    @property
    def role(self) -> FamilyRole:
        """Return what they are in the family."""

    @property
    def born_on(self) -> date | None:
        """Return the day of birth, where it is known."""

    @property
    def left_on(self) -> date | None:
        """Return when they left the family."""


def children(members: Iterable[RelativeFacts], on: date) -> frozenset[UUID]:
    """Return the children to be heard: under eighteen on the day, or of an unknown age (A8)."""
    return frozenset(
        member.id
        for member in members
        if member.role is FamilyRole.CHILD
        and member.left_on is None
        and (member.born_on is None or is_child(member.born_on, on))
    )


def require_children_heard(
    children: frozenset[UUID], said: Iterable[tuple[UUID, bool, str | None]]
) -> None:
    """Refuse unless exactly each child is listed: heard, or not with the reason (A8)."""
    listed = list(said)
    people = [person for person, _, _ in listed]
    silent = [person for person, heard, reason in listed if not heard and reason is None]
    wrong = (children ^ frozenset(people)) | frozenset(silent)
    if wrong or len(people) != len(children):
        raise HearingNotRecorded(children=sorted(str(child) for child in wrong))


def require_update(last: date, updated_on: date, today: date, case: CaseState) -> None:
    """Refuse an update out of order, or one of work that has ended (B13)."""
    if case in PERMANENT_HELP_OVER:
        raise NothingToUpdate(state=case)
    if not last <= updated_on <= today:
        raise UpdateOutOfOrder(earliest=last, latest=today, said=updated_on)


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with an interview, given its state and the case's."""
    last, today = date.fromisoformat(facts["last"]), date.fromisoformat(facts["today"])
    case = CaseState(facts["case_state"])

    def blocked(action: InterviewAction) -> Any:
        if action is InterviewAction.UPDATE:
            return refusal_of(lambda: require_update(last, today, today, case))
        return None

    return WORKFLOW.allowed_actions(InterviewState(facts["state"]), roles, blocked)
