"""A serious risk that a monitoring check finds is somebody's task (E14)."""

from datetime import date

import pytest

from tests.factories.api import Api, problem_of
from tests.factories.monitorings import check, closed, end
from tests.factories.people import HERE, World


@pytest.mark.rule("E14")
async def test_a_serious_risk_waits_for_worker_and_manager_until_a_check_finds_less(
    api: Api, world: World
) -> None:
    made = await closed(api, world)
    day = date(2026, 6, 5)
    api.clock.go_to(day)
    for risk, told in (("some", 0), ("serious", 1)):
        await check(api, made, day, risk=risk)
        for person in (HERE.social_worker, HERE.manager):
            waiting = (await api.as_(person).get("/worklist")).json()["waiting"]
            assert [task["kind"] for task in waiting].count("risk_to_answer") == told
    waiting = (await api.as_(HERE.assistant).get("/worklist")).json()["waiting"]
    assert "risk_to_answer" not in [task["kind"] for task in waiting]
    problem_of(await end(api, world, made, day), 409, "E14")
    await check(api, made, day, risk="some")
    waiting = (await api.as_(HERE.manager).get("/worklist")).json()["waiting"]
    assert "risk_to_answer" not in [task["kind"] for task in waiting]
    assert (await end(api, world, made, day)).status_code == 200
