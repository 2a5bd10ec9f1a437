"""Act: the manager hands a case to another social worker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import select, update
from sqlmodel import col

from app.domain.access.tables import AccessGrant
from app.domain.cases.rules import ENDED, CaseState
from app.domain.directory.tables import DistrictWorker
from app.domain.identity.tables import Account
from app.domain.staff.tables import DataAuthorisation
from tests.api.v1.test_receive_signal import family_of, signal
from tests.api.v1.test_worklist import desk
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.endings import make_assisted
from tests.factories.hiring import Hiring
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.visits import first_visit_said

BEFORE, AFTER = HERE.social_worker, HERE.other_social_worker


async def hand_over(
    api: Api, case: object, to: Person = AFTER, by: Person = HERE.manager, **changes: Any
) -> Response:
    read = await api.as_(HERE.manager).get(f"/cases/{case}")
    said = {"social_worker_id": str(to.id), "reason": "workload"} | changes
    version = read.json().get("version", 1)
    return await api.as_(by).post(f"/cases/{case}/social-worker", said, version=version)


async def sees(api: Api, person: Person, made: MadeCase) -> bool:
    return (await api.as_(person).get(f"/cases/{made.case}")).status_code == 200


async def waits(api: Api, person: Person) -> list[str]:
    return [found["kind"] for found in (await desk(api, person))["waiting"]]


async def give_up_district(world: World, person: Person = BEFORE) -> None:
    async with world.acting() as act:
        served = col(DistrictWorker.account_id) == person.id
        await act.session.execute(update(DistrictWorker).where(served).values(valid_to=act.today))


async def serve(world: World, person: Person) -> None:
    async with world.acting() as act:
        new = DistrictWorker(district_id=HERE.district, account_id=person.id, valid_from=act.today)
        act.add(new)


@pytest.mark.rule("B12")
async def test_the_case_has_another_social_worker_and_says_why(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await hand_over(api, made.case, reason="family_moved")
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["social_worker"]["id"] == str(AFTER.id)
    assert body["handover_reason"] == "family_moved"
    assert response.headers["etag"] == f'"{made.version + 1}"'
    told = (await api.as_(HERE.manager).get(f"/cases/{made.case}/timeline")).json()["items"]
    assert told[-1]["type"] == "social_worker_changed"


async def test_the_audit_says_from_whom_to_whom(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await hand_over(api, made.case)
    entries = await api.as_(HERE.manager).get(f"/families/{made.family}/audit")
    (changed,) = (
        e
        for e in entries.json()["items"]
        if e["operation"] == "hand_over_case" and e["action"] == "update"
    )
    said = {found["field"]: (found["before"], found["after"]) for found in changed["changes"]}
    assert said == {
        "handover_reason": (None, "workload"),
        "social_worker_id": (str(BEFORE.id), str(AFTER.id)),
    }


@pytest.mark.rule("K11")
async def test_the_tasks_and_the_right_to_the_family_go_along(api: Api, world: World) -> None:
    opened = await api.as_(BEFORE).post("/signals", signal(await family_of(world), urgent=True))
    made = opened.json()
    case = MadeCase(made["family_id"], made["case_id"], UUID(int=0), UUID(int=0))
    await give_up_district(world)
    assert await sees(api, BEFORE, case)
    assert not await sees(api, AFTER, case)
    response = await hand_over(api, case.case)
    assert response.status_code == 200, response.text
    assert not await sees(api, BEFORE, case)
    assert await sees(api, AFTER, case)
    assert (await desk(api, AFTER))["due"][0]["kind"] == "interview"
    assert (await desk(api, BEFORE))["counts"]["due"] == 0
    assert "social_worker_changed" in {n["type"] for n in (await desk(api, AFTER))["new"]}


@pytest.mark.rule("K11")
async def test_who_serves_the_district_still_sees_its_family_and_has_no_task(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.SIGNAL_RECEIVED)
    assert await waits(api, BEFORE) == ["state"]
    await hand_over(api, made.case)
    assert await sees(api, BEFORE, made)
    assert await waits(api, BEFORE) == []
    assert await waits(api, AFTER) == ["state"]


async def test_rights_of_others_to_the_family_stay(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await hand_over(api, made.case)
    assert await sees(api, HERE.assistant, made)
    async with world.acting() as act:
        query = select(AccessGrant).where(col(AccessGrant.account_id) == HERE.assistant.id)
        kept = (await act.session.execute(query)).scalars()
        assert None in [grant.valid_to for grant in kept]


@pytest.mark.rule("B10")
async def test_the_new_social_worker_confirms_the_first_visit(api: Api, world: World) -> None:
    made = await make_assisted(world, CaseState.ASSIGNED)
    path = f"/cases/{made.case}/first-visit"
    visit = (await api.as_(HERE.assistant).post(path, first_visit_said(made))).json()
    await serve(world, AFTER)
    confirmation = f"/visits/{visit['id']}/confirmation"
    before = await api.as_(AFTER).post(confirmation, version=visit["version"])
    problem_of(before, 403, "B10")
    await hand_over(api, made.case)
    after = await api.as_(AFTER).post(confirmation, version=visit["version"])
    assert after.status_code == 200, after.text


@pytest.mark.rule("B12")
@pytest.mark.parametrize("state", sorted(ENDED))
async def test_a_case_that_has_ended_is_nobodys_to_take(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    problem_of(await hand_over(api, made.case), 409, "illegal_step")


@pytest.mark.rule("B12")
async def test_a_case_is_not_handed_to_who_has_it(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    problem_of(await hand_over(api, made.case, BEFORE), 409, "B12")


@pytest.mark.rule("B12")
@pytest.mark.parametrize("taker", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_only_a_social_worker_takes_a_case(api: Api, world: World, taker: Person) -> None:
    made = await make_case(world, CaseState.CLOSED)
    problem_of(await hand_over(api, made.case, taker), 422, "B12")


async def test_nobody_of_another_centre_takes_a_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    response = await hand_over(api, made.case, ELSEWHERE.social_worker)
    problem_of(response, 404, "not_found")


@pytest.mark.parametrize("person", [BEFORE, AFTER, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_hands_over(api: Api, world: World, person: Person) -> None:
    made = await make_case(world, CaseState.CLOSED)
    problem_of(await hand_over(api, made.case, by=person), 403, "not_your_role")


@pytest.mark.rule("C10")
async def test_a_suspended_social_worker_takes_no_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    await suspend(api, AFTER)
    problem_of(await hand_over(api, made.case), 409, "C10")


async def suspend(api: Api, person: Person) -> None:
    hiring = await Hiring.known(api, person)
    said = {"suspended_from": "2026-03-10", "reason": "Zawiadomienie prokuratury."}
    response = await hiring.do("POST", "/suspension", said)
    assert response.status_code == 200, response.text


async def test_a_blocked_social_worker_takes_no_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    await block(world, AFTER)
    problem_of(await hand_over(api, made.case), 409, "C1")


async def block(world: World, person: Person) -> None:
    async with world.acting() as act:
        (await act.find(Account, person.id)).active = False


@pytest.mark.rule("K3")
async def test_a_social_worker_without_authorisation_takes_no_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    async with world.acting() as act:
        await end_authorisation(act, AFTER)
    problem_of(await hand_over(api, made.case), 422, "K3")


async def end_authorisation(act: Any, person: Person) -> None:
    theirs = col(DataAuthorisation.account_id) == person.id
    yesterday = act.today - timedelta(days=1)
    await act.session.execute(update(DataAuthorisation).where(theirs).values(valid_to=yesterday))


async def test_a_social_worker_with_a_live_case_is_not_let_go(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CONSENT_REFUSED)
    hiring = await Hiring.known(api, BEFORE)
    said = {"ended_on": "2026-03-10", "reason": "Koniec umowy."}
    refused = problem_of(await hiring.do("POST", "/end", said), 409, "still_responsible")
    assert refused["facts"]["families"] == 1
    await hand_over(api, made.case)
    assert (await hiring.do("POST", "/end", said)).status_code == 200


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_who_has_only_ended_cases_is_let_go(api: Api, world: World, state: CaseState) -> None:
    await make_case(world, state)
    hiring = await Hiring.known(api, BEFORE)
    said = {"ended_on": "2026-03-10", "reason": "Koniec umowy."}
    assert (await hiring.do("POST", "/end", said)).status_code == 200


@pytest.mark.parametrize("keeper", [HERE.manager, HERE.administrator])
async def test_the_role_is_not_taken_from_who_has_a_live_case(
    api: Api, world: World, keeper: Person
) -> None:
    await make_case(world, CaseState.SIGNAL_RECEIVED)
    shown = await api.as_(keeper).get(f"/staff/{BEFORE.id}")
    said = {"roles": ["foster_care_coordinator"]}
    version = shown.json()["version"]
    response = await api.as_(keeper).patch(f"/staff/{BEFORE.id}", said, version=version)
    problem_of(response, 409, "still_responsible")
