"""Act: the assistant assesses the family's situation; the manager receives it (E6-E8, E12, A8)."""

from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.endings import (
    GOAL,
    add_active_plan,
    content,
    draft,
    hand_over,
    make_assisted,
    signed,
)
from tests.factories.people import ELSEWHERE, HERE, Person, World

STRANGERS = [HERE.other_assistant, ELSEWHERE.assistant]
TODAY = {"kind": "periodic", "period_to": "2026-03-10"}


async def test_a_draft_begins_with_the_plans_goals_and_the_work(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await add_active_plan(world, made)
    begun = await draft(api, made)
    assert begun["state"] == "draft"
    assert begun["period_from"] == "2026-03-10"
    (goal,) = begun["goals"]
    assert goal["goal"] == "Podjęcie pracy"
    assert (goal["rating"], goal["previous_rating"]) == (None, None)
    assert begun["due_on"] == "2026-09-10"


async def test_the_next_draft_goes_on_where_the_last_one_ended(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await add_active_plan(world, made)
    await hand_over(api, await signed(api, made))
    api.clock.travel(days=30)
    begun = await draft(api, made)
    assert begun["period_from"] == "2026-03-11"
    assert begun["goals"][0]["previous_rating"] == "partly"


async def test_one_assessment_of_a_kind_is_open_at_a_time(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await draft(api, made)
    assistant = api.as_(HERE.assistant)
    problem_of(await assistant.post(f"/cases/{made.case}/assessments", TODAY), 409, "E6")
    await draft(api, made, kind="final")


@pytest.mark.parametrize("period_to", ["2026-03-11", "2026-03-09"])
async def test_a_period_ends_within_the_work_and_not_tomorrow(
    api: Api, world: World, period_to: str
) -> None:
    made = await make_assisted(world)
    said = TODAY | {"period_to": period_to}
    path = f"/cases/{made.case}/assessments"
    problem_of(await api.as_(HERE.assistant).post(path, said), 422, "E6")


@pytest.mark.parametrize("state", [CaseState.UNDER_ANALYSIS, CaseState.CLOSED])
async def test_only_a_family_with_an_assistant_is_assessed(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_assisted(world, state)
    path = f"/cases/{made.case}/assessments"
    assert (await api.as_(HERE.assistant).post(path, TODAY)).status_code in {404, 409}


@pytest.mark.parametrize("person", [HERE.manager, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_an_assistant_assesses(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    path = f"/cases/{made.case}/assessments"
    problem_of(await api.as_(person).post(path, TODAY), 403, "not_your_role")


@pytest.mark.parametrize("person", STRANGERS)
async def test_a_foreign_family_does_not_exist(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    found = await draft(api, made)
    stranger = api.as_(person)
    path = f"/assessments/{found['id']}"
    assert (await stranger.post(f"/cases/{made.case}/assessments", TODAY)).status_code == 404
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.patch(path, {"involvement": "Nic."}, version=1)).status_code == 404
    assert (await stranger.post(f"{path}/signature", version=1)).status_code == 404
    problem_of(await stranger.get(f"/cases/{made.case}/assessments"), 404, "not_found")


async def test_a_patch_changes_what_it_names_and_null_removes(api: Api, world: World) -> None:
    made = await make_assisted(world)
    begun = await draft(api, made)
    assistant = api.as_(HERE.assistant)
    path = f"/assessments/{begun['id']}"
    filled = await assistant.patch(path, content(made, goals=[]), version=begun["version"])
    assert filled.json()["involvement"] == content(made)["involvement"]
    said = {"involvement": None}
    cleared = await assistant.patch(path, said, version=filled.json()["version"])
    assert cleared.json()["involvement"] is None
    assert len(cleared.json()["spheres"]) == 5
    problem_of(await assistant.patch(path, said, version=begun["version"]), 412, "stale")


async def test_a_patch_rates_only_goals_of_the_plan(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await add_active_plan(world, made)
    begun = await draft(api, made)
    path = f"/assessments/{begun['id']}"
    said = {"goals": [{"goal_id": str(uuid4()), "rating": "not"}]}
    assistant = api.as_(HERE.assistant)
    problem_of(await assistant.patch(path, said, version=begun["version"]), 422, "E6")
    said = {"goals": [{"goal_id": str(GOAL), "rating": "not"}]}
    rated = await assistant.patch(path, said, version=begun["version"])
    assert rated.json()["goals"][0]["rating"] == "not"
    assert rated.json()["goals"][0]["goal"] == "Podjęcie pracy"


@pytest.mark.rule("A8")
async def test_a_patch_speaks_only_of_children_of_the_family(api: Api, world: World) -> None:
    made = await make_assisted(world)
    begun = await draft(api, made)
    said = {"children": [{"person_id": str(made.mother), "heard": True}]}
    path = f"/assessments/{begun['id']}"
    response = await api.as_(HERE.assistant).patch(path, said, version=begun["version"])
    problem_of(response, 422, "A8")


@pytest.mark.rule("E7")
async def test_an_incomplete_draft_is_not_signed_and_says_what_is_missing(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    begun = await draft(api, made)
    sign = next(a for a in begun["allowed_actions"] if a["action"] == "sign")
    assert not sign["allowed"]
    path = f"/assessments/{begun['id']}/signature"
    response = await api.as_(HERE.assistant).post(path, version=begun["version"])
    facts = problem_of(response, 422, "E7")["facts"]
    assert facts["rules"] == ["A8", "E12", "E7"]
    assert f"children/{made.child}" in facts["missing"]
    assert len(facts["missing"]) == 5 + 3 + 1 + 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"children": []}, "A8"), ({"supporting_family_considered": None}, "E12")],
)
async def test_a_single_lack_is_refused_by_its_own_rule(
    api: Api, world: World, changes: dict[str, object], code: str
) -> None:
    made = await make_assisted(world)
    begun = await draft(api, made)
    assistant = api.as_(HERE.assistant)
    path = f"/assessments/{begun['id']}"
    said = content(made, goals=[]) | changes
    version = (await assistant.patch(path, said, version=begun["version"])).json()["version"]
    problem_of(await assistant.post(f"{path}/signature", version=version), 422, code)


@pytest.mark.rule("E12")
async def test_a_centre_may_do_without_the_supporting_family(api: Api, world: World) -> None:
    setting = {"valid_from": "2026-03-10", "supporting_family_required": False}
    assert (await api.as_(HERE.manager).post("/centre/settings", setting)).status_code == 201
    made = await make_assisted(world)
    begun = await draft(api, made)
    assistant = api.as_(HERE.assistant)
    path = f"/assessments/{begun['id']}"
    said = content(made, goals=[], supporting_family_considered=None)
    version = (await assistant.patch(path, said, version=begun["version"])).json()["version"]
    assert (await assistant.post(f"{path}/signature", version=version)).status_code == 200


async def test_a_signed_assessment_stays_as_it_is(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await signed(api, made)
    assert found["signed_by"]["id"] == str(HERE.assistant.id)
    path = f"/assessments/{found['id']}"
    response = await api.as_(HERE.assistant).patch(path, {}, version=found["version"])
    problem_of(response, 409, "illegal_step")


async def test_a_signature_is_withdrawn_with_a_reason_before_the_hand_over(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    found = await signed(api, made)
    path = f"/assessments/{found['id']}/signature-withdrawal"
    assistant = api.as_(HERE.assistant)
    assert (await assistant.post(path, {}, version=found["version"])).status_code == 422
    said = {"reason": "Błąd w ocenie celu."}
    response = await assistant.post(path, said, version=found["version"])
    assert response.json()["state"] == "draft"
    assert response.json()["withdrawal_reason"] == said["reason"]
    assert response.json()["signed_on"] is None


async def test_after_the_hand_over_no_signature_is_withdrawn(api: Api, world: World) -> None:
    made = await make_assisted(world)
    handed = (await hand_over(api, await signed(api, made))).json()
    path = f"/assessments/{handed['id']}/signature-withdrawal"
    said = {"reason": "Za późno."}
    response = await api.as_(HERE.assistant).post(path, said, version=handed["version"])
    problem_of(response, 409, "illegal_step")


async def test_a_draft_may_be_discarded_and_another_begun(api: Api, world: World) -> None:
    made = await make_assisted(world)
    begun = await draft(api, made)
    path = f"/assessments/{begun['id']}/discarding"
    response = await api.as_(HERE.assistant).post(path, version=begun["version"])
    assert response.json()["state"] == "discarded"
    await draft(api, made)


async def test_the_list_shows_headers_the_latest_first(api: Api, world: World) -> None:
    made = await make_assisted(world)
    first = await signed(api, made)
    await hand_over(api, first)
    api.clock.travel(days=40)
    second = await draft(api, made)
    listed = await api.as_(HERE.social_worker).get(f"/cases/{made.case}/assessments")
    assert [item["id"] for item in listed.json()["items"]] == [second["id"], first["id"]]


async def test_a_case_before_its_assignment_has_no_assessment(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CONSENT_GIVEN)
    listed = await api.as_(HERE.manager).get(f"/cases/{made.case}/assessments")
    assert listed.json() == {"items": [], "next_cursor": None}
