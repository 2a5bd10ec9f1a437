"""How many families one worker may have at the same time, judged over whole periods."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from app.domain.actor import Role
from app.domain.centres.rules import C13, CASELOAD, COORDINATOR_CASELOAD
from app.domain.errors import Conflict
from app.domain.law import FAMILY_SUPPORT, Certainty, Figure, Rule
from app.domain.terms import Term

C12 = Rule(
    "C12",
    CASELOAD.basis,
    "Asystent pracuje jednocześnie z najwyżej 15 rodzinami; nikt nie może tego uchylić.",
    "An assistant works with at most 15 families at the same time; nobody may override this.",
)
C14 = Rule(
    "C14",
    FAMILY_SUPPORT.art(15, 1, 16),
    "Rodzina po zakończeniu pracy, objęta tylko monitoringiem, nie zajmuje miejsca asystenta.",
    "A family that is only monitored after the work has ended takes no place of the assistant.",
    sure=Certainty.INTERPRETATION,
)
G4 = Rule(
    "G4",
    COORDINATOR_CASELOAD.basis,
    "Koordynator ma pod opieką łącznie najwyżej 15 rodzin zastępczych lub rodzinnych domów"
    " dziecka.",
    "A coordinator cares for at most 15 foster families and family children's homes in total.",
)


class Duty(Term):
    """What the places of a worker are for."""

    ASSISTANCE = "assistance", "asysta rodzinna", "family assistance"
    COORDINATION = "coordination", "koordynacja pieczy zastępczej", "foster-care coordination"


class CaseloadFull(Conflict):
    """The assistant already supports as many families as the statute allows."""

    pl = "Asystent ma już tyle rodzin, na ile najwyżej pozwala ustawa."
    rule = C12


class LocalLimitReached(Conflict):
    """The centre's own limit is reached; the manager may exceed it, never the statute's."""

    pl = "Limit ustalony w ośrodku jest wyczerpany; kierownik może go przekroczyć, ustawowego nie."
    rule = C13


class CoordinatorCaseloadFull(Conflict):
    """The coordinator already has as many foster families as the statute allows."""

    pl = "Koordynator ma już tyle rodzin zastępczych, na ile najwyżej pozwala ustawa."
    rule = G4


class CoordinatorLimitReached(Conflict):
    """The centre's own limit for coordinators is reached."""

    pl = "Limit rodzin koordynatora ustalony w ośrodku jest wyczerpany."
    rule = G4


class StillResponsible(Conflict):
    """This person still has families; hand them over first."""

    pl = "Ta osoba ma jeszcze rodziny pod opieką; najpierw je przekaż."


