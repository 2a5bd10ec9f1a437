"""Act: the social worker makes the interview and ends it with a diagnosis."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.intake import interview_in
from tests.factories.people import ELSEWHERE, HERE, World

BEGUN = {"started_on": "2026-03-10", "place": "home"}
STARTED = CaseState.INTERVIEW_IN_PROGRESS


def completion(made: MadeCase, **changes: Any) -> dict[str, Any]:
    return {
        "done_on": "2026-03-10",
        "living_situation": "Mieszkanie komunalne; brak ogrzewania.",
        "problems": ["living", "social"],
        "diagnosis": "Trudności wychowawcze; dziecko bez stałego rytmu dnia.",
        "need": True,
        "need_reason": "Matka prosi o pomoc.",
        "children_heard": [{"person_id": str(made.child), "heard": True}],
    } | changes


async def state_of(world: World, case: UUID) -> CaseState:
    async with world.acting() as act:
        return (await act.find(Case, case)).state


async def due(world: World, case: UUID) -> dict[str, str]:
    async with world.acting() as act:
        found = await list_open(act, await act.find(Case, case))
        return {deadline.kind.value: deadline.due_on.isoformat() for deadline in found}


@pytest.mark.rule("B1")
async def test_an_interview_begins_and_says_when_it_is_due(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    worker = api.as_(HERE.social_worker)
    response = await worker.post(f"/cases/{made.case}/interviews", BEGUN)
    assert response.status_code == 201, response.text
    body = response.json()
    assert (body["state"], body["due_on"], body["late"]) == ("in_progress", "2026-03-30", None)
    assert body["warnings"] == []
    allowed = {found["action"]: found["allowed"] for found in body["allowed_actions"]}
    assert allowed == {"amend": True, "complete": True}
    assert (await worker.get(response.headers["location"])).json() == body
    assert await state_of(world, made.case) is STARTED


@pytest.mark.rule("B1")
@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
async def test_an_interview_before_the_signal_or_tomorrow_is_refused(
    api: Api, world: World, day: str
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    said = BEGUN | {"started_on": day}
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/interviews", said)
    problem_of(response, 422, "B1")


@pytest.mark.rule("B3")
@pytest.mark.parametrize(("consent", "rules"), [(None, ["B3"]), ("KO/3/2026", [])])
async def test_an_interview_on_a_saturday_warns_without_the_managers_consent(
    api: Api, world: World, consent: str | None, rules: list[str]
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    api.clock.travel(days=4)
    said = {"started_on": "2026-03-14", "place": "home", "manager_consent_ref": consent}
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/interviews", said)
    assert response.status_code == 201, response.text
    assert [found["rule"] for found in response.json()["warnings"]] == rules


async def test_a_case_has_one_interview(api: Api, world: World) -> None:
    made = await make_case(world, STARTED)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/interviews", BEGUN)
    problem_of(response, 409, "illegal_step")


@pytest.mark.rule("B1")
@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_only_a_social_worker_makes_it(api: Api, world: World, person: Any) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    response = await api.as_(person).post(f"/cases/{made.case}/interviews", BEGUN)
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.social_worker])
async def test_out_of_scope_neither_case_nor_interview_exists(
    api: Api, world: World, person: Any
) -> None:
    made = await make_case(world, STARTED)
    interview = await interview_in(world, made.case)
    stranger = api.as_(person)
    problem_of(await stranger.post(f"/cases/{made.case}/interviews", BEGUN), 404, "not_found")
    problem_of(await stranger.get(f"/interviews/{interview}"), 404, "not_found")
    path = f"/interviews/{interview}/completion"
    problem_of(await stranger.post(path, completion(made), version=1), 404, "not_found")


async def test_findings_are_written_down_bit_by_bit(api: Api, world: World) -> None:
    made = await make_case(world, STARTED)
    worker, path = (
        api.as_(HERE.social_worker),
        f"/interviews/{await interview_in(world, made.case)}",
    )
    noted = await worker.patch(path, {"diagnosis": "Wstępnie: przeciążenie."}, version=1)
    assert noted.status_code == 200, noted.text
    moved = await worker.patch(path, {"place": "other"}, version=2)
    assert moved.json()["diagnosis"] == "Wstępnie: przeciążenie."
    assert [found["rule"] for found in moved.json()["warnings"]] == ["B3"]
    problem_of(await worker.patch(path, {"started_on": "2026-03-11"}, version=3), 422, "B1")
    problem_of(await worker.patch(path, {"place": "stay"}, version=1), 412, "stale")
    said = completion(made)
    del said["diagnosis"]
    done = await worker.post(f"{path}/completion", said, version=3)
    assert done.json()["diagnosis"] == "Wstępnie: przeciążenie."


@pytest.mark.rule("B2")
@pytest.mark.parametrize(
    ("day", "days", "late"),
    [("2026-03-27", 13, False), ("2026-03-30", 14, False), ("2026-03-31", 15, True)],
)
async def test_a_late_interview_is_accepted_and_says_so(
    api: Api, world: World, day: str, days: int, *, late: bool
) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    api.clock.travel(days=30)
    said = completion(made, done_on=day)
    response = await api.as_(HERE.social_worker).post(path, said, version=1)
    assert response.status_code == 200, response.text
    assert (response.json()["working_days"], response.json()["late"]) == (days, late)


@pytest.mark.rule("B13")
async def test_need_moves_the_case_on_and_starts_the_six_months(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    worker = api.as_(HERE.social_worker)
    begun = await worker.post(f"/cases/{made.case}/interviews", BEGUN)
    path = f"/interviews/{begun.json()['id']}/completion"
    response = await worker.post(path, completion(made), version=1)
    assert response.status_code == 200, response.text
    assert response.json()["state"] == "completed"
    assert await state_of(world, made.case) is CaseState.DIAGNOSED
    assert await due(world, made.case) == {"interview_update": "2026-09-10"}
    problem_of(await worker.post(path, completion(made), version=2), 409, "illegal_step")


@pytest.mark.rule("B4")
async def test_without_need_the_case_ends(api: Api, world: World) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    said = completion(made, need=False, need_reason="Rodzina radzi sobie sama.")
    response = await api.as_(HERE.social_worker).post(path, said, version=1)
    assert response.status_code == 200, response.text
    assert await state_of(world, made.case) is CaseState.NO_NEED
    assert await due(world, made.case) == {}


@pytest.mark.rule("B4")
async def test_the_diagnosis_is_required(api: Api, world: World) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    said = completion(made, diagnosis=None)
    problem = problem_of(await api.as_(HERE.social_worker).post(path, said, version=1), 422, "B4")
    assert problem["type"] == "urn:asysta:problem:diagnosis_required"


@pytest.mark.rule("A8")
@pytest.mark.parametrize("heard", [[], [{"heard": False}], [{"heard": True}, {"heard": True}]])
async def test_every_child_is_listed_once_with_the_reason(
    api: Api, world: World, heard: list[dict[str, Any]]
) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    listed = [{"person_id": str(made.child)} | found for found in heard]
    response = await api.as_(HERE.social_worker).post(
        path, completion(made, children_heard=listed), version=1
    )
    problem_of(response, 422, "A8")


@pytest.mark.rule("A8")
async def test_somebody_who_is_no_child_of_the_family_is_not_listed(api: Api, world: World) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    listed = [{"person_id": str(p), "heard": True} for p in (made.child, uuid4())]
    response = await api.as_(HERE.social_worker).post(
        path, completion(made, children_heard=listed), version=1
    )
    problem_of(response, 422, "A8")


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
async def test_it_does_not_end_before_it_began_or_tomorrow(
    api: Api, world: World, day: str
) -> None:
    made = await make_case(world, STARTED)
    path = f"/interviews/{await interview_in(world, made.case)}/completion"
    said = completion(made, done_on=day)
    problem_of(await api.as_(HERE.social_worker).post(path, said, version=1), 422, "B1")


@pytest.mark.rule("B13")
async def test_an_update_begins_the_six_months_anew(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    interview = await interview_in(world, made.case)
    worker, path = api.as_(HERE.social_worker), f"/interviews/{interview}/updates"
    api.clock.travel(days=60)
    said = {"updated_on": "2026-05-04", "what": "Matka podjęła pracę."}
    response = await worker.post(path, said)
    assert response.status_code == 201, response.text
    assert [found["what"] for found in response.json()["updates"]] == ["Matka podjęła pracę."]
    assert response.headers["etag"] == '"2"'
    assert await due(world, made.case) == {"interview_update": "2026-11-04"}
    again = await worker.post(path, said | {"updated_on": "2026-05-09"})
    assert await due(world, made.case) == {"interview_update": "2026-11-09"}
    assert again.headers["etag"] == '"3"'
    for day in ("2026-05-08", "2026-05-10"):
        problem_of(await worker.post(path, said | {"updated_on": day}), 422, "B13")


@pytest.mark.rule("B13")
@pytest.mark.parametrize(("state", "code"), [(STARTED, "illegal_step"), (CaseState.CLOSED, "B13")])
async def test_what_is_not_ended_or_over_is_not_updated(
    api: Api, world: World, state: CaseState, code: str
) -> None:
    made = await make_case(world, state)
    path = f"/interviews/{await interview_in(world, made.case)}/updates"
    said = {"updated_on": "2026-03-10", "what": "Bez zmian."}
    problem_of(await api.as_(HERE.social_worker).post(path, said), 409, code)


async def test_the_assistant_of_the_family_reads_it_and_a_coordinator_does_not(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    path = f"/interviews/{await interview_in(world, made.case)}"
    assert (await api.as_(HERE.assistant).get(path)).status_code == 200
    problem_of(await api.as_(HERE.other_assistant).get(path), 404, "not_found")
    problem_of(await api.as_(HERE.coordinator).get(path), 403, "not_your_role")
