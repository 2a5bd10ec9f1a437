"""Rules of assessments: the period, the content, the copies, the machine."""

from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from app.domain.actor import Role
from app.domain.assessments import rules
from app.domain.assessments.rules import (
    WORKFLOW,
    AssessmentAction,
    AssessmentKind,
    AssessmentState,
    ChildInCare,
    Content,
)
from app.domain.deadlines.rules import months_due
from app.domain.families.rules import Sphere
from app.domain.workflow import IllegalStep

CHILD = "01890000-0000-7000-8000-00000000000c"
GOAL = "01890000-0000-7000-8000-000000000009"
PERIODIC, FINAL = AssessmentKind.PERIODIC, AssessmentKind.FINAL


def _content(**changes: Any) -> Content:
    values: dict[str, Any] = {
        "goals": [{"goal_id": GOAL, "rating": "achieved"}],
        "spheres": [{"sphere": sphere.value} for sphere in Sphere],
        "involvement": "Duże.",
        "children": [{"person_id": CHILD, "heard": True, "not_heard_reason": None}],
        "supporting_family_considered": False,
        "conclusion": "continue",
        "conclusions_text": "Dalsza praca.",
        "children_of_family": [CHILD],
        "supporting_family_required": True,
    }
    return Content(**values | changes)


def _lacks(**changes: Any) -> list[str]:
    return [place for place, _ in rules.missing(_content(**changes))]


@pytest.mark.rule("E6")
@pytest.mark.parametrize(
    ("handed_over", "due"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 3, 10), date(2026, 9, 10)),
    ],
)
def test_half_a_year_clamps_to_the_end_of_the_month(handed_over: date, due: date) -> None:
    assert months_due(handed_over, 6) == due


def test_the_first_period_begins_with_the_work() -> None:
    began = date(2026, 1, 5)
    assert rules.period_start(PERIODIC, began, None, date(2026, 7, 5)) == began


def test_the_next_period_begins_on_the_day_after_the_last() -> None:
    last = date(2026, 6, 30)
    start = rules.period_start(PERIODIC, date(2026, 1, 5), last, date(2026, 12, 31))
    assert start == date(2026, 7, 1)


def test_a_final_assessment_may_speak_of_the_day_of_the_last_periodic_one() -> None:
    last = date(2026, 6, 30)
    assert rules.period_start(FINAL, date(2026, 1, 5), last, last) == last


def test_a_period_may_end_today() -> None:
    rules.require_period(date(2026, 1, 5), date(2026, 3, 10), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("to", "refusal"),
    [(date(2026, 3, 11), rules.PeriodNotOver), (date(2026, 1, 4), rules.PeriodAssessed)],
)
def test_a_period_ends_neither_tomorrow_nor_before_it_begins(to: date, refusal: Any) -> None:
    with pytest.raises(refusal):
        rules.require_period(date(2026, 1, 5), to, date(2026, 3, 10))


def test_a_complete_assessment_lacks_nothing() -> None:
    rules.require_complete(_content())


@pytest.mark.rule("E7")
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"goals": [{"goal_id": GOAL, "rating": None}]}, f"goals/{GOAL}"),
        ({"spheres": [{"sphere": s.value} for s in Sphere if s != "health"]}, "spheres/health"),
        ({"involvement": None}, "involvement"),
        ({"conclusion": None}, "conclusion"),
        ({"conclusions_text": None}, "conclusions_text"),
    ],
)
def test_each_part_is_needed(changes: dict[str, Any], place: str) -> None:
    assert _lacks(**changes) == [place]
    with pytest.raises(rules.AssessmentIncomplete):
        rules.require_complete(_content(**changes))


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    "children", [[], [{"person_id": CHILD, "heard": False, "not_heard_reason": None}]]
)
def test_each_child_is_heard_or_a_reason_is_given(children: list[dict[str, Any]]) -> None:
    with pytest.raises(rules.ChildNotHeard):
        rules.require_complete(_content(children=children))


@pytest.mark.rule("A8")
def test_a_reason_is_enough_for_a_child_that_was_not_heard() -> None:
    said = [{"person_id": CHILD, "heard": False, "not_heard_reason": "Dwumiesięczne dziecko."}]
    assert not _lacks(children=said)


@pytest.mark.rule("E12")
def test_the_supporting_family_is_considered_where_the_centre_wants_it() -> None:
    unsaid = {"supporting_family_considered": None}
    with pytest.raises(rules.SupportingFamilyNotConsidered):
        rules.require_complete(_content(**unsaid))
    assert not _lacks(**unsaid, supporting_family_required=False)


def test_every_lack_is_named_at_once() -> None:
    with pytest.raises(rules.AssessmentIncomplete) as raised:
        rules.require_complete(
            _content(involvement=None, children=[], supporting_family_considered=None)
        )
    assert raised.value.facts["rules"] == ["A8", "E12", "E7"]
    assert raised.value.facts["missing"] == [
        *("involvement", f"children/{CHILD}", "supporting_family_considered"),
    ]


