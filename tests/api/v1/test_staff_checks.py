"""Act: the manager looks people up in the registers, and keeps the training log."""

from datetime import date

import pytest

from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.hiring import CHECKED, TRAINED, Hiring
from tests.factories.people import ELSEWHERE, HERE
from tests.factories.staff import LAST_TRAINING


@pytest.mark.rule("J1")
async def test_a_check_is_kept_with_its_print_out(api: Api) -> None:
    new = await Hiring.of(api)
    answer = await new.add("/register-checks", CHECKED)
    assert answer.status_code == 201, answer.text
    shown = await new.manager.get(answer.headers["location"])
    assert shown.json()["printout_ref"] == CHECKED["printout_ref"]
    listed = await new.manager.get(f"/staff/{new.id}/register-checks")
    assert [check["id"] for check in listed.json()["items"]] == [shown.json()["id"]]


@pytest.mark.rule("J1")
@pytest.mark.parametrize("register", ["sex_offender_limited", "commission"])
async def test_the_latest_check_of_each_register_counts(api: Api, register: str) -> None:
    new = await Hiring.of(api)
    await new.complete()
    rule = "C8" if register == "sex_offender_limited" else "J1"
    check = CHECKED | {"register_kind": register}
    await new.add("/register-checks", check | {"checked_on": "2026-03-01", "result": "found"})
    shown = (await new.manager.get(f"/staff/{new.id}")).json()["allowed_actions"][0]
    assert shown["allowed"], "an older finding does not undo the newer clear one"
    await new.add("/register-checks", check | {"result": "found"})
    problem_of(await new.do("POST", "/activation"), 422, rule)


async def test_a_check_is_not_made_tomorrow(api: Api) -> None:
    new = await Hiring.of(api)
    ahead = CHECKED | {"checked_on": "2026-03-11"}
    problem_of(await new.add("/register-checks", ahead), 422, "not_yet_happened")


async def test_only_managers_of_the_centre_see_checks(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/register-checks"
    items = (await api.as_(HERE.manager).get(path)).json()["items"]
    for person in (HERE.assistant, HERE.social_worker, HERE.coordinator):
        problem_of(await api.as_(person).get(path), 403, "not_your_role")
        one = await api.as_(person).get(f"{path}/{items[0]['id']}")
        problem_of(one, 403, "not_your_role")
    stranger = api.as_(ELSEWHERE.manager)
    problem_of(await stranger.get(path), 404, "not_found")
    problem_of(await stranger.get(f"{path}/{items[0]['id']}"), 404, "not_found")
    problem_of(await stranger.post(path, CHECKED), 404, "not_found")


async def test_the_training_log_is_the_managers_to_write_and_ones_own_to_read(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/trainings"
    assistant, manager = api.as_(HERE.assistant), api.as_(HERE.manager)
    problem_of(await assistant.post(path, TRAINED), 403, "not_your_role")
    answer = await manager.post(path, TRAINED)
    assert answer.status_code == 201, answer.text
    own = (await assistant.get(path)).json()["items"]
    assert [training["held_on"] for training in own] == ["2026-03-09", LAST_TRAINING.isoformat()]
    location = answer.headers["location"]
    assert (await assistant.get(location)).json()["subject"] == TRAINED["subject"]
    other = api.as_(HERE.other_assistant)
    problem_of(await other.get(location), 404, "not_found")
    problem_of(await other.get(path), 404, "not_found")
    ahead = TRAINED | {"held_on": "2026-03-11"}
    problem_of(await manager.post(path, ahead), 422, "not_yet_happened")
    problem_of(await api.as_(ELSEWHERE.manager).post(path, TRAINED), 404, "not_found")


async def _warned(api: Api) -> list[str]:
    shown = await api.as_(HERE.assistant).get(f"/staff/{HERE.assistant.id}")
    return [warning["rule"] for warning in shown.json()["warnings"]]


@pytest.mark.rule("C9")
async def test_the_last_training_may_be_twelve_months_old(api: Api, clock: TestClock) -> None:
    clock.go_to(date(2026, 9, 1))
    assert await _warned(api) == []
    clock.go_to(date(2026, 9, 2))
    assert await _warned(api) == ["C9"]
    said = TRAINED | {"held_on": "2026-09-02"}
    await api.as_(HERE.manager).post(f"/staff/{HERE.assistant.id}/trainings", said)
    assert await _warned(api) == []


@pytest.mark.rule("C9")
async def test_the_centre_sets_how_old_it_may_be(api: Api, clock: TestClock) -> None:
    settings = {"valid_from": "2026-03-10", "training_reminder_months": 7}
    await api.as_(HERE.manager).post("/centre/settings", settings)
    clock.go_to(date(2026, 4, 1))
    assert await _warned(api) == []
    clock.go_to(date(2026, 4, 2))
    assert await _warned(api) == ["C9"]
