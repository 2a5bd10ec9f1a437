"""Act: criminal proceedings suspend somebody from duty (art. 13), and they return."""

import pytest

from app.domain.staff.queries import roles_of
from app.domain.staff.rules import WorkerSuspended, require_may_assist
from app.domain.staff.service import lock_worker
from tests.factories.api import Api, problem_of
from tests.factories.hiring import CHECKED, Hiring
from tests.factories.people import HERE, World

SUSPENDED = {"suspended_from": "2026-03-09", "reason": "wszczęcie postępowania, sygn. 1 Ds. 2.2026"}
BACK = {"lifted_on": "2026-03-10", "reason": "umorzenie postępowania"}


@pytest.mark.rule("C10")
async def test_who_is_suspended_is_off_duty_and_may_not_assist(api: Api, world: World) -> None:
    known = await Hiring.known(api, HERE.assistant)
    answer = await known.do("POST", "/suspension", SUSPENDED)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["suspended_from"]) == ("suspended", "2026-03-09")
    problem_of(await api.as_(HERE.assistant).get("/me"), 403, "C10")
    async with world.acting() as act:
        worker = await lock_worker(act, HERE.assistant.id)
        roles = await roles_of(act, HERE.assistant.id)
        with pytest.raises(WorkerSuspended):
            require_may_assist(worker.state, roles, worker.suspended_from, act.today)


async def test_a_suspension_begins_today_or_earlier(api: Api) -> None:
    known = await Hiring.known(api, HERE.coordinator)
    ahead = SUSPENDED | {"suspended_from": "2026-03-11"}
    problem_of(await known.do("POST", "/suspension", ahead), 422, "not_yet_happened")
    today = SUSPENDED | {"suspended_from": "2026-03-10"}
    assert (await known.do("POST", "/suspension", today)).status_code == 200
    problem_of(await known.do("POST", "/suspension", today), 409, "illegal_step")


async def test_a_suspension_is_lifted_and_stays_on_record(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    problem_of(await known.do("POST", "/reinstatement", BACK), 409, "illegal_step")
    await known.do("POST", "/suspension", SUSPENDED)
    early = BACK | {"lifted_on": "2026-03-08"}
    problem_of(await known.do("POST", "/reinstatement", early), 422, "ends_before_start")
    ahead = BACK | {"lifted_on": "2026-03-11"}
    problem_of(await known.do("POST", "/reinstatement", ahead), 422, "not_yet_happened")
    answer = await known.do("POST", "/reinstatement", BACK)
    assert (answer.json()["state"], answer.json()["suspended_from"]) == ("active", None)
    (found,) = (await known.manager.get(f"/staff/{known.id}/suspensions")).json()["items"]
    assert found["cause"] == "criminal_proceedings"
    assert (found["suspended_from"], found["lifted_on"]) == ("2026-03-09", "2026-03-10")
    assert found["lifted_reason"] == BACK["reason"]


async def test_who_is_suspended_can_leave(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    await known.do("POST", "/suspension", SUSPENDED)
    said = {"ended_on": "2026-03-10", "reason": "rozwiązanie umowy"}
    answer = await known.do("POST", "/end", said)
    assert (answer.json()["state"], answer.json()["suspended_from"]) == ("ended", None)


async def test_the_suspended_person_does_not_read_why(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/suspensions"
    problem_of(await api.as_(HERE.assistant).get(path), 403, "not_your_role")


@pytest.mark.rule("C8")
async def test_who_is_found_in_a_register_is_suspended_at_once(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    await known.add("/register-checks", CHECKED | {"result": "found"})
    shown = (await known.manager.get(f"/staff/{known.id}")).json()
    assert (shown["state"], shown["suspended_from"]) == ("suspended", "2026-03-10")
    known.version = shown["version"]
    problem_of(await known.do("POST", "/reinstatement", BACK), 422, "C8")
    (found,) = (await known.manager.get(f"/staff/{known.id}/suspensions")).json()["items"]
    assert found["cause"] == "register_entry"
    await known.add("/register-checks", CHECKED)
    assert (await known.do("POST", "/reinstatement", BACK)).json()["state"] == "active"


@pytest.mark.rule("C10")
async def test_a_suspension_acts_on_the_next_request(api: Api) -> None:
    """No work with families and no look into their files, from the day of the suspension on."""
    me, manager = api.as_(HERE.assistant), api.as_(HERE.manager)
    assert (await me.get("/worklist")).status_code == 200
    path = f"/staff/{HERE.assistant.id}"
    version = int((await manager.get(path)).headers["etag"].strip('"'))
    said = {"suspended_from": "2026-03-10", "reason": "Wszczęto postępowanie karne."}
    response = await manager.post(f"{path}/suspension", said, version=version)
    assert response.status_code == 200, response.text
    problem = problem_of(await me.get("/worklist"), 403, "C10")
    assert "art. 13" in problem["legal_basis"]
    api.clock.travel(days=-1)
    assert (await me.get("/worklist")).status_code == 200
