"""The rules of diagnoses: five spheres, every child, each hearing explained."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.domain.diagnoses import rules
from app.domain.families.rules import Sphere

TODAY = date(2026, 3, 10)


def test_five_spheres_are_said_once_each() -> None:
    rules.require_five_spheres(list(Sphere))


def test_a_sphere_left_out_or_repeated_is_named() -> None:
    with pytest.raises(rules.SpheresIncomplete) as left_out:
        rules.require_five_spheres([s for s in Sphere if s is not Sphere.HEALTH])
    assert left_out.value.facts == {"missing": ["health"], "repeated": []}
    with pytest.raises(rules.SpheresIncomplete) as repeated:
        rules.require_five_spheres([*Sphere, Sphere.SOCIAL])
    assert repeated.value.facts == {"missing": [], "repeated": ["social"]}


@pytest.mark.rule("A8")
def test_every_child_is_there_exactly_once() -> None:
    one, two = uuid4(), uuid4()
    rules.require_children([two, one], {one, two})
    rules.require_children([], set())
    for said in ([one], [one, two, two], [one, two, uuid4()]):
        with pytest.raises(rules.ChildrenNotCovered):
            rules.require_children(said, {one, two})


@pytest.mark.rule("A8")
def test_a_child_that_was_not_heard_needs_a_reason() -> None:
    child = uuid4()
    rules.require_hearing(child, None, heard=True)
    rules.require_hearing(child, "niemowlę", heard=False)
    with pytest.raises(rules.HearingUnexplained):
        rules.require_hearing(child, None, heard=False)


def test_childhood_ends_with_the_eighteenth_birthday() -> None:
    assert rules.is_minor(date(2008, 3, 11), TODAY)
    assert not rules.is_minor(date(2008, 3, 10), TODAY)
    assert rules.is_minor(None, TODAY)


def test_a_diagnosis_lies_between_the_assignment_and_today() -> None:
    day = timedelta(days=1)
    rules.require_made(TODAY, TODAY, TODAY)
    rules.require_made(TODAY, TODAY, None)
    with pytest.raises(rules.DiagnosisInFuture):
        rules.require_made(TODAY + day, TODAY, None)
    with pytest.raises(rules.DiagnosisTooEarly):
        rules.require_made(TODAY - day, TODAY, TODAY)


def test_only_the_latest_version_is_revised() -> None:
    rules.require_latest(2, 2)
    with pytest.raises(rules.DiagnosisSuperseded):
        rules.require_latest(1, 2)
