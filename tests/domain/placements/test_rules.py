"""The law of children in care, on both sides of each boundary."""

from datetime import date, timedelta

import pytest

from app.domain.actor import Role
from app.domain.families.rules import FamilyRole
from app.domain.placements import rules
from app.domain.placements.rules import CareForm, CareTasksBy, PlanPartner

TODAY = date(2026, 3, 10)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
FULL = ("Placówka", "Wychowawczyni", "telefon")
NONE = (None, None, None)


def test_a_child_of_the_family_can_be_placed() -> None:
    rules.require_child(FamilyRole.CHILD)


@pytest.mark.parametrize("role", [FamilyRole.MOTHER, FamilyRole.OTHER, None])
def test_nobody_else_can_be_placed(role: FamilyRole | None) -> None:
    with pytest.raises(rules.NotAChildHere):
        rules.require_child(role)


def test_what_happened_today_can_be_recorded_and_tomorrow_not() -> None:
    rules.require_happened(TODAY, TODAY)
    with pytest.raises(rules.PlacementDateWrong):
        rules.require_happened(TOMORROW, TODAY)


@pytest.mark.rule("E4")
@pytest.mark.parametrize("missing", [0, 1, 2])
def test_an_institution_is_recorded_with_its_educator(missing: int) -> None:
    rules.require_details(CareForm.INSTITUTION, FULL, (None, None))
    partly = [None if n == missing else word for n, word in enumerate(FULL)]
    with pytest.raises(rules.EducatorMissing):
        rules.require_details(CareForm.INSTITUTION, partly, (None, None))


def test_details_of_the_other_form_are_refused() -> None:
    with pytest.raises(rules.FormMismatch):
        rules.require_details(CareForm.INSTITUTION, FULL, ("foster family", None))
    with pytest.raises(rules.FormMismatch):
        rules.require_details(CareForm.FAMILY, (None, "Wychowawczyni", None), (None, None))
    rules.require_details(CareForm.FAMILY, NONE, ("foster family", None))


@pytest.mark.rule("G2")
def test_the_coordinator_performs_the_tasks_where_there_is_one() -> None:
    coordinator, organiser = CareTasksBy.COORDINATOR, CareTasksBy.ORGANISER
    family = CareForm.FAMILY
    assert rules.tasks_by(family, None, has_coordinator=True) is coordinator
    assert rules.tasks_by(family, None, has_coordinator=False) is organiser
    assert rules.tasks_by(family, organiser, has_coordinator=False) is organiser
    assert rules.tasks_by(CareForm.INSTITUTION, None, has_coordinator=False) is None


@pytest.mark.rule("G2")
@pytest.mark.parametrize(
    ("said", "has_coordinator"), [(CareTasksBy.COORDINATOR, False), (CareTasksBy.ORGANISER, True)]
)
def test_a_contradiction_about_the_tasks_is_refused(
    said: CareTasksBy, has_coordinator: bool
) -> None:
    with pytest.raises(rules.PerformerMismatch):
        rules.tasks_by(CareForm.FAMILY, said, has_coordinator=has_coordinator)


def test_a_placement_ends_once_between_its_start_and_today() -> None:
    rules.require_end(TODAY, None, TODAY, TODAY)
    with pytest.raises(rules.PlacementEnded):
        rules.require_end(YESTERDAY, YESTERDAY, TODAY, TODAY)
    with pytest.raises(rules.PlacementDateWrong):
        rules.require_end(TODAY, None, YESTERDAY, TODAY)
    with pytest.raises(rules.PlacementDateWrong):
        rules.require_end(TODAY, None, TOMORROW, TODAY)


def test_whoever_records_the_end_keeps_the_right_for_the_day() -> None:
    assert rules.rights_end_on(TODAY, own=False) == TODAY
    assert rules.rights_end_on(TODAY, own=True) == TOMORROW


@pytest.mark.rule("G2")
def test_a_coordinator_is_given_on_application() -> None:
    rules.require_appointment(TODAY, TODAY, TODAY)
    with pytest.raises(rules.CoordinationBeforeApplication):
        rules.require_appointment(TODAY, YESTERDAY, TODAY)
    with pytest.raises(rules.CoordinationDateWrong):
        rules.require_appointment(TODAY, TOMORROW, TODAY)


def test_a_coordination_lasts_a_day_and_ends_once() -> None:
    rules.require_coordination_end(YESTERDAY, None, TODAY, TODAY)
    for ended_on in (YESTERDAY, TOMORROW):
        with pytest.raises(rules.CoordinationDateWrong):
            rules.require_coordination_end(YESTERDAY, None, ended_on, TODAY)
    with pytest.raises(rules.CoordinationEnded):
        rules.require_coordination_end(YESTERDAY, TODAY, TODAY, TODAY)


MG, FC = {Role.MANAGER}, {Role.FOSTER_CARE_COORDINATOR}


def test_a_coordinator_takes_on_a_foster_family_without_coordinator_and_children() -> None:
    rules.require_appoints(FC, own=True)
    rules.require_appoints(MG, own=False, vacant=False, children=2)


@pytest.mark.parametrize(
    ("own", "vacant", "children"), [(False, True, 0), (True, False, 0), (True, True, 1)]
)
def test_what_gives_a_right_to_files_is_the_managers(
    own: bool, vacant: bool, children: int
) -> None:
    with pytest.raises(rules.AppointedByManager):
        rules.require_appoints(FC, own=own, vacant=vacant, children=children)


FAMILY, HOME = CareForm.FAMILY, CareForm.INSTITUTION


@pytest.mark.rule("E3")
@pytest.mark.parametrize(
    ("placements", "partners"),
    [
        ([], ()),
        ([(FAMILY, CareTasksBy.COORDINATOR)], (PlanPartner.COORDINATOR,)),
        ([(FAMILY, CareTasksBy.ORGANISER)], (PlanPartner.ORGANISER,)),
        ([(HOME, None)], (PlanPartner.EDUCATOR,)),
        ([(HOME, None), (HOME, None)], (PlanPartner.EDUCATOR,)),
        (
            [(HOME, None), (FAMILY, CareTasksBy.COORDINATOR)],
            (PlanPartner.COORDINATOR, PlanPartner.EDUCATOR),
        ),
    ],
)
def test_the_plan_is_agreed_once_for_each_kind_of_placement(
    placements: list[tuple[CareForm, CareTasksBy | None]], partners: tuple[PlanPartner, ...]
) -> None:
    assert rules.who_must_agree(placements) == partners
