"""Declarations, the criminal record and the registers: each one missing keeps people out."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actor import Role
from app.domain.errors import Invalid
from app.domain.vetting import rules
from app.domain.vetting.rules import MaintenanceDuty, PersonRegister, Vetted, shortcomings, vetted

CLEAN = Vetted(
    authority_intact=True,
    maintenance=MaintenanceDuty.NO_TITLE,
    no_conviction=True,
    has_record=True,
    clear=frozenset(PersonRegister),
)
ASSISTANT = frozenset({Role.ASSISTANT})


def lacking(facts: Vetted, roles: frozenset[Role] = ASSISTANT) -> list[type[Invalid]]:
    return list(shortcomings(facts, roles))


def test_nothing_stands_against_somebody_clean() -> None:
    assert lacking(CLEAN) == []


@pytest.mark.rule("C5")
@pytest.mark.rule("C6")
@pytest.mark.rule("C7")
@pytest.mark.rule("C8")
@pytest.mark.rule("J1")
@pytest.mark.rule("J2")
@pytest.mark.rule("J3")
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"authority_intact": False}, rules.ParentalAuthorityInDoubt),
        ({"maintenance": MaintenanceDuty.NOT_FULFILLED}, rules.MaintenanceInDoubt),
        ({"no_conviction": False}, rules.ConvictionInDoubt),
        ({"clear": {PersonRegister.COMMISSION}}, rules.RegisterCheckMissing),
        ({"clear": {PersonRegister.SEX_OFFENDER_LIMITED}}, rules.CommissionCheckMissing),
        ({"has_record": False}, rules.CriminalRecordMissing),
        ({"lived_abroad": True}, rules.ForeignRecordsMissing),
    ],
)
@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.FOSTER_CARE_COORDINATOR])
def test_each_thing_missing_keeps_out(
    changes: dict[str, Any], kind: type[Invalid], role: Role
) -> None:
    assert lacking(replace(CLEAN, **changes), frozenset({role})) == [kind]


@pytest.mark.rule("C6")
def test_a_fulfilled_duty_of_maintenance_is_as_good_as_none() -> None:
    assert lacking(replace(CLEAN, maintenance=MaintenanceDuty.FULFILLED)) == []


@pytest.mark.rule("J3")
def test_foreign_records_answer_for_years_abroad() -> None:
    assert lacking(replace(CLEAN, lived_abroad=True, has_foreign_records=True)) == []


def test_who_has_shown_nothing_lacks_everything_but_foreign_records() -> None:
    assert lacking(Vetted()) == list(rules.REFUSALS[:-1])


def test_social_workers_and_managers_are_not_asked() -> None:
    assert lacking(Vetted(), frozenset({Role.SOCIAL_WORKER, Role.MANAGER})) == []


@pytest.mark.rule("C8")
@pytest.mark.rule("J1")
@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize(("register", "kind"), rules.CHECKS.items())
def test_who_is_found_in_a_register_is_kept_out_whatever_they_do_here(
    register: PersonRegister, kind: type[Invalid], role: Role
) -> None:
    facts = replace(CLEAN, found=frozenset({register}))
    assert lacking(facts, frozenset({role})) == [kind]


def test_facts_are_read_as_the_database_tells_them() -> None:
    said = {
        "parental_authority_intact": True,
        "maintenance_duty": "no_title",
        "no_conviction": True,
        "criminal_record_ref": "k. 5",
        "countries_abroad": [],
        "foreign_records_ref": None,
        "clear": ["sex_offender_limited", "commission"],
        "found": [],
    }
    assert vetted(said) == CLEAN
    assert vetted(said | {"maintenance_duty": None}).maintenance == MaintenanceDuty.NOT_FULFILLED
    assert vetted(said | {"countries_abroad": ["DE"]}).lived_abroad
    assert vetted(said | {"found": ["commission"]}).found == {PersonRegister.COMMISSION}
