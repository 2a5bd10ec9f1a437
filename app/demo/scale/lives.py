"""The lives of families at scale: mostly a year of work, with some in every other stage."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.demo.stories import STORIES, Timed, until
from app.demo.work_road import WorkJourney

J = WorkJourney
PLANNED = 28  # days from the assignment until the family has signed the plan
_YEAR = 365
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Life:
    """Acts in order, with the number of days ago, and how many of all families live it."""

    acts: tuple[Timed, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Work:
    """Work since `accepted` days, visited until `visited` days ago, with what else happened."""

    weight: float
    accepted: int
    visited: int
    later: tuple[Timed, ...]


def _final(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.assess("final", "close")


def _place(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    return journey.place_child(journey.ids["foster_family"])


def _miss(journey: WorkJourney) -> Coroutine[Any, Any, Any]:
    """Stand before a closed door: a visit that did not take place."""
    said = {"planned_on": journey.day(), "reason": "nobody_home"}
    return journey.office.assistant.post(f"{journey.case}/failed-visits", said)


def _all(act: Callable[[WorkJourney], Coroutine[Any, Any, Any]], *days: int) -> list[Timed]:
    return [(day, act) for day in days]


_DONE = J.complete_action
_WORKING: tuple[_Work, ...] = (
    _Work(  # all in time
        34,
        400,
        1,
        (
            *_all(_DONE, 350, 320, 290),
            *_all(_miss, 310, 190, 70),
            *_all(J.review_goals, 300, 220, 140, 60),
            *_all(J.assess, 230, 55),
        ),
    ),
    _Work(  # the assessment is overdue
        10, 390, 2, (*_all(_DONE, 330, 300), *_all(J.review_goals, 290), *_all(J.assess, 225))
    ),
    _Work(  # due soon
        15, 205, 1, (*_all(_DONE, 160, 130), *_all(J.review_goals, 100), *_all(J.assess, 175))
    ),
    _Work(9, 95, 1, tuple(_all(_DONE, 40))),
    _Work(2, 300, 27, (*_all(J.assess, 140), *_all(J.review_goals, 150), (25, J.suspend))),
    _Work(
        4,
        330,
        3,
        (
            *_all(J.review_goals, 240, 160),
            *_all(J.assess, 165),
            *((60, _place), (55, J.revise_plan), (50, J.consult_plan)),
        ),
    ),
    _Work(1, 150, 8, ((6, J.withdraw_consent),)),
    _Work(  # in monitoring
        4,
        420,
        85,
        (
            *_all(J.review_goals, 300, 220, 140),
            *_all(J.assess, 250, 110),
            *((80, _final), (78, J.propose_closure), (75, J.close), (30, J.check)),
        ),
    ),
    _Work(  # in the archive
        3,
        470,
        185,
        (
            *_all(J.assess, 300),
            *((180, _final), (178, J.propose_closure), (176, J.close)),
            *((85, J.check), (4, J.end_monitoring)),
        ),
    ),
)
_BEGINNINGS = STORIES[:19]  # the demo's stories that end before the plan is signed
_BEGINNINGS_WEIGHT = 18


def lives(today: date, visits: int, earlier: int) -> Iterator[Life]:
    """Yield every life as of a day, lived `earlier` days earlier than told here."""
    whole = sum(story.weight for story in _BEGINNINGS)
    for story in _BEGINNINGS:
        acts = tuple((days + earlier, act) for days, act in story.acts)
        yield Life(acts, _BEGINNINGS_WEIGHT * story.weight / whole)
    for work in _WORKING:
        road = until(J.activate_plan, days_ago=work.accepted - PLANNED)
        held = _visits(today, visits, work, earlier)
        later = sorted((*work.later, *held), key=lambda timed: -timed[0])
        yield Life(tuple((days + earlier, act) for days, act in (*road, *later)), work.weight)


def _visits(today: date, visits: int, work: _Work, earlier: int) -> Iterator[Timed]:
    """Yield visits at the pace of a year, on working days, from the plan until the last."""
    first = work.accepted - PLANNED - 1
    for n in range(visits * (first - work.visited) // _YEAR + 1):
        ago = first - n * _YEAR // visits
        weekday = (today - timedelta(days=ago + earlier)).weekday()
        back = max(0, weekday - _SATURDAY + 1)
        yield min(ago + back, first), J.visit
