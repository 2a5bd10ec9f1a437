"""Rules of motions and suspensions."""

from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from app.domain.actor import Role
from app.domain.motions import rules
from app.domain.motions.rules import (
    ClosureReason,
    MotionAction,
    MotionKind,
    MotionState,
    SuspensionReason,
)
from app.domain.workflow import IllegalStep

K, S, C = MotionKind, SuspensionReason, ClosureReason
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("kind", "suspension", "closure", "text"),
    [
        (K.SUSPENSION, S.HOSPITAL, None, None),
        (K.SUSPENSION, S.OTHER, None, "Kwarantanna."),
        (K.CLOSURE, None, C.GOALS_ACHIEVED, None),
        (K.CLOSURE, None, C.OTHER, "Powód."),
        (K.RELEASE, None, None, "Konflikt z rodziną."),
    ],
)
def test_a_motion_that_says_its_reason_is_taken(
    kind: MotionKind, suspension: Any, closure: Any, text: str | None
) -> None:
    rules.require_said(kind, suspension, closure, text)


@pytest.mark.rule("E13")
@pytest.mark.parametrize(
    ("kind", "suspension", "closure", "text"),
    [
        (K.SUSPENSION, None, None, "Bez powodu."),
        (K.SUSPENSION, S.OTHER, None, None),
        (K.SUSPENSION, S.PRISON, C.NO_EFFECTS, None),
        (K.CLOSURE, None, None, "Bez powodu."),
        (K.CLOSURE, S.PRISON, C.NO_EFFECTS, None),
        (K.CLOSURE, None, C.OTHER, None),
        (K.RELEASE, None, None, None),
        (K.RELEASE, S.PRISON, None, "Nie ten rodzaj."),
    ],
)
def test_a_motion_without_its_reason_or_with_anothers_is_refused(
    kind: MotionKind, suspension: Any, closure: Any, text: str | None
) -> None:
    with pytest.raises(rules.MotionIncomplete):
        rules.require_said(kind, suspension, closure, text)


@pytest.mark.rule("A5")
def test_a_childs_placement_is_never_a_reason() -> None:
    with pytest.raises(rules.ChildPlacedIsNoReason):
        rules.require_said(K.CLOSURE, None, C.CHILD_PLACED, "Dziecko w pieczy.")


def test_another_reason_is_explained() -> None:
    rules.require_reason(C.OTHER, "Powód.")
    with pytest.raises(rules.ReasonUnexplained):
        rules.require_reason(C.OTHER, None)


@pytest.mark.rule("2.5")
def test_only_a_release_is_granted_by_a_word() -> None:
    rules.require_grantable(K.RELEASE)
    for kind in (K.SUSPENSION, K.CLOSURE):
        with pytest.raises(rules.NotThisMotion):
            rules.require_grantable(kind)


def test_a_motion_is_granted_in_its_case_for_its_kind_while_it_is_open() -> None:
    case, other = uuid4(), uuid4()
    rules.require_motion_for(K.SUSPENSION, MotionState.OPEN, case, K.SUSPENSION, case)
    for kind, state, found in (
        (K.CLOSURE, MotionState.OPEN, case),
        (K.SUSPENSION, MotionState.REFUSED, case),
        (K.SUSPENSION, MotionState.OPEN, other),
    ):
        with pytest.raises(rules.MotionMismatch):
            rules.require_motion_for(kind, state, found, K.SUSPENSION, case)


def test_a_review_falls_after_the_days_that_the_centre_sets() -> None:
    assert rules.review_day(None, TODAY, 30) == date(2026, 4, 9)
    assert rules.review_day(date(2026, 3, 20), TODAY, 30) == date(2026, 3, 20)


def test_another_reason_for_a_suspension_is_explained() -> None:
    rules.require_explained(S.HOSPITAL, None)
    rules.require_explained(S.OTHER, "Kwarantanna.")
    with pytest.raises(rules.SuspensionUnexplained):
        rules.require_explained(S.OTHER, None)


BEGAN, HALF_A_YEAR_ON = date(2026, 1, 5), date(2026, 9, 10)


@pytest.mark.parametrize("starts_on", [BEGAN, TODAY])
def test_a_suspension_begins_between_the_start_of_the_work_and_today(starts_on: date) -> None:
    rules.require_suspension_days(starts_on, date(2026, 3, 11), BEGAN, TODAY, HALF_A_YEAR_ON)
    rules.require_suspension_days(starts_on, HALF_A_YEAR_ON, BEGAN, TODAY, HALF_A_YEAR_ON)


@pytest.mark.parametrize(
    ("starts_on", "review_on"),
    [
        (date(2026, 1, 4), date(2026, 4, 1)),
        (date(2026, 3, 11), date(2026, 4, 1)),
        (TODAY, TODAY),
        (TODAY, date(2026, 9, 11)),
    ],
)
def test_no_suspension_before_the_work_tomorrow_or_without_a_review(
    starts_on: date, review_on: date
) -> None:
    with pytest.raises(rules.SuspensionDatesWrong):
        rules.require_suspension_days(starts_on, review_on, BEGAN, TODAY, HALF_A_YEAR_ON)


def test_a_review_may_wait_half_a_year_or_as_long_as_the_centre_has_set() -> None:
    assert rules.review_until(TODAY, 30, TODAY) == HALF_A_YEAR_ON
    assert rules.review_until(TODAY, 365, TODAY) == date(2027, 3, 10)


def test_a_suspension_may_follow_another_and_not_overlap_it() -> None:
    rules.require_no_overlap(TODAY, None)
    rules.require_no_overlap(TODAY, TODAY)
    with pytest.raises(rules.SuspensionOverlaps):
        rules.require_no_overlap(date(2026, 3, 9), TODAY)


@pytest.mark.parametrize("on", [BEGAN, TODAY])
def test_the_work_is_resumed_from_the_suspension_to_today(on: date) -> None:
    rules.require_resumption(on, BEGAN, TODAY)


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(2026, 3, 11)])
def test_it_is_not_resumed_before_the_suspension_or_tomorrow(on: date) -> None:
    with pytest.raises(rules.ResumedOutOfOrder):
        rules.require_resumption(on, BEGAN, TODAY)


@pytest.mark.parametrize(("state", "action"), list(product(MotionState, MotionAction)))
def test_only_an_open_motion_is_decided(state: MotionState, action: MotionAction) -> None:
    if state is MotionState.OPEN:
        assert rules.MOTIONS.step(state, action).target is not None
    else:
        with pytest.raises(IllegalStep):
            rules.MOTIONS.step(state, action)


def test_the_manager_sees_that_a_closure_is_not_granted_by_a_word() -> None:
    facts = {"kind": "closure", "state": "open"}
    found = {a.action: a.refusal for a in rules.allowed(facts, [Role.MANAGER])}
    assert isinstance(found[MotionAction.GRANT], rules.NotThisMotion)
    assert found[MotionAction.REFUSE] is None
