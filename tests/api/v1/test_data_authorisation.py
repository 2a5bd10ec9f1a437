"""Act: the manager authorises somebody to process data; without it nothing works (K3)."""

from datetime import date

import pytest

from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.hiring import AUTHORISED
from tests.factories.people import ELSEWHERE, HERE, Person

PATH = f"/staff/{HERE.assistant.id}/data-authorisations"


async def _present(api: Api, person: Person = HERE.assistant) -> dict[str, str]:
    listed = await api.as_(HERE.manager).get(f"/staff/{person.id}/data-authorisations")
    (found,) = listed.json()["items"]
    return dict(found)


@pytest.mark.rule("K3")
async def test_the_last_day_still_works_and_the_day_after_does_not(
    api: Api, clock: TestClock
) -> None:
    present = await _present(api)
    manager, assistant = api.as_(HERE.manager), api.as_(HERE.assistant)
    path = f"{PATH}/{present['id']}/end"
    ended = await manager.post(path, {"ends_on": "2026-03-10"}, version=1)
    assert ended.status_code == 200, ended.text
    assert (await assistant.get("/me")).status_code == 200
    clock.go_to(date(2026, 3, 11))
    problem = problem_of(await assistant.get("/me"), 403, "K3")
    assert "art. 7 ust. 4" in problem["legal_basis"]
    problem_of(await assistant.delete("/sessions/current"), 403, "K3")


@pytest.mark.rule("K3")
async def test_an_authorisation_that_ended_yesterday_stops_the_next_request(api: Api) -> None:
    present = await _present(api)
    assistant = api.as_(HERE.assistant)
    assert (await assistant.get("/me")).status_code == 200
    path = f"{PATH}/{present['id']}/end"
    await api.as_(HERE.manager).post(path, {"ends_on": "2026-03-09"}, version=1)
    problem_of(await assistant.get("/me"), 403, "K3")


@pytest.mark.rule("K3")
async def test_a_new_authorisation_works_from_its_first_day(api: Api, clock: TestClock) -> None:
    present = await _present(api)
    manager, assistant = api.as_(HERE.manager), api.as_(HERE.assistant)
    path = f"{PATH}/{present['id']}/end"
    await manager.post(path, {"ends_on": "2026-03-09"}, version=1)
    answer = await manager.post(PATH, AUTHORISED | {"valid_from": "2026-03-11"})
    assert answer.status_code == 201, answer.text
    problem_of(await assistant.get("/me"), 403, "K3")
    clock.go_to(date(2026, 3, 11))
    assert (await assistant.get("/me")).json()["data_authorisation"]["number"] == "12/2026"
    own = (await assistant.get(PATH)).json()["items"]
    assert [item["valid_from"] for item in own] == ["2026-03-11", "2020-01-01"]
    assert (await assistant.get(answer.headers["location"])).status_code == 200


@pytest.mark.rule("K3")
async def test_the_undertaking_comes_first(api: Api) -> None:
    manager = api.as_(HERE.manager)
    late = AUTHORISED | {"valid_from": "2026-03-09"}
    problem_of(await manager.post(PATH, late), 422, "K3")
    ahead = AUTHORISED | {"valid_from": "2026-03-12", "undertaking_signed_on": "2026-03-11"}
    problem_of(await manager.post(PATH, ahead), 422, "not_yet_happened")
    backwards = AUTHORISED | {"valid_to": "2026-03-09"}
    problem_of(await manager.post(PATH, backwards), 422, "ends_before_start")
    one_day = AUTHORISED | {"valid_to": "2026-03-10"}
    assert (await manager.post(PATH, one_day)).status_code == 201


async def test_an_end_is_not_moved_back_and_lies_after_the_start(api: Api) -> None:
    present = await _present(api)
    manager = api.as_(HERE.manager)
    path = f"{PATH}/{present['id']}/end"
    early = await manager.post(path, {"ends_on": "2019-12-31"}, version=1)
    problem_of(early, 422, "ends_before_start")
    await manager.post(path, {"ends_on": "2026-04-01"}, version=1)
    problem_of(await manager.post(path, {"ends_on": "2026-04-02"}, version=1), 412, "stale")
    later = await manager.post(path, {"ends_on": "2026-04-02"}, version=2)
    problem_of(later, 409, "ended_already")
    assert (await manager.post(path, {"ends_on": "2026-03-31"}, version=2)).status_code == 200


async def test_nobody_ends_their_own_authorisation(api: Api) -> None:
    present = await _present(api, HERE.manager)
    path = f"/staff/{HERE.manager.id}/data-authorisations/{present['id']}/end"
    answer = await api.as_(HERE.manager).post(path, {"ends_on": "2026-03-09"}, version=1)
    problem_of(answer, 409, "not_on_yourself")


async def test_an_authorisation_is_found_under_its_own_person_only(api: Api) -> None:
    present = await _present(api)
    path = f"/staff/{HERE.other_assistant.id}/data-authorisations/{present['id']}"
    manager = api.as_(HERE.manager)
    problem_of(await manager.get(path), 404, "not_found")
    answer = await manager.post(f"{path}/end", {"ends_on": "2026-03-09"}, version=1)
    problem_of(answer, 404, "not_found")


async def test_others_neither_write_nor_see_an_authorisation(api: Api) -> None:
    present = await _present(api)
    for person in (HERE.other_assistant, HERE.social_worker, HERE.coordinator):
        caller = api.as_(person)
        problem_of(await caller.post(PATH, AUTHORISED), 403, "not_your_role")
        problem_of(await caller.get(f"{PATH}/{present['id']}"), 404, "not_found")
        problem_of(await caller.get(PATH), 404, "not_found")
    stranger = api.as_(ELSEWHERE.manager)
    problem_of(await stranger.post(PATH, AUTHORISED), 404, "not_found")
    end = await stranger.post(f"{PATH}/{present['id']}/end", {"ends_on": "2026-03-09"}, version=1)
    problem_of(end, 404, "not_found")
