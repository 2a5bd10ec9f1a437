"""The three paths of an assistant and the two of a coordinator, on both sides of each boundary."""

from datetime import date

import pytest

from app.domain.actor import Role
from app.domain.errors import Invalid
from app.domain.qualifications.rules import (
    CoordinatorUnqualified,
    DegreeField,
    DegreeNotNamed,
    Learnt,
    QualificationPath,
    QualificationsMissing,
    ThreeYearsOfWorkMissing,
    TrainingTooShort,
    YearOfWorkMissing,
    learnt,
    shortcomings,
)

ON = date(2026, 3, 10)
A, B, C = QualificationPath
LAW = DegreeField.OTHER
ASSISTANT = frozenset({Role.ASSISTANT})
COORDINATOR = frozenset({Role.FOSTER_CARE_COORDINATOR})


def lacking(facts: Learnt, roles: frozenset[Role] = ASSISTANT) -> list[type[Invalid]]:
    return list(shortcomings(facts, roles, ON))


@pytest.mark.rule("C1")
@pytest.mark.parametrize("field", DegreeField)
def test_path_a_takes_the_five_named_fields(field: DegreeField) -> None:
    expected = [DegreeNotNamed] if field is DegreeField.OTHER else []
    assert lacking(Learnt(A, field)) == expected


@pytest.mark.rule("C1")
def test_path_a_without_a_degree_is_none() -> None:
    assert lacking(Learnt(A, None)) == [DegreeNotNamed]


@pytest.mark.rule("C1")
def test_nothing_recorded_is_nothing_shown() -> None:
    assert lacking(Learnt()) == [QualificationsMissing]
    assert lacking(Learnt(), COORDINATOR) == [QualificationsMissing]


@pytest.mark.rule("C2")
@pytest.mark.parametrize(("months", "enough"), [(11, False), (12, True)])
def test_path_b_takes_a_year_of_work(months: int, enough: bool) -> None:
    found = lacking(Learnt(B, LAW, training_hours=230, experience_months=months))
    assert found == ([] if enough else [YearOfWorkMissing])


@pytest.mark.rule("C2")
def test_path_b_takes_a_degree() -> None:
    found = lacking(Learnt(B, None, training_hours=230, experience_months=12))
    assert found == [YearOfWorkMissing]


@pytest.mark.rule("C4")
@pytest.mark.parametrize(("hours", "enough"), [(229, False), (230, True)])
@pytest.mark.parametrize(("path", "months"), [(B, 12), (C, 36)])
def test_the_training_takes_230_hours(
    path: QualificationPath, months: int, hours: int, enough: bool
) -> None:
    facts = Learnt(path, LAW, training_hours=hours, experience_months=months)
    assert lacking(facts) == ([] if enough else [TrainingTooShort])


@pytest.mark.rule("C4")
def test_postgraduate_studies_stand_for_the_training_on_path_b_only() -> None:
    assert lacking(Learnt(B, LAW, postgraduate=True, experience_months=12)) == []
    facts = Learnt(C, None, postgraduate=True, experience_months=36)
    assert lacking(facts) == [TrainingTooShort]


@pytest.mark.rule("C3")
@pytest.mark.parametrize(("months", "enough"), [(35, False), (36, True)])
def test_path_c_takes_three_years_of_work(months: int, enough: bool) -> None:
    found = lacking(Learnt(C, None, training_hours=230, experience_months=months))
    assert found == ([] if enough else [ThreeYearsOfWorkMissing])


def test_everything_missing_is_said_at_once() -> None:
    assert lacking(Learnt(B, LAW)) == [YearOfWorkMissing, TrainingTooShort]
    assert lacking(Learnt(C, None)) == [ThreeYearsOfWorkMissing, TrainingTooShort]


@pytest.mark.rule("G8")
@pytest.mark.parametrize(
    ("facts", "qualified"),
    [
        (Learnt(A, DegreeField.PSYCHOLOGY), True),
        (Learnt(B, LAW, postgraduate=True, experience_months=12), True),
        (Learnt(B, LAW, training_hours=60, experience_months=12), True),
        (Learnt(B, LAW, postgraduate=True, experience_months=11), False),
        (Learnt(B, LAW, experience_months=12), False),
        (Learnt(C, None, training_hours=230, experience_months=36), False),
    ],
)
def test_a_coordinator_has_no_secondary_path(facts: Learnt, qualified: bool) -> None:
    assert lacking(facts, COORDINATOR) == ([] if qualified else [CoordinatorUnqualified])


def test_social_workers_and_managers_are_not_asked() -> None:
    assert lacking(Learnt(), frozenset({Role.SOCIAL_WORKER, Role.MANAGER})) == []


def test_facts_are_read_as_the_database_tells_them() -> None:
    said = {
        "qualification_path": "b",
        "degree_field": "other",
        "training_hours": 230,
        "postgraduate": False,
        "experience_months": 12,
    }
    assert learnt(said) == Learnt(B, LAW, 230, postgraduate=False, experience_months=12)
    assert learnt(said | {"degree_field": None}).degree is None
    assert learnt(said | {"qualification_path": None}) == Learnt()
