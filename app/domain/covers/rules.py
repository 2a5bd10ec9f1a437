"""Absence cover (§2.5 of the rule book): who may cover whom, on which days, set by whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.domain.actor import Role
from app.domain.caseload.rules import Period
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.law import PRACTICE, Certainty, Rule
from app.domain.staff.rules import StaffState, require_at_work

COVER = Rule(
    "2.5a",
    PRACTICE.whole(),
    "Nieobecnego pracownika zastępuje w podanych dniach inny w tej samej roli: widzi jego rodziny,"
    " rejony i zadania, a prawa kończą się same; zastępca nie jest w tych dniach zastępowany.",
    "An absent worker is covered on the given days by another of the same role: who sees their"
    " families, districts and tasks; the rights end by themselves; a cover is not covered.",
    sure=Certainty.INTERPRETATION,
    settings=("workers_set_own_cover", "covered_families_count"),
)
# A manager sees the whole centre; whoever stands in for one is given the role itself.
COVERED_ROLES = frozenset({Role.SOCIAL_WORKER, Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR})
SETTERS = frozenset({Role.MANAGER}) | COVERED_ROLES


class CoverSetByManager(Forbidden):
    """The manager sets covers; here workers do not set even their own."""

    pl = "Zastępstwo ustala kierownik; pracownik ustala własne tylko tam, gdzie ośrodek pozwala."
    rule = COVER


class CoverOutOfTime(Invalid):
    """A cover begins and ends today or later, and does not end before it begins."""

    pl = "Zastępstwo zaczyna się i kończy najwcześniej dziś, a kończy się nie przed początkiem."
    rule = COVER


class CoversThemself(Conflict):
    """Nobody covers for themselves; choose another person."""

    pl = "Nikt nie zastępuje sam siebie; wskaż inną osobę."
    rule = COVER


class NothingToCover(Conflict):
    """This person has no work of their own to cover, or works here no longer."""

    pl = "Ta osoba nie prowadzi pracy, w której można ją zastąpić, albo już tu nie pracuje."
    rule = COVER


class CoverNeedsRole(Conflict):
    """Only somebody with the same roles covers for this person."""

    pl = "Tę osobę może zastąpić tylko pracownik w tych samych rolach."
    rule = COVER


class CoveredAlready(Conflict):
    """Somebody covers for this person on some of these days already."""

    pl = "W części tych dni ktoś już zastępuje tę osobę."
    rule = COVER


class CoveringIsAbsent(Conflict):
    """This person is absent on some of these days and is covered by somebody else."""

    pl = "W części tych dni ta osoba sama jest nieobecna i ktoś ją zastępuje."
    rule = COVER


class AbsentCovers(Conflict):
    """The absent person covers for somebody on some of these days; end that cover first."""

    pl = "W części tych dni nieobecny sam kogoś zastępuje; najpierw zakończ tamto zastępstwo."
    rule = COVER


class CoverOver(Conflict):
    """This cover is over on that day already."""

    pl = "Tego dnia zastępstwo jest już zakończone."
    rule = COVER


CONSTRAINTS = {"cover_one_at_a_time": CoveredAlready}


@dataclass(frozen=True, slots=True)
class CoverDays:
    """Who is covered by whom, on which days; `takes_places`: the families take places."""

    id: UUID
    absent_id: UUID
    covering_id: UUID
    days: Period
    takes_places: bool


@dataclass(frozen=True, slots=True)
class Worker:
    """What the rules need to know of somebody."""

    id: UUID
    state: StaffState
    roles: frozenset[Role]
    suspended_from: date | None = None

    @property
    def covered_roles(self) -> frozenset[Role]:
        """Return the roles in which somebody else can stand in."""
        return self.roles & COVERED_ROLES


def require_may_set(
    roles: Collection[Role], *, own: bool, own_allowed: bool, override: bool = False
) -> None:
    """Refuse a worker who sets or ends a cover of another, or exceeds a limit (C13)."""
    if Role.MANAGER not in roles and (override or not (own and own_allowed)):
        raise CoverSetByManager


def require_days(first: date, last: date, today: date) -> Period:
    """Return the days of a cover, its last included, or refuse them."""
    if first < today or last < first:
        raise CoverOutOfTime(first=first, last=last, today=today)
    return Period(first, last + timedelta(days=1))


def require_may_cover(absent: Worker, covering: Worker, days: Period) -> None:
    """Refuse a person who may not stand in: oneself, another role, or not at work on a day."""
    if absent.id == covering.id:
        raise CoversThemself
    at_work = absent.state in {StaffState.ACTIVE, StaffState.SUSPENDED}
    if not (absent.covered_roles and at_work):
        raise NothingToCover
    if not absent.covered_roles <= covering.roles:
        raise CoverNeedsRole(needed=sorted(absent.covered_roles))
    require_at_work(covering.state, covering.suspended_from, days.end - timedelta(days=1))


def require_no_chain(
    absent: UUID, covering: UUID, days: Period, others: Sequence[CoverDays]
) -> None:
    """Refuse a second cover of somebody on a day, and any chain: X by Y, Y by Z."""
    for other in others:
        if not days.meets(other.days):
            continue
        facts = {"since": other.days.starts_on, "until": other.days.ends_on}
        if other.absent_id == absent:
            raise CoveredAlready(**facts)
        if other.absent_id == covering:
            raise CoveringIsAbsent(**facts)
        if other.covering_id == absent:
            raise AbsentCovers(**facts)


def require_early_end(days: Period, on: date, today: date) -> None:
    """Refuse to end a cover in the past, on a day past its end, or when it is over."""
    if max(days.starts_on, today) >= days.end or on >= days.end:
        raise CoverOver(on=on, until=days.ends_on)
    if on < today:
        raise CoverOutOfTime(on=on, today=today)
