"""What a plan consists of: goals of a sphere, and for each its actions, deadlines, effects (E1)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from app.domain.deadlines.rules import E1
from app.domain.errors import Conflict, Invalid
from app.domain.law import PRACTICE, Certainty, Rule
from app.domain.terms import Term

E5 = Rule(
    "E5",
    PRACTICE.whole(),
    "Plan zmienia się, gdy zmieni się sytuacja lub potrzeby: nowa wersja z powodem, poprzednia"
    " pozostaje bez zmian.",
    "The plan may be modified when situation or needs change: a new version with its reason, the"
    " old one stays as it was.",
    sure=Certainty.LOCAL,
)


class GoalOwner(Term):
    """Whose goal it is: the client's own goals stand first."""

    CLIENT = "client", "rodzina", "the family"
    ASSISTANT = "assistant", "asystent", "the assistant"


class ActionPerformer(Term):
    """Who carries out an action of the plan."""

    FAMILY = "family", "rodzina", "the family"
    ASSISTANT = "assistant", "asystent", "the assistant"
    BOTH = "both", "rodzina z asystentem", "family and assistant together"
    OTHER = "other", "inna osoba lub instytucja", "another person or institution"


class ActionEffect(Term):
    """What came of an action."""

    ACHIEVED = "achieved", "osiągnięto", "achieved"
    PARTLY = "partly", "osiągnięto częściowo", "partly achieved"
    NOT = "not", "nie osiągnięto", "not achieved"


class PlanIncomplete(Invalid):
    """A plan has goals, each with actions, deadlines and expected effects."""

    pl = "Plan zawiera cele, a każdy cel działania z terminami i przewidywanymi efektami."
    rule = E1


class DeadlineInPast(Invalid):
    """The deadline of an action can't lie in the past or before the plan takes effect."""

    pl = "Termin działania nie może przypadać w przeszłości ani przed początkiem planu."
    rule = E1


class UnknownPlanItem(Invalid):
    """Only goals and actions of the version before keep their ids; new ones have none yet."""

    pl = "Identyfikator zachowują tylko cele i działania poprzedniej wersji; w nowych go pomiń."
    rule = E5


class NoSuchAction(Invalid):
    """This version of the plan has no such action."""

    pl = "Ta wersja planu nie zawiera takiego działania."
    rule = E1


class ActionDoneAlready(Conflict):
    """The completion of this action has been recorded already."""

    pl = "Wykonanie tego działania jest już zapisane."


Item: TypeAlias = Mapping[str, Any]
Goal: TypeAlias = Mapping[str, Any]


def actions_of(goals: Sequence[Goal]) -> Iterator[tuple[str, Item]]:
    """Yield every action with its place in the plan."""
    for n, goal in enumerate(goals):
        for m, action in enumerate(goal["actions"]):
            yield f"goals/{n}/actions/{m}", action


def require_complete(goals: Sequence[Goal]) -> None:
    """Refuse a plan without goals, actions, deadlines or expected effects (E1)."""
    missing = [] if goals else ["goals"]
    missing += [f"goals/{n}/actions" for n, goal in enumerate(goals) if not goal["actions"]]
    for place, action in actions_of(goals):
        missing += [f"{place}/{name}" for name in _lacking(action)]
    if missing:
        raise PlanIncomplete(missing=missing)


def _lacking(action: Item) -> list[str]:
    needed = ["due_on", "expected_effect"]
    if action["who"] == ActionPerformer.OTHER:
        needed.append("other_text")
    return [name for name in needed if action.get(name) is None]


def require_deadlines(
    goals: Sequence[Goal], completed: Collection[str], valid_from: date, today: date
) -> None:
    """Refuse deadlines before today or before the plan takes effect; what is done may be past."""
    first = max(valid_from, today)
    wrong = [
        place
        for place, action in actions_of(goals)
        if action["id"] not in completed and date.fromisoformat(action["due_on"]) < first
    ]
    if wrong:
        raise DeadlineInPast(earliest=first, actions=wrong)


def arranged(
    goals: Sequence[Goal], known: Collection[str], new_id: Callable[[], str]
) -> list[dict[str, Any]]:
    """Put the client's goals first and give new goals and actions their ids.

    An id that is said must be that of a goal or action of the version before, and said once.
    """
    said = Counter(item["id"] for item in _items(goals) if item["id"] is not None)
    strange = sorted(item for item, times in said.items() if times > 1 or item not in known)
    if strange:
        raise UnknownPlanItem(unknown=strange)
    found = [
        {**goal, "id": goal["id"] or new_id(), "actions": _with_ids(goal["actions"], new_id)}
        for goal in goals
    ]
    return sorted(found, key=lambda goal: goal["owner"] != GoalOwner.CLIENT)


def _with_ids(actions: Sequence[Item], new_id: Callable[[], str]) -> list[dict[str, Any]]:
    return [{**action, "id": action["id"] or new_id()} for action in actions]


def _items(goals: Sequence[Goal]) -> Iterator[Item]:
    yield from goals
    yield from (action for _, action in actions_of(goals))


def ids_in(goals: Sequence[Goal]) -> frozenset[str]:
    """Return the ids of a version's goals and actions."""
    return frozenset(str(item["id"]) for item in _items(goals))


def due_dates(goals: Sequence[Goal], completed: Collection[str]) -> dict[str, date]:
    """Return the deadline of each action that has not been completed, by its id."""
    return {
        str(action["id"]): date.fromisoformat(action["due_on"])
        for _, action in actions_of(goals)
        if action["id"] not in completed
    }


def require_action(goals: Sequence[Goal], action_id: str) -> None:
    """Refuse an action that this version does not have."""
    if action_id not in {action["id"] for _, action in actions_of(goals)}:
        raise NoSuchAction
