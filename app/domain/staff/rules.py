"""Who works at the centre: roles, the machine of a profile, suspension, data authorisation."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.actor import ACCOUNT_KEEPERS, Role
from app.domain.caseload.rules import require_none_left
from app.domain.errors import Conflict, Forbidden, Invalid, Refusal
from app.domain.identity.rules import require_not_oneself, require_switch
from app.domain.law import FAMILY_SUPPORT, Rule
from app.domain.qualifications import rules as qualifications
from app.domain.qualifications.rules import C1, G8
from app.domain.terms import Term
from app.domain.vetting import rules as vetting
from app.domain.vetting.rules import C10, K3, WorkerBlocked, WorkerNotAuthorised
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step


class StaffState(Term):
    """Where somebody's work at the centre stands."""

    DRAFT = "draft", "w przygotowaniu", "in preparation"
    ACTIVE = "active", "dopuszczony do pracy", "admitted to work"
    SUSPENDED = "suspended", "zawieszony w pełnieniu obowiązków", "suspended from duty"
    ENDED = "ended", "praca zakończona", "work ended"


class StaffAction(Term):
    """What a manager, and with the account an administrator, can do with a profile."""

    ACTIVATE = "activate", "dopuść do pracy", "admit to work"
    SUSPEND = "suspend", "zawieś w pełnieniu obowiązków", "suspend from duty"
    REINSTATE = "reinstate", "przywróć do pracy", "reinstate"
    END = "end", "zakończ pracę", "end the work"
    DEACTIVATE = "deactivate", "zablokuj konto", "block the account"
    REACTIVATE = "reactivate", "odblokuj konto", "unblock the account"


class EmployerKind(Term):
    """Who employs an assistant (art. 17(1) UWR)."""

    GMINA_UNIT = "gmina_unit", "jednostka gminy", "unit of the gmina"
    COMMISSIONED = "commissioned", "podmiot, któremu zlecono pracę z rodziną", "commissioned entity"


class EmploymentForm(Term):
    """On what contract an assistant works (art. 17(2) UWR)."""

    EMPLOYMENT_TASK_BASED = (
        "employment_task_based",
        "umowa o pracę w zadaniowym czasie pracy",
        "employment in task-based working time",
    )
    SERVICE_CONTRACT = "service_contract", "umowa o świadczenie usług", "service contract"


C16 = Rule(
    "C16",
    FAMILY_SUPPORT.art(17, 1),
    "Asystenta zatrudnia jednostka gminy organizująca pracę z rodziną albo podmiot, któremu ją"
    " zlecono.",
    "An assistant is employed by the unit that organises family work, or the commissioned entity.",
)
C17 = Rule(
    "C17",
    FAMILY_SUPPORT.art(17, 2),
    "Asystent pracuje w zadaniowym czasie pracy albo na umowę o świadczenie usług.",
    "An assistant works under task-based employment or a service contract.",
)


class NoDataAuthorisation(Forbidden):
    """You hold no data-processing authorisation in force, or have not signed the undertaking."""

    pl = "Nie masz obowiązującego upoważnienia do przetwarzania danych lub zobowiązania."
    rule = K3


class DataAuthorisationMissing(Invalid):
    """This person holds no data-processing authorisation in force."""

    pl = "Ta osoba nie ma obowiązującego upoważnienia do przetwarzania danych."
    rule = K3


class UndertakingTooLate(Invalid):
    """The undertaking of secrecy is signed before the authorisation begins."""

    pl = "Zobowiązanie do zachowania tajemnicy podpisuje się przed początkiem upoważnienia."
    rule = K3


class EmployerMissing(Invalid):
    """The employer of this assistant is not recorded."""

    pl = "Nie zapisano, kto zatrudnia tego asystenta."
    rule = C16


class EmploymentFormMissing(Invalid):
    """The form of employment of this assistant is not recorded."""

    pl = "Nie zapisano formy zatrudnienia tego asystenta."
    rule = C17


class NotAnAssistant(Conflict):
    """This person is not a family assistant of the centre."""

    pl = "Ta osoba nie jest asystentem rodziny w tym ośrodku."
    rule = C16


class NotACoordinator(Conflict):
    """This person is not a foster-care coordinator of the centre."""

    pl = "Ta osoba nie jest koordynatorem rodzinnej pieczy zastępczej w tym ośrodku."
    rule = G8


class WorkerNotActive(Conflict):
    """This person has not been admitted to work, or works here no longer."""

    pl = "Ta osoba nie została dopuszczona do pracy albo już tu nie pracuje."
    rule = C1


class WorkerSuspended(Conflict):
    """This person is suspended from duty: no new families, no contact with families."""

    pl = "Ta osoba jest zawieszona w pełnieniu obowiązków: bez nowych rodzin i bez kontaktu."
    rule = C10


class NotYetHappened(Invalid):
    """This can't have happened yet: the day lies in the future."""

    pl = "To nie mogło się jeszcze zdarzyć: ten dzień jest w przyszłości."


class EndsBeforeStart(Invalid):
    """The end lies before the beginning."""

    pl = "Koniec przypada przed początkiem."


class EndedAlready(Conflict):
    """This has an earlier end already."""

    pl = "Wcześniejszy koniec jest już zapisany."


