"""Act: the centre learns something new of a family that has a case."""

from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from app.domain.cases.rules import ENDED, LIVE, CaseState
from tests.api.v1.test_receive_signal import signal
from tests.api.v1.test_worklist import desk
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.endings import make_assisted
from tests.factories.intake import interview_in
from tests.factories.people import HERE, Person, World

CHECK = {"checked_on": "2026-03-11", "how": "visit", "finding": "Dzieci są pod opieką babci."}


def told(**changes: Any) -> dict[str, Any]:
    said = signal("", source="police", institution=None, urgent=True) | changes
    del said["family_id"]
    return said


async def add(
    api: Api, made: MadeCase, by: Person = HERE.social_worker, **changes: Any
) -> Response:
    return await api.as_(by).post(f"/cases/{made.case}/signals", told(**changes))


async def added(api: Api, made: MadeCase, **changes: Any) -> dict[str, Any]:
    response = await add(api, made, **changes)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def check(
    api: Api, found: dict[str, Any], by: Person = HERE.social_worker, **changes: Any
) -> Response:
    path = f"/signals/{found['id']}/check"
    return await api.as_(by).post(path, CHECK | changes, version=found["version"])


async def to_check(api: Api, person: Person) -> list[str]:
    waiting = (await desk(api, person))["waiting"]
    return [found["subject_id"] for found in waiting if found["kind"] == "signal_to_check"]


