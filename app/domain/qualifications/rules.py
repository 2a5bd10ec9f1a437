"""What somebody must have learnt: art. 12(1)(1), 12(2) and 78(1) UWR, the 230 hours of SZK."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.actor import Role
from app.domain.errors import Invalid
from app.domain.law import FAMILY_SUPPORT, TRAINING, Figure, Rule
from app.domain.terms import Term


class QualificationPath(Term):
    """By which of the three ways somebody is qualified (art. 12(1)(1) UWR)."""

    A = "a", "kierunek studiów wskazany w ustawie", "a degree named by the statute"
    B = "b", "inne studia, szkolenie i rok pracy", "another degree, training and a year of work"
    C = "c", "wykształcenie średnie, szkolenie i 3 lata pracy", "secondary, training, 3 years"


class DegreeField(Term):
    """In what somebody holds a degree."""

    PEDAGOGY = "pedagogy", "pedagogika", "pedagogy"
    PSYCHOLOGY = "psychology", "psychologia", "psychology"
    SOCIOLOGY = "sociology", "socjologia", "sociology"
    FAMILY_SCIENCES = "family_sciences", "nauki o rodzinie", "family sciences"
    SOCIAL_WORK = "social_work", "praca socjalna", "social work"
    OTHER = "other", "inny kierunek", "another field"


class TrainingKind(Term):
    """How somebody has raised their qualifications."""

    COURSE = "course", "szkolenie", "training course"
    STUDIES = "studies", "studia podyplomowe", "postgraduate studies"
    SUPERVISION = "supervision", "superwizja", "supervision"
    SELF_STUDY = "self_study", "samokształcenie", "self-study"


NAMED_FIELDS = frozenset(DegreeField) - {DegreeField.OTHER}
_SINCE = date(2012, 1, 1)
TRAINING_HOURS = Figure(TRAINING.par(3), ((_SINCE, 230),))
PATH_B_MONTHS = Figure(FAMILY_SUPPORT.art(12, 1, 1, "b"), ((_SINCE, 12),))
PATH_C_MONTHS = Figure(FAMILY_SUPPORT.art(12, 1, 1, "c"), ((_SINCE, 36),))
COORDINATOR_MONTHS = Figure(FAMILY_SUPPORT.art(78, 1, 1, "b"), ((_SINCE, 12),))

C1 = Rule(
    "C1",
    FAMILY_SUPPORT.art(12, 1, 1, "a"),
    "Asystent ma wykształcenie wyższe: pedagogika, psychologia, socjologia, nauki o rodzinie"
    " lub praca socjalna.",
    "An assistant holds a degree in pedagogy, psychology, sociology, family sciences or social"
    " work.",
)
C2 = Rule(
    "C2",
    PATH_B_MONTHS.basis,
    "Albo dowolne studia, szkolenie (lub studia podyplomowe) i rok pracy z dziećmi lub rodziną.",
    "Or any degree, training (or postgraduate studies) and a year of work with children or family.",
)
C3 = Rule(
    "C3",
    PATH_C_MONTHS.basis,
    "Albo wykształcenie średnie, szkolenie i 3 lata pracy z dziećmi lub rodziną.",
    "Or secondary education, training and three years of work with children or families.",
)
C4 = Rule(
    "C4",
    TRAINING_HOURS.basis,
    "Szkolenie na asystenta obejmuje co najmniej 230 godzin dydaktycznych.",
    "The training of an assistant takes at least 230 teaching hours.",
)
C9 = Rule(
    "C9",
    FAMILY_SUPPORT.art(12, 2),
    "Asystent stale podnosi kwalifikacje.",
    "An assistant keeps raising qualifications.",
    settings=("training_reminder_months",),
)
G8 = Rule(
    "G8",
    FAMILY_SUPPORT.art(78, 1),
    "Koordynator ma studia z ustawy albo inne studia, kurs kwalifikacyjny i rok pracy.",
    "A coordinator holds a named degree, or another one with a course and a year of work.",
)


class QualificationsMissing(Invalid):
    """The qualifications of this person are not recorded."""

    pl = "Kwalifikacje tej osoby nie są zapisane."
    rule = C1


class DegreeNotNamed(Invalid):
    """Path a needs a degree in one of the five fields that the statute names."""

    pl = "Ścieżka a wymaga studiów na jednym z pięciu kierunków wskazanych w ustawie."
    rule = C1


class YearOfWorkMissing(Invalid):
    """Path b needs a degree and a year of work with children or families."""

    pl = "Ścieżka b wymaga studiów i co najmniej roku pracy z dziećmi lub rodziną."
    rule = C2


class ThreeYearsOfWorkMissing(Invalid):
    """Path c needs three years of work with children or families."""

    pl = "Ścieżka c wymaga co najmniej 3 lat pracy z dziećmi lub rodziną."
    rule = C3


class TrainingTooShort(Invalid):
    """The training of an assistant takes at least 230 teaching hours."""

    pl = "Szkolenie na asystenta obejmuje co najmniej 230 godzin dydaktycznych."
    rule = C4


class CoordinatorUnqualified(Invalid):
    """A coordinator needs a named degree, or another one with a course and a year of work."""

    pl = "Koordynator ma studia z ustawy albo inne studia, kurs kwalifikacyjny i rok pracy."
    rule = G8


REFUSALS = (
    *(QualificationsMissing, DegreeNotNamed, YearOfWorkMissing, ThreeYearsOfWorkMissing),
    *(TrainingTooShort, CoordinatorUnqualified),
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What somebody has learnt and done; `path` None: nothing is recorded."""

    path: QualificationPath | None = None
    degree: DegreeField | None = None
    training_hours: int = 0
    postgraduate: bool = False
    experience_months: int = 0


def learnt(said: Mapping[str, Any]) -> Learnt:
    """Read the facts of a profile as the database tells them."""
    if said["qualification_path"] is None:
        return Learnt()
    return Learnt(
        QualificationPath(said["qualification_path"]),
        DegreeField(said["degree_field"]) if said["degree_field"] else None,
        said["training_hours"],
        said["postgraduate"],
        said["experience_months"],
    )


def shortcomings(facts: Learnt, roles: frozenset[Role], on: date) -> Iterator[type[Invalid]]:
    """Yield what a role still lacks: assistants by their path, coordinators by art. 78(1)."""
    if roles & {Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR} and facts.path is None:
        yield QualificationsMissing
        return
    if Role.ASSISTANT in roles:
        yield from _of_an_assistant(facts, on)
    if Role.FOSTER_CARE_COORDINATOR in roles and not _may_coordinate(facts, on):
        yield CoordinatorUnqualified


def _of_an_assistant(facts: Learnt, on: date) -> Iterator[type[Invalid]]:
    trained = facts.training_hours >= TRAINING_HOURS.on(on)
    match facts.path:
        case QualificationPath.A if facts.degree not in NAMED_FIELDS:
            yield DegreeNotNamed
        case QualificationPath.B:
            if facts.degree is None or facts.experience_months < PATH_B_MONTHS.on(on):
                yield YearOfWorkMissing
            if not trained and not facts.postgraduate:
                yield TrainingTooShort
        case QualificationPath.C:
            if facts.experience_months < PATH_C_MONTHS.on(on):
                yield ThreeYearsOfWorkMissing
            if not trained:
                yield TrainingTooShort


def _may_coordinate(facts: Learnt, on: date) -> bool:
    if facts.degree in NAMED_FIELDS:
        return True
    course = facts.postgraduate or facts.training_hours > 0
    worked = facts.experience_months >= COORDINATOR_MONTHS.on(on)
    return facts.degree is not None and course and worked
