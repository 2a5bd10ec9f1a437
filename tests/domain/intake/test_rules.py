"""A signal: who receives it and who takes the case."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from app.domain.actor import Actor, Role
from app.domain.cases.rules import CaseState
from app.domain.intake import rules
from app.domain.intake.rules import SignalSource, SignalWarning

DAY, AFTER = date(2026, 3, 10), date(2026, 3, 11)
CALLER, GIVEN, OF_DISTRICT = uuid4(), uuid4(), uuid4()


def somebody(role: Role) -> Actor:
    return Actor(CALLER, uuid4(), None, frozenset({role}))


def test_a_signal_may_come_today_but_not_tomorrow() -> None:
    rules.require_received(DAY, DAY)
    with pytest.raises(rules.SignalInFuture):
        rules.require_received(AFTER, DAY)


@pytest.mark.rule("B11")
@pytest.mark.rule("B12")
@pytest.mark.parametrize(
    ("given", "role", "source", "serving", "chosen"),
    [
        (GIVEN, Role.SOCIAL_WORKER, SignalSource.FAMILY, [OF_DISTRICT], GIVEN),
        (GIVEN, Role.MANAGER, SignalSource.INSTITUTION, [OF_DISTRICT], GIVEN),
        (None, Role.SOCIAL_WORKER, SignalSource.FAMILY, [OF_DISTRICT], CALLER),
        (None, Role.SOCIAL_WORKER, SignalSource.INSTITUTION, [OF_DISTRICT], OF_DISTRICT),
        (None, Role.SOCIAL_WORKER, SignalSource.INSTITUTION, [OF_DISTRICT, CALLER], CALLER),
        (None, Role.SOCIAL_WORKER, SignalSource.INSTITUTION, [], CALLER),
        (None, Role.MANAGER, SignalSource.FAMILY, [OF_DISTRICT], OF_DISTRICT),
    ],
)
def test_the_case_goes_to_whom_was_named_or_to_the_proper_social_worker(
    given: UUID | None, role: Role, source: SignalSource, serving: list[UUID], chosen: UUID
) -> None:
    assert rules.choose_social_worker(given, somebody(role), source, serving) == chosen


@pytest.mark.rule("B12")
def test_a_manager_names_somebody_where_no_district_is_known() -> None:
    with pytest.raises(rules.SocialWorkerUnknown):
        rules.choose_social_worker(None, somebody(Role.MANAGER), SignalSource.FAMILY, [])


@pytest.mark.rule("B12")
@pytest.mark.parametrize("roles", [None, [], ["assistant"]])
def test_nobody_but_a_social_worker_takes_a_case(roles: list[str] | None) -> None:
    rules.require_social_worker(["manager", "social_worker"])
    with pytest.raises(rules.SocialWorkerUnknown):
        rules.require_social_worker(roles)


@pytest.mark.rule("B12")
def test_a_social_worker_of_another_district_is_a_warning() -> None:
    assert rules.warnings(OF_DISTRICT, [OF_DISTRICT]) == []
    assert rules.warnings(CALLER, [OF_DISTRICT]) == [SignalWarning.WORKER_OF_ANOTHER_DISTRICT]


@pytest.mark.rule("E14")
def test_a_relapse_follows_a_case_of_the_same_family() -> None:
    rules.require_same_family(GIVEN, GIVEN)
    with pytest.raises(rules.RelapseOfAnotherFamily):
        rules.require_same_family(GIVEN, CALLER)


@pytest.mark.rule("E14")
@pytest.mark.parametrize(
    ("state", "relapse"),
    [(CaseState.MONITORING, True), (CaseState.IN_PROGRESS, True), (CaseState.ARCHIVED, False)],
)
def test_a_case_that_has_not_ended_must_end_first(state: CaseState, *, relapse: bool) -> None:
    assert rules.is_relapse(state) is relapse


@pytest.mark.parametrize("warning", SignalWarning)
def test_every_warning_has_its_rule(warning: SignalWarning) -> None:
    assert rules.WARNED_BY[warning].id