@pytest.mark.rule("B1")
@pytest.mark.parametrize("state", sorted(LIVE))
async def test_a_live_case_takes_another_signal(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    found = await added(api, made)
    assert found["further"]
    assert found["case_state"] == state
    assert found["interview_due_on"] == "2026-03-12"
    assert found["checked_on"] is None


@pytest.mark.rule("B1")
@pytest.mark.parametrize("state", sorted(ENDED))
async def test_an_ended_case_takes_no_signal(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    problem_of(await add(api, made), 409, "illegal_step")


@pytest.mark.rule("B2")
async def test_a_signal_that_is_not_urgent_has_fourteen_working_days(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assert (await added(api, made, urgent=False))["interview_due_on"] == "2026-03-30"


async def test_a_signal_of_tomorrow_is_not_added(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    problem_of(await add(api, made, received_on="2026-03-11"), 422, "B1")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.coordinator])
async def test_others_add_no_signal(api: Api, world: World, person: Person) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    problem_of(await add(api, made, person), 403, "not_your_role")


@pytest.mark.rule("K11")
async def test_a_case_out_of_scope_takes_no_signal(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    problem_of(await add(api, made, HERE.other_social_worker), 404, "not_found")


async def test_who_read_the_case_before_must_look_again(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    before = (await api.as_(HERE.manager).get(f"/cases/{made.case}")).json()["version"]
    await added(api, made)
    after = (await api.as_(HERE.manager).get(f"/cases/{made.case}")).json()["version"]
    assert after == before + 1


async def test_the_social_worker_has_it_to_check_and_the_assistant_is_told(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    found = await added(api, made)
    assert await to_check(api, HERE.social_worker) == [found["id"]]
    due = (await desk(api, HERE.social_worker))["due"]
    assert ("signal_check", found["id"], "B2") in [
        (d["kind"], d["subject_id"], d["rule"]) for d in due
    ]
    news = (await desk(api, HERE.assistant))["new"]
    assert ("signal_received", found["id"]) in [(n["type"], n["subject_id"]) for n in news]
    shown = await api.as_(HERE.assistant).get(f"/signals/{found['id']}")
    assert shown.json()["description"] == told()["description"]


@pytest.mark.rule("B2")
async def test_the_manager_sees_it_once_it_is_overdue(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await added(api, made)
    api.clock.travel(days=2)
    assert (await desk(api, HERE.manager))["overdue"] == []
    api.clock.travel(days=1)
    (overdue,) = (await desk(api, HERE.manager))["overdue"]
    assert overdue["kind"] == "signal_check"


@pytest.mark.rule("B2")
async def test_a_check_says_what_was_found_and_ends_the_deadline(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    found = await added(api, made)
    api.clock.travel(days=1)
    response = await check(api, found)
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["checked_on"], body["checked_how"]) == ("2026-03-11", "visit")
    assert body["finding"] == CHECK["finding"]
    assert body["interview_due_on"] is None
    assert await to_check(api, HERE.social_worker) == []
    again = await check(api, body)
    problem_of(again, 409, "B2")


@pytest.mark.rule("B2")
@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
async def test_a_check_follows_the_signal_and_is_not_of_tomorrow(
    api: Api, world: World, day: str
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    found = await added(api, made)
    problem_of(await check(api, found, checked_on=day), 422, "B2")
    assert (await check(api, found, checked_on="2026-03-10")).status_code == 200


@pytest.mark.rule("B1")
async def test_the_first_signal_is_answered_by_the_interview_alone(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    listed = (await api.as_(HERE.social_worker).get("/signals")).json()["items"]
    assert [one["further"] for one in listed] == [False]
    problem_of(await check(api, listed[0], checked_on="2026-03-10"), 409, "B1")
    assert listed[0]["case_id"] == str(made.case)


@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager])
async def test_a_social_worker_checks(api: Api, world: World, person: Person) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    found = await added(api, made)
    problem_of(await check(api, found, person, checked_on="2026-03-10"), 403, "not_your_role")


async def update(api: Api, interview: UUID, day: str) -> Response:
    read = await api.as_(HERE.social_worker).get(f"/interviews/{interview}")
    said = {"updated_on": day, "what": "Po zgłoszeniu policji: dzieci bezpieczne."}
    path = f"/interviews/{interview}/updates"
    return await api.as_(HERE.social_worker).post(path, said, version=read.json()["version"])


@pytest.mark.rule("B13")
async def test_an_update_of_the_interview_answers_what_was_known_by_its_day(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    interview = await interview_in(world, made.case)
    earlier = await added(api, made)
    api.clock.travel(days=2)
    later = await added(api, made, received_on="2026-03-12")
    assert (await update(api, interview, "2026-03-11")).status_code == 201
    assert await to_check(api, HERE.social_worker) == [later["id"]]
    shown = (await api.as_(HERE.social_worker).get(f"/signals/{earlier['id']}")).json()
    assert (shown["checked_on"], shown["checked_how"]) == ("2026-03-11", None)
    assert (await update(api, interview, "2026-03-12")).status_code == 201
    assert await to_check(api, HERE.social_worker) == []


@pytest.mark.rule("B1")
async def test_the_end_of_the_case_leaves_an_unchecked_signal_where_it_is(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.UNDER_ANALYSIS)
    found = await added(api, made)
    archived = await make_case(world, CaseState.CONSENT_REFUSED)
    other = await added(api, archived)
    said = {"archived_on": "2026-03-10", "retention_category": "B-10"}
    path = f"/cases/{archived.case}/archive"
    version = (await api.as_(HERE.manager).get(f"/cases/{archived.case}")).json()["version"]
    response = await api.as_(HERE.manager).post(path, said, version=version)
    assert response.status_code == 201, response.text
    assert set(await to_check(api, HERE.social_worker)) == {found["id"], other["id"]}
    assert (await check(api, other, checked_on="2026-03-10")).status_code == 200


@pytest.mark.rule("E14")
@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.MONITORING])
async def test_a_relapse_takes_the_place_of_signals_that_were_not_checked(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    await added(api, made)
    said = signal(made.family, previous_case_id=str(made.case), urgent=True)
    response = await api.as_(HERE.social_worker).post("/signals", said)
    assert response.status_code == 201, response.text
    assert await to_check(api, HERE.social_worker) == []
    due = (await desk(api, HERE.social_worker))["due"]
    assert [found["kind"] for found in due] == ["interview"]


async def test_those_that_wait_are_listed(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    found = await added(api, made)
    worker = api.as_(HERE.social_worker)

    async def listed(waiting: str) -> list[bool]:
        items = (await worker.get(f"/signals?waiting={waiting}")).json()["items"]
        return [one["further"] for one in items]

    assert (await listed("true"), await listed("false")) == ([True], [False])
    assert (await check(api, found, checked_on="2026-03-10")).status_code == 200
    assert await listed("true") == []


async def test_the_interview_still_finds_the_signal_that_opened_the_case(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    await added(api, made)
    said = {"started_on": "2026-03-10", "place": "home"}
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/interviews", said)
    assert response.status_code == 201, response.text
    assert response.json()["due_on"] == "2026-03-30"
