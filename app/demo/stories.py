"""The stories of demo families: which acts, how many days ago, so that something is always due."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from app.demo.work_road import WorkJourney

J = WorkJourney
Act = Callable[[WorkJourney], Coroutine[Any, Any, Any]]
Timed = tuple[int, Act]


def _urgent(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.receive_signal(urgent=True)


def _no_need(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.complete_interview(need=False)


def _final(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.assess("final", "close")


def _place(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.place_child(journey.ids["foster_family"])


def _suspend(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.suspend()


# Acts in order, with the days that pass between one and the next.
ROAD: tuple[tuple[int, Act], ...] = (
    (0, J.record_family),
    (0, J.receive_signal),
    (3, J.start_interview),
    (4, J.complete_interview),
    (2, J.present_offer),
    (2, J.give_consent),
    (1, J.draft_application),
    (0, J.submit_application),
    (2, J.begin_analysis),
    (2, J.accept),
    (4, J.hold_first_visit),
    (1, J.confirm_first_visit),
    (10, J.diagnose),
    (8, J.draft_plan),
    (3, J.consult_plan),
    (2, J.activate_plan),
)
_INDEX = {act: n for n, (_, act) in enumerate(ROAD)}


def until(last: Act, *, days_ago: int) -> list[Timed]:
    """Return the road up to an act, timed so that the act happens so many days ago."""
    taken = ROAD[: _INDEX[last] + 1]
    ago, timed = days_ago, []
    for wait, act in reversed(taken):
        timed.append((ago, act))
        ago += wait
    return timed[::-1]


@dataclass(frozen=True, slots=True)
class Story:
    """A family's story: acts with the number of days ago, and how often it is told of a hundred."""

    acts: tuple[Timed, ...]
    weight: int


def _story(weight: int, road: list[Timed], *later: Timed) -> Story:
    return Story((*road, *later), weight)


def _working(accepted_ago: int) -> list[Timed]:
    """Return the road to the plan's activation, counted from the day of assignment."""
    last = accepted_ago - 28
    return until(J.activate_plan, days_ago=last)


STORIES: tuple[Story, ...] = (
    _story(4, until(J.receive_signal, days_ago=2)),
    _story(3, until(J.receive_signal, days_ago=30)),
    _story(2, until(J.record_family, days_ago=6), (6, _urgent)),
    _story(3, until(J.start_interview, days_ago=5)),
    _story(3, until(J.start_interview, days_ago=9), (6, _no_need)),
    _story(3, until(J.complete_interview, days_ago=4)),
    _story(3, until(J.present_offer, days_ago=3)),
    _story(2, until(J.present_offer, days_ago=8), (5, J.refuse_consent)),
    _story(3, until(J.give_consent, days_ago=2)),
    _story(4, until(J.submit_application, days_ago=4)),
    _story(2, until(J.submit_application, days_ago=20)),
    _story(3, until(J.begin_analysis, days_ago=3)),
    _story(5, until(J.accept, days_ago=4)),
    _story(2, until(J.accept, days_ago=21)),
    _story(2, until(J.hold_first_visit, days_ago=1)),
    _story(4, until(J.confirm_first_visit, days_ago=6)),
    _story(4, until(J.diagnose, days_ago=5)),
    _story(3, until(J.draft_plan, days_ago=4)),
    _story(2, until(J.consult_plan, days_ago=2)),
    _story(10, _working(60), (20, J.visit), (9, J.visit), (2, J.visit)),
    _story(
        6,
        _working(175),
        *((100, J.visit), (95, J.complete_action), (62, J.complete_action), (57, J.review_goals)),
        *((40, J.complete_action), (30, J.visit), (5, J.visit)),
    ),
    _story(4, _working(205), (120, J.visit), (50, J.visit), (3, J.visit)),
    _story(
        6,
        _working(230),
        *((165, J.complete_action), (130, J.complete_action), (112, J.review_goals)),
        *((100, J.visit), (97, J.complete_action), (60, J.assess), (22, J.review_goals)),
        *((10, J.visit), (3, J.visit)),
    ),
    _story(3, _working(179), (40, J.visit), (1, J.draft_assessment)),
    _story(4, _working(120), (60, J.visit), (20, _place), (4, J.visit)),
    _story(
        3,
        _working(100),
        *((60, J.visit), (45, J.complete_action), (12, _place), (9, J.visit)),
        *((6, J.revise_plan), (3, J.consult_plan)),
    ),
    _story(2, _working(110), (40, J.visit), (25, _suspend)),
    _story(2, _working(130), (30, J.visit), (6, J.withdraw_consent)),
    _story(
        5,
        _working(300),
        *((200, J.visit), (130, J.assess), (80, _final)),
        *((78, J.propose_closure), (75, J.close)),
    ),
    _story(
        3,
        _working(400),
        *((300, J.visit), (230, J.assess), (180, _final), (178, J.propose_closure)),
        *((176, J.close), (85, J.check), (4, J.end_monitoring)),
    ),
)