# Why somebody is given no families, whatever their role.
NOT_AT_WORK = (WorkerNotActive, WorkerSuspended, WorkerBlocked, WorkerNotAuthorised)
CONSTRAINTS: dict[str, type[Refusal]] = {
    "ck_data_authorisation_period": EndsBeforeStart,
    "ck_data_authorisation_undertaking_first": UndertakingTooLate,
}
S, A, MG = StaffState, StaffAction, Role.MANAGER
WORKFLOW: Workflow[StaffState, StaffAction] = Workflow(
    (
        step(A.ACTIVATE, S.DRAFT, S.ACTIVE, MG, C1),
        step(A.SUSPEND, S.ACTIVE, S.SUSPENDED, MG, C10),
        step(A.REINSTATE, S.SUSPENDED, S.ACTIVE, MG, C10),
        step(A.END, {S.ACTIVE, S.SUSPENDED}, S.ENDED, MG, C16),
        step(A.DEACTIVATE, {S.DRAFT, S.ACTIVE, S.SUSPENDED}, None, ACCOUNT_KEEPERS, K3),
        step(A.REACTIVATE, {S.DRAFT, S.ACTIVE, S.SUSPENDED}, None, ACCOUNT_KEEPERS, K3),
    )
)
SHORTCOMINGS = (
    *(*qualifications.REFUSALS, *vetting.REFUSALS),
    *(EmployerMissing, EmploymentFormMissing, DataAuthorisationMissing),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody; `authorisations` are (first day, last day or None)."""

    roles: frozenset[Role]
    learnt: qualifications.Learnt
    vetted: vetting.Vetted
    has_employer: bool = False
    has_form: bool = False
    authorisations: tuple[tuple[date, date | None], ...] = ()


def facts_of(said: Mapping[str, Any]) -> Facts:
    """Read the facts of a profile as the database tells them."""
    return Facts(
        roles=frozenset(Role(role) for role in said["roles"]),
        learnt=qualifications.learnt(said),
        vetted=vetting.vetted(said),
        has_employer=said["employer_kind"] is not None and said["employer_name"] is not None,
        has_form=said["employment_form"] is not None,
        authorisations=tuple(
            (date.fromisoformat(start), date.fromisoformat(end) if end else None)
            for start, end in said["authorisations"]
        ),
    )


def shortcomings(facts: Facts, on: date) -> list[type[Invalid]]:
    """Return everything that stands against work with families, in the order of the rule book."""
    found = list(qualifications.shortcomings(facts.learnt, facts.roles, on))
    found += vetting.shortcomings(facts.vetted, facts.roles)
    if Role.ASSISTANT in facts.roles:
        found += [EmployerMissing] * (not facts.has_employer)
        found += [EmploymentFormMissing] * (not facts.has_form)
    return found


def require_qualified(facts: Facts, on: date, *, authorised: bool = True) -> None:
    """Refuse with the first rule that is not met, naming all; `authorised` asks for K3 as well."""
    found = shortcomings(facts, on)
    if authorised and not is_authorised(facts, on):
        found.append(DataAuthorisationMissing)
    if found:
        raise found[0](missing=[kind.code() for kind in found])


def is_authorised(facts: Facts, on: date) -> bool:
    """Tell whether a data authorisation is in force on a day, its last one included (K3)."""
    return any(start <= on and (end is None or on <= end) for start, end in facts.authorisations)


def require_may_assist(
    state: StaffState, roles: Collection[Role], suspended_from: date | None, on: date
) -> None:
    """Refuse a person who may not be given families, or meet them, as an assistant on a day."""
    if Role.ASSISTANT not in roles:
        raise NotAnAssistant
    require_at_work(state, suspended_from, on)


def require_may_coordinate(
    state: StaffState, roles: Collection[Role], suspended_from: date | None, on: date
) -> None:
    """Refuse a person who may not coordinate foster care on a day (art. 78(2): 13 applies)."""
    if Role.FOSTER_CARE_COORDINATOR not in roles:
        raise NotACoordinator
    require_at_work(state, suspended_from, on)


def require_at_work(state: StaffState, suspended_from: date | None, on: date) -> None:
    """Refuse a person who is not admitted to work, or suspended on the day."""
    if state == StaffState.SUSPENDED:
        if suspended_from is None or suspended_from <= on:
            raise WorkerSuspended(suspended_from=suspended_from, on=on)
    elif state != StaffState.ACTIVE:
        raise WorkerNotActive(state=state)


def require_happened(day: date | None, today: date) -> None:
    """Refuse a day in the future for something that is said to have happened."""
    if day is not None and day > today:
        raise NotYetHappened(day=day, today=today)


def require_end(start: date, present_end: date | None, end: date) -> None:
    """Refuse an end before the start, or one that would prolong what ends earlier."""
    if end < start:
        raise EndsBeforeStart(start=start, end=end)
    if present_end is not None and present_end < end:
        raise EndedAlready(ends=present_end)


def allowed(
    said: Mapping[str, Any], roles: Iterable[Role], actor_id: UUID, on: date
) -> list[AllowedAction]:
    """List what can be done with a profile; blocked by the very rules that the commands ask."""

    def not_mine() -> None:
        require_not_oneself(UUID(said["id"]), actor_id)

    qualified = partial(require_qualified, facts_of(said), on)
    unblocked, blocked = (partial(require_switch, said["active"], active=a) for a in (True, False))
    checks: dict[StaffAction, tuple[Callable[[], None], ...]] = {
        A.ACTIVATE: (qualified,),
        A.REINSTATE: (qualified,),
        A.END: (not_mine, partial(require_none_left, said["families"])),
        A.DEACTIVATE: (not_mine, blocked),
        A.REACTIVATE: (unblocked,),
    }

    def stands_against(action: StaffAction) -> Refusal | None:
        found = (refusal_of(check) for check in checks.get(action, ()))
        return next((refusal for refusal in found if refusal), None)

    return WORKFLOW.allowed_actions(StaffState(said["state"]), roles, stands_against)