@pytest.mark.rule("E7")
@pytest.mark.parametrize("on", [date(2026, 3, 8), date(2026, 3, 10)])
def test_the_hand_over_lies_between_signature_and_today(on: date) -> None:
    rules.require_handover_day(on, date(2026, 3, 8), date(2026, 3, 10))


@pytest.mark.rule("E7")
@pytest.mark.parametrize("on", [date(2026, 3, 7), date(2026, 3, 11)])
def test_no_hand_over_before_the_signature_or_tomorrow(on: date) -> None:
    with pytest.raises(rules.HandoverOutOfOrder):
        rules.require_handover_day(on, date(2026, 3, 8), date(2026, 3, 10))


def test_goals_come_with_the_rating_that_the_last_assessment_gave() -> None:
    plan = [
        {"id": GOAL, "sphere": "social", "goal": "Cel"},
        {"id": CHILD, "sphere": "health", "goal": "Nowy"},
    ]
    found = rules.goals_to_rate(plan, [{"goal_id": GOAL, "rating": "partly"}])
    assert [goal["previous_rating"] for goal in found] == ["partly", None]
    assert [goal["rating"] for goal in found] == [None, None]


def test_a_rating_leaves_the_other_goals_and_the_plans_words_alone() -> None:
    goals: list[dict[str, Any]] = [
        {"goal_id": GOAL, "goal": "Cel", "rating": None},
        {"goal_id": CHILD, "rating": "not"},
    ]
    found = rules.rated(goals, [{"goal_id": GOAL, "rating": "achieved", "comment": "Tak."}])
    assert found[0] == {"goal_id": GOAL, "goal": "Cel", "rating": "achieved", "comment": "Tak."}
    assert found[1] == goals[1]


def test_a_goal_that_is_not_in_the_plan_is_refused() -> None:
    with pytest.raises(rules.UnknownGoal):
        rules.rated([], [{"goal_id": GOAL, "rating": "achieved", "comment": None}])


def test_a_stranger_is_no_child_of_the_family() -> None:
    rules.require_children([{"person_id": CHILD}], [CHILD])
    with pytest.raises(rules.UnknownChild):
        rules.require_children([{"person_id": CHILD}], [])


@pytest.mark.rule("E8")
def test_copies_go_to_the_social_worker_and_to_each_coordinator_once() -> None:
    worker, coordinator = uuid4(), uuid4()
    siblings = [ChildInCare(uuid4(), coordinator), ChildInCare(uuid4(), coordinator)]
    assert rules.recipients(worker, siblings) == [
        {"account_id": str(worker), "role": "social_worker"},
        {"account_id": str(coordinator), "role": "foster_care_coordinator"},
    ]
    assert rules.warnings(siblings) == []


@pytest.mark.rule("E8")
def test_a_child_in_care_without_a_coordinator_is_a_warning() -> None:
    assert rules.warnings([ChildInCare(uuid4(), None)]) == ["E8"]
    assert len(rules.recipients(uuid4(), [ChildInCare(uuid4(), None)])) == 1


LEGAL = {
    ("draft", "edit"): "draft",
    ("draft", "sign"): "signed",
    ("draft", "discard"): "discarded",
    ("signed", "withdraw_signature"): "draft",
    ("signed", "hand_over"): "handed_over",
    ("handed_over", "receive"): "received",
}


@pytest.mark.parametrize(("state", "action"), list(product(AssessmentState, AssessmentAction)))
def test_the_machine_knows_these_steps_and_no_other(
    state: AssessmentState, action: AssessmentAction
) -> None:
    target = LEGAL.get((state.value, action.value))
    if target is None:
        with pytest.raises(IllegalStep):
            WORKFLOW.step(state, action)
    else:
        assert (WORKFLOW.step(state, action).target or state) == target


def test_what_may_be_done_comes_with_the_reason_why_not() -> None:
    facts = {"state": "draft", "case_state": "in_progress"} | {
        name: getattr(_content(conclusion=None), name) for name in Content.__dataclass_fields__
    }
    found = {a.action: a.refusal for a in rules.allowed(facts, [Role.ASSISTANT])}
    assert found[AssessmentAction.EDIT] is None
    assert isinstance(found[AssessmentAction.SIGN], rules.AssessmentIncomplete)
    closed = {
        a.action: a.refusal
        for a in rules.allowed(facts | {"case_state": "closed"}, [Role.ASSISTANT])
    }
    assert isinstance(closed[AssessmentAction.EDIT], IllegalStep)


def test_receipt_is_confirmed_also_after_the_case_was_closed() -> None:
    facts = {"state": "handed_over", "case_state": "closed"}
    (receive,) = rules.allowed(facts, [Role.MANAGER])
    assert receive.refusal is None
