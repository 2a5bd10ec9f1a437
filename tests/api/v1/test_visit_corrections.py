"""Act: the author corrects the record of a visit; what it said before is kept."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.clock import TestClock
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.visits import first_visit_said, see, visit_said

WHY = {"correction_reason": "Pomylona godzina zakończenia."}


async def recorded(api: Api, world: World) -> tuple[MadeCase, str]:
    """Record a visit; return its case and path."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = visit_said(made)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    assert response.status_code == 201, response.text
    return made, f"/visits/{response.json()['id']}"


async def test_a_correction_keeps_what_was_written(api: Api, world: World) -> None:
    made, path = await recorded(api, world)
    changes = WHY | {"ends": "20:30", "notes": None, "tasks": ["employment"]}
    response = await api.as_(HERE.assistant).patch(path, changes, version=1)
    assert response.status_code == 200, response.text
    assert response.headers["etag"] == '"2"'
    visit = response.json()
    assert (visit["ends"], visit["notes"], visit["tasks"]) == ("20:30:00", None, ["employment"])
    assert [warning["rule"] for warning in visit["warnings"]] == ["E11"]
    (correction,) = visit["corrections"]
    assert correction["reason"] == WHY["correction_reason"]
    assert correction["corrected_by"]["id"] == str(HERE.assistant.id)
    before = visit_said(made)
    assert correction["previous"]["ends"] == "11:30:00"
    assert correction["previous"]["notes"] == before["notes"]
    assert correction["previous"]["tasks"] == before["tasks"]
    assert correction["previous"]["topics"] == visit["topics"] == before["topics"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends": "11:00"}, "1.D"),
        (WHY, "1.D"),
        (WHY | {"ends": "11:30"}, "1.D"),
        (WHY | {"ends": "09:00"}, "ends_before_begins"),
        (WHY | {"held_on": "2026-03-11", "next_visit_on": None}, "visit_in_future"),
        (WHY | {"held_on": "2026-03-09"}, "visit_before_assignment"),
        (WHY | {"place": "other"}, "C11"),
        (WHY | {"present": [str(HERE.manager.id)]}, "not_of_this_family"),
        (WHY | {"topics": None}, "invalid"),
        (WHY | {"kind": "first_joint"}, "invalid"),
        (WHY | {"family_id": str(HERE.manager.id)}, "invalid"),
    ],
)
async def test_a_correction_is_judged_like_a_record(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    _, path = await recorded(api, world)
    problem_of(await api.as_(HERE.assistant).patch(path, changes, version=1), 422, code)


async def test_a_record_is_corrected_within_seven_days(
    api: Api, world: World, clock: TestClock
) -> None:
    _, path = await recorded(api, world)
    assistant = api.as_(HERE.assistant)
    clock.travel(days=7)
    assert (await assistant.patch(path, WHY | {"ends": "12:00"}, version=1)).status_code == 200
    clock.travel(days=1)
    problem_of(await assistant.patch(path, WHY | {"ends": "13:00"}, version=2), 409, "1.D")


async def test_only_the_author_corrects(api: Api, world: World) -> None:
    made, path = await recorded(api, world)
    problem_of(await api.as_(HERE.assistant).patch(path, WHY), 428, "no_precondition")
    problem_of(await api.as_(HERE.assistant).patch(path, WHY, version=9), 412, "stale")
    for person in (HERE.social_worker, HERE.manager):
        problem_of(await api.as_(person).patch(path, WHY, version=1), 403, "not_your_role")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        problem_of(await api.as_(person).patch(path, WHY, version=1), 404, "not_found")
    await see(world, made, HERE.other_assistant)
    problem_of(await api.as_(HERE.other_assistant).patch(path, WHY, version=1), 403, "1.D")


@pytest.mark.rule("B10")
async def test_the_first_visit_is_corrected_until_it_is_confirmed(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    assistant = api.as_(HERE.assistant)
    said = first_visit_said(made)
    visit = (await assistant.post(f"/cases/{made.case}/first-visit", said)).json()
    path = f"/visits/{visit['id']}"
    assert (await assistant.patch(path, WHY | {"ends": "10:15"}, version=1)).status_code == 200
    problem_of(await assistant.patch(path, WHY | {"kind": "phone"}, version=2), 422, "B10")
    await api.as_(HERE.social_worker).post(f"{path}/confirmation", version=2)
    problem_of(await assistant.patch(path, WHY | {"ends": "10:30"}, version=3), 409, "B10")
