"""The interview: its days, its place, its diagnosis, its children, its updates."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import pytest

from app.domain.actor import Role
from app.domain.cases.rules import CaseState
from app.domain.deadlines.rules import interview_due
from app.domain.families.rules import FamilyRole
from app.domain.interviews import rules
from app.domain.interviews.rules import InterviewAction, InterviewPlace, InterviewState
from app.domain.workflow import IllegalStep

MONDAY, TUESDAY, SATURDAY = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 14)
EASTER_MONDAY = date(2026, 4, 6)
CHILD, OTHER_CHILD = uuid4(), uuid4()


@dataclass(frozen=True)
class Relative:
    """A member of a family."""

    role: FamilyRole = FamilyRole.CHILD
    born_on: date | None = date(2019, 5, 1)
    left_on: date | None = None
    id: UUID = field(default_factory=uuid4)


@pytest.mark.rule("B1")
def test_the_interview_lies_between_the_signal_and_today() -> None:
    rules.require_order(MONDAY, MONDAY, TUESDAY)
    rules.require_order(MONDAY, TUESDAY, TUESDAY)
    with pytest.raises(rules.InterviewOutOfOrder):
        rules.require_order(TUESDAY, MONDAY, TUESDAY)
    with pytest.raises(rules.InterviewOutOfOrder):
        rules.require_order(MONDAY, TUESDAY, MONDAY)


@pytest.mark.rule("B1")
def test_only_social_workers_make_interviews() -> None:
    for action in InterviewAction:
        assert rules.WORKFLOW.roles(action) == {Role.SOCIAL_WORKER}


@pytest.mark.rule("B3")
@pytest.mark.parametrize(
    ("day", "place", "off_hours", "consent", "warned"),
    [
        (TUESDAY, InterviewPlace.HOME, False, None, False),
        (TUESDAY, InterviewPlace.STAY, False, None, False),
        (SATURDAY, InterviewPlace.HOME, False, None, True),
        (SATURDAY, InterviewPlace.HOME, False, "KO/3", False),
        (EASTER_MONDAY, InterviewPlace.HOME, False, None, True),
        (TUESDAY, InterviewPlace.HOME, True, None, True),
        (TUESDAY, InterviewPlace.HOME, True, "KO/3", False),
        (TUESDAY, InterviewPlace.OTHER, False, None, True),
    ],
)
def test_an_unusual_time_or_place_needs_the_managers_consent(
    day: date, place: InterviewPlace, consent: str | None, *, off_hours: bool, warned: bool
) -> None:
    assert bool(rules.warnings(day, place, consent, off_hours=off_hours)) is warned


@pytest.mark.rule("B2")
@pytest.mark.parametrize(
    ("received", "done", "days", "urgent", "late"),
    [
        (TUESDAY, TUESDAY, 0, False, False),
        (TUESDAY, date(2026, 3, 27), 13, False, False),
        (TUESDAY, date(2026, 3, 30), 14, False, False),
        (TUESDAY, date(2026, 3, 31), 15, False, True),
        (TUESDAY, date(2026, 3, 12), 2, True, False),
        (TUESDAY, date(2026, 3, 13), 3, True, True),
        (date(2026, 3, 30), date(2026, 4, 17), 13, False, False),
        (date(2026, 3, 30), date(2026, 4, 20), 14, False, False),
        (date(2026, 3, 30), date(2026, 4, 21), 15, False, True),
        (date(2026, 4, 3), date(2026, 4, 8), 2, True, False),
        (date(2026, 4, 3), date(2026, 4, 9), 3, True, True),
        (date(2025, 12, 23), date(2025, 12, 30), 2, True, False),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(
    received: date, done: date, days: int, *, urgent: bool, late: bool
) -> None:
    assert rules.working_days_taken(received, done) == days
    assert (done > interview_due(received, urgent=urgent)) is late


@pytest.mark.rule("B4")
def test_the_interview_ends_with_a_diagnosis() -> None:
    rules.require_diagnosis("Trudności wychowawcze.")
    with pytest.raises(rules.DiagnosisRequired):
        rules.require_diagnosis(None)


@pytest.mark.rule("A8")
def test_children_are_those_under_eighteen_who_live_in_the_family() -> None:
    young, unknown = Relative(), Relative(born_on=None)
    last_day = Relative(born_on=date(2008, 3, 11))
    family = [
        *(young, unknown, last_day, Relative(born_on=date(2008, 3, 10))),
        *(Relative(left_on=MONDAY), Relative(FamilyRole.MOTHER)),
    ]
    assert rules.children(family, TUESDAY) == {young.id, unknown.id, last_day.id}


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    "said",
    [
        [(CHILD, True, None), (OTHER_CHILD, False, "Niemowlę.")],
        [(CHILD, False, "Nie mówi."), (OTHER_CHILD, False, "Niemowlę.")],
    ],
)
def test_every_child_is_heard_or_it_is_said_why_not(
    said: list[tuple[UUID, bool, str | None]],
) -> None:
    rules.require_children_heard(frozenset({CHILD, OTHER_CHILD}), said)


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    "said",
    [
        [],
        [(CHILD, True, None)],
        [(CHILD, True, None), (OTHER_CHILD, False, None)],
        [(CHILD, True, None), (OTHER_CHILD, True, None), (uuid4(), True, None)],
        [(CHILD, True, None), (CHILD, True, None), (OTHER_CHILD, True, None)],
    ],
)
def test_a_child_left_out_unexplained_unknown_or_listed_twice_is_refused(
    said: list[tuple[UUID, bool, str | None]],
) -> None:
    with pytest.raises(rules.HearingNotRecorded):
        rules.require_children_heard(frozenset({CHILD, OTHER_CHILD}), said)


@pytest.mark.rule("B13")
def test_an_update_follows_the_last_and_is_not_of_the_future() -> None:
    rules.require_update(MONDAY, MONDAY, TUESDAY, CaseState.IN_PROGRESS)
    rules.require_update(MONDAY, TUESDAY, TUESDAY, CaseState.IN_PROGRESS)
    for last, day, today in ((TUESDAY, MONDAY, TUESDAY), (MONDAY, TUESDAY, MONDAY)):
        with pytest.raises(rules.UpdateOutOfOrder):
            rules.require_update(last, day, today, CaseState.IN_PROGRESS)


@pytest.mark.rule("B13")
@pytest.mark.parametrize("state", sorted(rules.PERMANENT_HELP_OVER))
def test_when_the_help_is_over_there_is_nothing_to_update(state: CaseState) -> None:
    with pytest.raises(rules.NothingToUpdate):
        rules.require_update(MONDAY, TUESDAY, TUESDAY, state)


@pytest.mark.parametrize(
    ("state", "case", "role", "allowed"),
    [
        ("in_progress", "interview_in_progress", Role.SOCIAL_WORKER, {"amend", "complete"}),
        ("in_progress", "interview_in_progress", Role.ASSISTANT, set()),
        ("completed", "in_progress", Role.SOCIAL_WORKER, {"update"}),
        ("completed", "archived", Role.SOCIAL_WORKER, set()),
    ],
)
def test_an_interview_shows_what_can_be_done_with_it(
    state: str, case: str, role: Role, allowed: set[str]
) -> None:
    facts = {"state": state, "case_state": case, "last": "2026-03-09", "today": "2026-03-10"}
    assert {f.action for f in rules.allowed(facts, {role}) if f.refusal is None} == allowed


def test_a_completed_interview_is_not_amended() -> None:
    with pytest.raises(IllegalStep):
        rules.WORKFLOW.step(InterviewState.COMPLETED, InterviewAction.AMEND)