# What somebody can no longer do without the role.
DUTY_OF = {Role.ASSISTANT: Duty.ASSISTANCE, Role.FOSTER_CARE_COORDINATOR: Duty.COORDINATION}
STATUTE: dict[Duty, Figure] = {
    Duty.ASSISTANCE: CASELOAD,
    Duty.COORDINATION: COORDINATOR_CASELOAD,
}
_FULL: dict[Duty, type[Conflict]] = {
    Duty.ASSISTANCE: CaseloadFull,
    Duty.COORDINATION: CoordinatorCaseloadFull,
}
_LOCAL: dict[Duty, type[Conflict]] = {
    Duty.ASSISTANCE: LocalLimitReached,
    Duty.COORDINATION: CoordinatorLimitReached,
}
# The database's own word, should anybody ever get past the rule: no slot is taken twice.
CONSTRAINTS = {"place_taken": CaseloadFull, "ck_place_slot": CaseloadFull}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` until before `ends_on` (None: open)."""

    starts_on: date
    ends_on: date | None = None

    def goes_beyond(self, last: date) -> bool:
        """Tell whether it holds on a day after a last one."""
        return self.starts_on < self.end and self.end - timedelta(days=1) > last

    @property
    def end(self) -> date:
        """Return the first day after, or the last day of all times."""
        return self.ends_on or date.max

    def holds(self, day: date) -> bool:
        """Tell whether a day lies within."""
        return self.starts_on <= day < self.end

    def given_up(self, on: date) -> date | None:
        """Return the end after giving it up from a day on: never before the start or later."""
        return self.ends_on if self.end <= on else max(on, self.starts_on)

    def meets(self, other: "Period") -> bool:
        """Tell whether both hold on some day."""
        return max(self.starts_on, other.starts_on) < min(self.end, other.end)


class Held(NamedTuple):
    """A place that somebody holds."""

    id: UUID
    slot: int
    starts_on: date
    ends_on: date | None

    @property
    def period(self) -> Period:
        """Return on which days it is held."""
        return Period(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Loan:
    """A cover under which somebody's families take places of another's (2.5a)."""

    cover_id: UUID
    covering_id: UUID
    days: Period

    def part_of(self, period: Period) -> Period | None:
        """Return the days that a period and the cover share; None: they never meet."""
        if not self.days.meets(period):
            return None
        start = max(self.days.starts_on, period.starts_on)
        return Period(start, min(self.days.end, period.end))


class Lent(NamedTuple):
    """A place that whoever covers takes under a loan."""

    loan: Loan
    days: Period
    slot: int


def most_at_once(periods: Iterable[Period]) -> int:
    """Return the greatest number of periods that hold on one day."""
    return max(colour([period for period in periods if period.starts_on < period.end]), default=0)


def require_nothing_beyond(periods: Iterable[Period], last: date) -> None:
    """Refuse to let somebody go who has a family on a day after their last one."""
    require_none_left(sum(period.goes_beyond(last) for period in periods))


def require_none_left(families: int) -> None:
    """Refuse to let somebody go who still has families."""
    if families:
        raise StillResponsible(families=families)


def colour(periods: Sequence[Period]) -> list[int]:
    """Give each period a slot from 1 on, so that none is taken twice on any day.

    Going by start and taking the lowest free slot needs exactly as many slots as there are
    families at once (interval graphs are perfect), so a lawful caseload always fits. A period
    without a day takes slot 1 and meets nobody.
    """
    slots = [1] * len(periods)
    free: list[int] = []
    held: list[tuple[date, int]] = []
    highest = 0
    for n in _by_start(periods):
        while held and held[0][0] <= periods[n].starts_on:
            heapq.heappush(free, heapq.heappop(held)[1])
        if not free:
            highest += 1
            heapq.heappush(free, highest)
        slots[n] = heapq.heappop(free)
        heapq.heappush(held, (periods[n].end, slots[n]))
    return slots


def free_slot(taken: Iterable[tuple[Period, int]], new: Period, highest: int) -> int | None:
    """Return the lowest slot that nobody has on any day of a new period; None: renumber first."""
    met = {slot for period, slot in taken if period.meets(new)}
    return next((slot for slot in range(1, highest + 1) if slot not in met), None)


def make_room(taken: Sequence[tuple[Period, int]], new: Period, highest: int) -> list[int]:
    """Return the slots of all periods, the new one's last; others change only where none is free.

    To change them, `taken` must be all places of the worker: past ones keep their slots as well.
    """
    free = free_slot(taken, new, highest)
    if free is None:
        return colour([*(period for period, _ in taken), new])
    return [*(slot for _, slot in taken), free]


def _by_start(periods: Sequence[Period]) -> list[int]:
    """Return the positions of periods that hold at least one day, by their start."""
    real = (n for n, period in enumerate(periods) if period.starts_on < period.end)
    return sorted(real, key=lambda n: periods[n].starts_on)


def require_place(
    periods: Sequence[Period],
    new: Period,
    *,
    limit: int,
    statutory: int = 15,
    duty: Duty = Duty.ASSISTANCE,
    override: bool = False,
) -> None:
    """Refuse when on any day of the new period there is no place for one more family.

    The centre's limit yields to the manager's override; the statute's (art. 15(4), 77(4)) never.
    """
    for bound, refusal in ((statutory, _FULL[duty]), (limit, _LOCAL[duty])):
        if override and bound < statutory:
            continue
        full = first_full_day(periods, new, bound)
        if full is not None:
            families = sum(period.holds(full) for period in periods)
            raise refusal(families=families, limit=bound, on=full)


def first_full_day(periods: Sequence[Period], new: Period, bound: int) -> date | None:
    """Return the first day of `new` on which `bound` or more of the periods hold already."""
    starts = {period.starts_on for period in periods if new.holds(period.starts_on)}
    for day in sorted({new.starts_on} | starts):
        if new.holds(day) and sum(period.holds(day) for period in periods) >= bound:
            return day
    return None


def take_among(
    held: Sequence[Held], new: Period, *, limit: int, override: bool
) -> tuple[dict[UUID, Held], int]:
    """Return the places of an assistant that get another slot, and the slot of a new one.

    Refuses where there is no room (C12, C13). The places may be moved only if `held` has all.
    """
    taken = [(place.period, place.slot) for place in held]
    statutory = STATUTE[Duty.ASSISTANCE].on(new.starts_on)
    periods = [period for period, _ in taken]
    require_place(periods, new, limit=limit, statutory=statutory, override=override)
    *slots, slot = make_room(taken, new, statutory)
    moved = {p.id: p._replace(slot=n) for p, n in zip(held, slots, strict=True) if p.slot != n}
    return moved, slot


def lend_among(
    loans: Iterable[Loan],
    held: Mapping[UUID, Sequence[Held]],
    new: Period,
    *,
    limit: int,
    override: bool,
) -> tuple[list[Lent], dict[UUID, Held]]:
    """Let who covers take a place for the shared days (2.5a); return those, and what is moved.

    `held` are all places of each who covers. Refuses where one of them has no room (C12, C13).
    """
    lent: list[Lent] = []
    moved: dict[UUID, Held] = {}
    for loan in loans:
        days = loan.part_of(new)
        if days is not None:
            before = [moved.get(place.id, place) for place in held.get(loan.covering_id, ())]
            others, slot = take_among(before, days, limit=limit, override=override)
            moved |= others
            lent.append(Lent(loan, days, slot))
    return lent, moved
