"""The machine of a profile, suspension by date, data authorisation on both sides of its days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Role
from app.domain.qualifications.rules import (
    DegreeField,
    Learnt,
    QualificationPath,
    QualificationsMissing,
)
from app.domain.staff import rules
from app.domain.staff.rules import WORKFLOW, Facts, StaffAction, StaffState
from app.domain.vetting.rules import MaintenanceDuty, PersonRegister, Vetted
from app.domain.workflow import IllegalStep

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ASSISTANT, COORDINATOR = [Role.ASSISTANT], [Role.FOSTER_CARE_COORDINATOR]
READY = Facts(
    roles=frozenset(ASSISTANT),
    learnt=Learnt(QualificationPath.A, DegreeField.PEDAGOGY),
    vetted=Vetted(
        authority_intact=True,
        maintenance=MaintenanceDuty.NO_TITLE,
        no_conviction=True,
        has_record=True,
        clear=frozenset(PersonRegister),
    ),
    has_employer=True,
    has_form=True,
    authorisations=((TODAY, TODAY),),
)
S, A = StaffState, StaffAction
WAYS = {
    (S.DRAFT, A.ACTIVATE): S.ACTIVE,
    (S.ACTIVE, A.SUSPEND): S.SUSPENDED,
    (S.SUSPENDED, A.REINSTATE): S.ACTIVE,
    (S.ACTIVE, A.END): S.ENDED,
    (S.SUSPENDED, A.END): S.ENDED,
    **{
        (s, a): None for s in (S.DRAFT, S.ACTIVE, S.SUSPENDED) for a in (A.DEACTIVATE, A.REACTIVATE)
    },
}


@pytest.mark.parametrize("state", StaffState)
@pytest.mark.parametrize("action", StaffAction)
def test_the_machine_knows_these_ways_and_no_other(state: StaffState, action: StaffAction) -> None:
    if (state, action) in WAYS:
        assert WORKFLOW.step(state, action).target == WAYS[state, action]
        office = {Role.ADMINISTRATOR} if action in {A.DEACTIVATE, A.REACTIVATE} else set()
        assert WORKFLOW.step(state, action).roles == {Role.MANAGER} | office
    else:
        with pytest.raises(IllegalStep):
            WORKFLOW.step(state, action)


def test_nothing_stands_against_somebody_ready() -> None:
    rules.require_qualified(READY, TODAY)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        pytest.param({"has_employer": False}, rules.EmployerMissing, marks=pytest.mark.rule("C16")),
        pytest.param(
            {"has_form": False}, rules.EmploymentFormMissing, marks=pytest.mark.rule("C17")
        ),
        pytest.param(
            {"authorisations": ()}, rules.DataAuthorisationMissing, marks=pytest.mark.rule("K3")
        ),
    ],
)
def test_each_thing_missing_keeps_out(changes: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        rules.require_qualified(replace(READY, **changes), TODAY)


def test_the_first_missing_rule_speaks_and_names_all() -> None:
    bare = Facts(frozenset(ASSISTANT), Learnt(), Vetted())
    with pytest.raises(QualificationsMissing) as refused:
        rules.require_qualified(bare, TODAY)
    expected = ["C1", "C5", "C6", "C7", "C8", "J1", "J2", "C16", "C17", "K3"]
    assert refused.value.facts["missing"] == expected


def test_who_stays_at_work_is_not_asked_for_k3_again() -> None:
    rules.require_qualified(replace(READY, authorisations=()), TODAY, authorised=False)


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.MANAGER])
def test_social_workers_and_managers_need_an_authorisation_only(role: Role) -> None:
    bare = Facts(frozenset({role}), Learnt(), Vetted())
    with pytest.raises(rules.DataAuthorisationMissing) as refused:
        rules.require_qualified(bare, TODAY)
    assert refused.value.facts["missing"] == ["K3"]
    rules.require_qualified(replace(bare, authorisations=((YESTERDAY, None),)), TODAY)


@pytest.mark.rule("K3")
@pytest.mark.parametrize(
    ("start", "end", "authorised"),
    [
        (TODAY, None, True),
        (YESTERDAY, TODAY, True),
        (YESTERDAY, YESTERDAY, False),
        (TOMORROW, None, False),
    ],
)
def test_an_authorisation_works_from_its_first_to_its_last_day(
    start: date, end: date | None, authorised: bool
) -> None:
    facts = replace(READY, authorisations=((start, end),))
    assert rules.is_authorised(facts, TODAY) == authorised


@pytest.mark.rule("C10")
@pytest.mark.parametrize("suspended_from", [YESTERDAY, TODAY, None])
def test_who_is_suspended_may_not_work(suspended_from: date | None) -> None:
    with pytest.raises(rules.WorkerSuspended):
        rules.require_may_assist(S.SUSPENDED, ASSISTANT, suspended_from, TODAY)
    with pytest.raises(rules.WorkerSuspended):
        rules.require_may_coordinate(S.SUSPENDED, COORDINATOR, suspended_from, TODAY)


@pytest.mark.rule("C10")
def test_the_day_before_a_suspension_was_a_working_day() -> None:
    rules.require_may_assist(S.SUSPENDED, ASSISTANT, TODAY, YESTERDAY)
    rules.require_may_coordinate(S.SUSPENDED, COORDINATOR, TODAY, YESTERDAY)


@pytest.mark.parametrize("state", [S.DRAFT, S.ENDED])
def test_who_is_not_admitted_may_not_work(state: StaffState) -> None:
    with pytest.raises(rules.WorkerNotActive):
        rules.require_may_assist(state, ASSISTANT, None, TODAY)
    with pytest.raises(rules.WorkerNotActive):
        rules.require_may_coordinate(state, COORDINATOR, None, TODAY)


def test_families_are_for_assistants_and_foster_families_for_coordinators() -> None:
    rules.require_may_assist(S.ACTIVE, ASSISTANT, None, TODAY)
    rules.require_may_coordinate(S.ACTIVE, COORDINATOR, None, TODAY)
    with pytest.raises(rules.NotAnAssistant):
        rules.require_may_assist(S.ACTIVE, COORDINATOR, None, TODAY)
    with pytest.raises(rules.NotACoordinator):
        rules.require_may_coordinate(S.ACTIVE, ASSISTANT, None, TODAY)


def test_what_happened_did_not_happen_tomorrow() -> None:
    rules.require_happened(TODAY, TODAY)
    rules.require_happened(None, TODAY)
    with pytest.raises(rules.NotYetHappened):
        rules.require_happened(TOMORROW, TODAY)


def test_an_end_lies_after_the_start_and_never_prolongs() -> None:
    rules.require_end(TODAY, None, TODAY)
    rules.require_end(YESTERDAY, TODAY, TODAY)
    with pytest.raises(rules.EndsBeforeStart):
        rules.require_end(TODAY, None, YESTERDAY)
    with pytest.raises(rules.EndedAlready):
        rules.require_end(YESTERDAY, TODAY, TOMORROW)


def _said(state: StaffState, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=1)),
        "state": state.value,
        "active": True,
        "families": 0,
        "roles": ["manager"],
        "employer_kind": None,
        "employer_name": None,
        "employment_form": None,
        "qualification_path": None,
        "parental_authority_intact": None,
        "maintenance_duty": None,
        "no_conviction": None,
        "criminal_record_ref": None,
        "countries_abroad": [],
        "foreign_records_ref": None,
        "clear": [],
        "found": [],
        "authorisations": [["2026-03-10", None]],
    } | changes


def _shown(state: StaffState, me: UUID, roles: list[Role], **changes: Any) -> dict[str, str | None]:
    found = rules.allowed(_said(state, **changes), roles, me, TODAY)
    return {a.action.value: a.refusal.code() if a.refusal else None for a in found}


def test_the_actions_shown_are_those_of_the_state_with_what_blocks_them() -> None:
    me, other = UUID(int=1), UUID(int=2)
    manager = [Role.MANAGER]
    assert _shown(S.DRAFT, other, manager)["activate"] is None
    assert _shown(S.DRAFT, other, manager, authorisations=[["2026-03-09", "2026-03-09"]]) == {
        "activate": "K3",
        "deactivate": None,
        "reactivate": "switched_already",
    }
    blocked = _shown(S.DRAFT, other, manager, active=False)
    assert (blocked["deactivate"], blocked["reactivate"]) == ("switched_already", None)
    assert _shown(S.ACTIVE, other, manager, families=1)["end"] == "still_responsible"
    assert _shown(S.ACTIVE, other, manager)["end"] is None
    assert _shown(S.ACTIVE, me, manager)["end"] == "not_on_yourself"
    assert _shown(S.SUSPENDED, other, ASSISTANT)["reinstate"] == "not_your_role"
    assert _shown(S.ENDED, other, manager) == {}
