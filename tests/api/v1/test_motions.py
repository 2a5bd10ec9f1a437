"""Act: the assistant moves, the manager decides (2.5, 12s, E13)."""

from typing import Any

import pytest
from httpx import Response

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.endings import make_assisted
from tests.factories.people import ELSEWHERE, HERE, Person, World

SUSPENSION = {"kind": "suspension", "suspension_reason": "hospital", "review_on": "2026-04-10"}
CLOSURE = {"kind": "closure", "closure_reason": "goals_achieved"}
RELEASE = {"kind": "release", "text": "Trwały konflikt."}


async def move(api: Api, made: MadeCase, said: dict[str, str]) -> Response:
    """Put a motion as the assistant."""
    return await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)


async def moved(api: Api, made: MadeCase, said: dict[str, str]) -> dict[str, Any]:
    """Put a motion and return it."""
    response = await move(api, made, said)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize("said", [SUSPENSION, CLOSURE, RELEASE])
async def test_a_motion_waits_for_the_manager(api: Api, world: World, said: dict[str, str]) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, said)
    assert found["state"] == "open"
    assert found["proposed_by"]["id"] == str(HERE.assistant.id)
    shown = await api.as_(HERE.manager).get(f"/motions/{found['id']}")
    assert {a["action"] for a in shown.json()["allowed_actions"]} == {
        *("grant", "refuse", "withdraw"),
    }
    listed = await api.as_(HERE.manager).get(f"/cases/{made.case}/motions")
    assert [item["id"] for item in listed.json()["items"]] == [found["id"]]


async def test_one_motion_of_a_kind_is_open(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await moved(api, made, CLOSURE)
    problem_of(await move(api, made, CLOSURE), 409, "E13")
    await moved(api, made, RELEASE)


async def test_a_motion_names_its_reason(api: Api, world: World) -> None:
    made = await make_assisted(world)
    problem_of(await move(api, made, {"kind": "closure", "text": "Koniec."}), 422, "E13")


@pytest.mark.rule("A5")
async def test_a_childs_placement_is_no_reason_to_move_for_closure(api: Api, world: World) -> None:
    made = await make_assisted(world)
    response = await move(api, made, CLOSURE | {"closure_reason": "child_placed"})
    problem = problem_of(response, 409, "A5")
    assert "art. 10 ust. 4" in problem["legal_basis"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CaseState.PLAN_DRAFT, SUSPENSION),
        (CaseState.SUSPENDED, SUSPENSION),
    ],
)
async def test_a_suspension_is_asked_for_only_while_the_plan_is_carried_out(
    api: Api, world: World, state: CaseState, said: dict[str, str]
) -> None:
    made = await make_assisted(world, state)
    problem_of(await move(api, made, said), 409, "illegal_step")


@pytest.mark.parametrize("person", [HERE.manager, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_an_assistant_moves(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    response = await api.as_(person).post(f"/cases/{made.case}/motions", CLOSURE)
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_assistant, ELSEWHERE.assistant])
async def test_a_foreign_case_and_its_motion_do_not_exist(
    api: Api, world: World, person: Person
) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, CLOSURE)
    stranger = api.as_(person)
    assert (await stranger.post(f"/cases/{made.case}/motions", CLOSURE)).status_code == 404
    assert (await stranger.get(f"/motions/{found['id']}")).status_code == 404
    path = f"/motions/{found['id']}/withdrawal"
    assert (await stranger.post(path, version=found["version"])).status_code == 404


async def test_the_manager_refuses_with_a_reason(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, CLOSURE)
    manager = api.as_(HERE.manager)
    path = f"/motions/{found['id']}/refusal"
    assert (await manager.post(path, {}, version=found["version"])).status_code == 422
    response = await manager.post(path, {"reason": "Za wcześnie."}, version=found["version"])
    assert response.json()["state"] == "refused"
    assert response.json()["decision_note"] == "Za wcześnie."
    assert response.json()["decided_by"]["id"] == str(HERE.manager.id)
    again = await manager.post(path, {"reason": "Nadal."}, version=response.json()["version"])
    problem_of(again, 409, "illegal_step")


async def test_a_motion_of_another_version_is_not_decided(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, CLOSURE)
    path = f"/motions/{found['id']}/refusal"
    response = await api.as_(HERE.manager).post(path, {"reason": "Nie."}, version=99)
    problem_of(response, 412, "stale")


@pytest.mark.rule("2.5")
async def test_the_manager_releases_the_assistant(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, RELEASE)
    path = f"/motions/{found['id']}/grant"
    response = await api.as_(HERE.manager).post(path, {}, version=found["version"])
    assert response.json()["state"] == "granted"


@pytest.mark.parametrize("said", [SUSPENSION, CLOSURE])
async def test_the_others_are_granted_by_what_they_ask_for(
    api: Api, world: World, said: dict[str, str]
) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, said)
    path = f"/motions/{found['id']}/grant"
    response = await api.as_(HERE.manager).post(path, {}, version=found["version"])
    problem_of(response, 409, "2.5")


async def test_the_assistant_takes_a_motion_back(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, CLOSURE)
    path = f"/motions/{found['id']}/withdrawal"
    response = await api.as_(HERE.assistant).post(path, version=found["version"])
    assert response.json()["state"] == "withdrawn"
    await moved(api, made, CLOSURE)


@pytest.mark.parametrize(
    ("person", "act", "said"),
    [
        (HERE.assistant, "refusal", {"reason": "Nie."}),
        (HERE.social_worker, "refusal", {"reason": "Nie."}),
        (HERE.assistant, "grant", {}),
        (HERE.manager, "withdrawal", None),
    ],
)
async def test_each_decision_has_its_role(
    api: Api, world: World, person: Person, act: str, said: dict[str, str] | None
) -> None:
    made = await make_assisted(world)
    found = await moved(api, made, RELEASE)
    path = f"/motions/{found['id']}/{act}"
    response = await api.as_(person).post(path, said, version=found["version"])
    problem_of(response, 403, "not_your_role")
