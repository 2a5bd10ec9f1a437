"""What a diagnosis must cover: five spheres, every child, and whether each child was heard."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from app.domain.calendar import months_after
from app.domain.errors import Conflict, Invalid
from app.domain.families.rules import A8, Sphere
from app.domain.terms import Term

MAJORITY_MONTHS = 18 * 12


class SphereLevel(Term):
    """How a sphere of the family's life stands: its resources held, at risk, missing."""

    RESOURCE = "resource", "zasób posiadany", "a resource"
    AT_RISK = "at_risk", "zasób zagrożony", "at risk"
    MISSING = "missing", "zasobu brakuje", "missing"


class SpheresIncomplete(Invalid):
    """A diagnosis speaks of each of the five spheres exactly once."""

    pl = "Diagnoza opisuje każdą z pięciu sfer dokładnie jeden raz."


class ChildrenNotCovered(Invalid):
    """A diagnosis speaks of every child of the family exactly once."""

    pl = "Diagnoza obejmuje każde dziecko rodziny dokładnie jeden raz."
    rule = A8


class HearingUnexplained(Invalid):
    """Say why a child was not heard."""

    pl = "Podaj, dlaczego dziecka nie wysłuchano."
    rule = A8


class DiagnosisInFuture(Invalid):
    """A diagnosis is recorded once it has been made, not before."""

    pl = "Diagnozę zapisuje się po jej sporządzeniu, nie wcześniej."


class DiagnosisTooEarly(Invalid):
    """The diagnosis lies before the assignment, or before the version that it revises."""

    pl = "Diagnoza jest wcześniejsza niż przydzielenie asystenta albo niż jej poprzednia wersja."


class DiagnosisSuperseded(Conflict):
    """A later version of this diagnosis exists; revise that one."""

    pl = "Istnieje późniejsza wersja tej diagnozy; zaktualizuj tamtą."


def require_five_spheres(spheres: Iterable[Sphere]) -> None:
    """Refuse a diagnosis that leaves a sphere out or speaks of one twice."""
    said = Counter(spheres)
    missing = sorted(sphere for sphere in Sphere if sphere not in said)
    repeated = sorted(sphere for sphere, times in said.items() if times > 1)
    if missing or repeated:
        raise SpheresIncomplete(missing=missing, repeated=repeated)


def is_minor(born_on: date | None, day: date) -> bool:
    """Tell whether somebody is under 18 on a day; an unknown date of birth counts as a child."""
    return born_on is None or months_after(born_on, MAJORITY_MONTHS) > day


def require_children(said: Iterable[UUID], children: Collection[UUID]) -> None:
    """Refuse a diagnosis that leaves a child out, repeats one or names a stranger (A8)."""
    times = Counter(said)
    missing = sorted(str(child) for child in children if child not in times)
    unknown = sorted(str(child) for child in times if child not in children)
    repeated = sorted(str(child) for child, n in times.items() if n > 1)
    if missing or unknown or repeated:
        raise ChildrenNotCovered(missing=missing, unknown=unknown, repeated=repeated)


def require_hearing(person_id: UUID, reason: str | None, *, heard: bool) -> None:
    """Refuse a child that was not heard without the reason (A8)."""
    if not heard and reason is None:
        raise HearingUnexplained(person_id=person_id)


def require_made(made_on: date, today: date, since: date | None) -> None:
    """Refuse a diagnosis of the future, or older than the work or than what it revises."""
    if made_on > today:
        raise DiagnosisInFuture(made_on=made_on, today=today)
    if since is not None and made_on < since:
        raise DiagnosisTooEarly(made_on=made_on, not_before=since)


def require_latest(version_no: int, latest: int) -> None:
    """Refuse to revise a version that was revised already."""
    if version_no != latest:
        raise DiagnosisSuperseded(version_no=version_no, current=latest)


CONSTRAINTS = {"diagnosis_one_version": DiagnosisSuperseded}
