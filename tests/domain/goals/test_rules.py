"""What a plan must consist of (E1), and what a new version keeps (E5)."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from app.domain.goals import rules

TODAY = date(2026, 3, 10)


def action(**changes: Any) -> dict[str, Any]:
    said = {
        "id": "a1",
        "action": "Rozmowa",
        "due_on": "2026-03-10",
        "expected_effect": "Ugoda",
        "who": "both",
        "other_text": None,
    }
    return said | changes


def goal(*actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    said = {"id": "g1", "sphere": "living", "goal": "Spłata", "owner": "client"}
    return said | {"actions": list(actions)} | changes


@pytest.mark.rule("E1")
def test_a_plan_with_goal_action_deadline_and_effect_is_complete() -> None:
    rules.require_complete([goal(action())])
    rules.require_complete([goal(action(who="other", other_text="kurator"))])


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("goals", "missing"),
    [
        ([], "goals"),
        ([goal()], "goals/0/actions"),
        ([goal(action(due_on=None))], "goals/0/actions/0/due_on"),
        ([goal(action(), action(expected_effect=None))], "goals/0/actions/1/expected_effect"),
        ([goal(action(who="other"))], "goals/0/actions/0/other_text"),
    ],
)
def test_what_is_missing_is_named_by_its_place(goals: list[dict[str, Any]], missing: str) -> None:
    with pytest.raises(rules.PlanIncomplete) as refused:
        rules.require_complete(goals)
    assert refused.value.facts["missing"] == [missing]


@pytest.mark.rule("E1")
def test_a_deadline_may_be_today_and_not_yesterday() -> None:
    rules.require_deadlines([goal(action())], (), TODAY, TODAY)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    with pytest.raises(rules.DeadlineInPast) as refused:
        rules.require_deadlines([goal(action(due_on=yesterday))], (), TODAY, TODAY)
    assert refused.value.facts == {"earliest": TODAY, "actions": ["goals/0/actions/0"]}


@pytest.mark.rule("E1")
def test_a_deadline_is_not_before_the_plan_takes_effect() -> None:
    goals = [goal(action(due_on="2026-03-20"))]
    rules.require_deadlines(goals, (), date(2026, 3, 20), TODAY)
    with pytest.raises(rules.DeadlineInPast):
        rules.require_deadlines(goals, (), date(2026, 3, 21), TODAY)


def test_what_is_done_may_lie_in_the_past() -> None:
    rules.require_deadlines([goal(action(due_on="2026-01-01"))], {"a1"}, TODAY, TODAY)


def _ids() -> Any:
    numbers = count(1)
    return lambda: f"new{next(numbers)}"


def test_the_familys_goals_stand_first_and_new_ones_get_ids() -> None:
    mine = goal(action(id=None), id=None, owner="assistant")
    theirs = goal(action(id=None), id=None)
    first, second = rules.arranged([mine, theirs], (), _ids())
    assert (first["owner"], second["owner"]) == ("client", "assistant")
    assert rules.ids_in([first, second]) == {"new1", "new2", "new3", "new4"}


@pytest.mark.rule("E5")
def test_a_new_version_keeps_the_ids_of_the_one_before() -> None:
    kept = goal(action(), action(id=None))
    found = rules.arranged([kept], {"g1", "a1"}, _ids())
    assert [item["id"] for item in found[0]["actions"]] == ["a1", "new1"]


@pytest.mark.rule("E5")
@pytest.mark.parametrize("goals", [[goal(action(id="x"))], [goal(action(), action())]])
def test_an_unknown_or_repeated_id_is_refused(goals: list[dict[str, Any]]) -> None:
    with pytest.raises(rules.UnknownPlanItem):
        rules.arranged(goals, {"g1", "a1"}, _ids())


def test_deadlines_are_those_of_actions_still_to_do() -> None:
    goals = [goal(action(), action(id="a2", due_on="2026-05-01"))]
    assert rules.due_dates(goals, {"a1"}) == {"a2": date(2026, 5, 1)}


def test_only_an_action_of_the_version_can_be_completed() -> None:
    rules.require_action([goal(action())], "a1")
    with pytest.raises(rules.NoSuchAction):
        rules.require_action([goal(action())], "g1")
