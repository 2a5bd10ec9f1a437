"""Nobody who is monitored is left alone: monitoring is decided, passed on, and ended in time."""

from datetime import date

import pytest
from httpx import Response

from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.endings import version_of
from tests.factories.monitorings import closed, end, shown
from tests.factories.people import HERE, Person, World


@pytest.mark.rule("E14")
@pytest.mark.parametrize("reason", ["moved_out", "death"])
async def test_nobody_is_monitored_where_nobody_is_left(
    api: Api, world: World, reason: str
) -> None:
    made = await closed(api, world, monitoring=False, reason=reason)
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/monitoring"
    refused = await api.as_(HERE.manager).post(path, {}, version=version)
    assert problem_of(refused, 409, "E14")["type"].endswith(":monitoring_impossible")


async def pass_on(api: Api, world: World, made: MadeCase, to: Person) -> Response:
    """Let another assistant monitor, as the manager."""
    path, version = f"/cases/{made.case}/monitoring-transfer", await version_of(world, made.case)
    said = {"assistant_id": str(to.id)}
    return await api.as_(HERE.manager).post(path, said, version=version)


@pytest.mark.rule("E14")
async def test_monitoring_is_passed_on_with_what_is_due(api: Api, world: World) -> None:
    made = await closed(api, world)
    before = await shown(api, made)
    api.clock.go_to(date(2026, 4, 1))
    response = await pass_on(api, world, made, HERE.other_assistant)
    assert response.status_code == 200, response.text
    after = await shown(api, made, HERE.other_assistant)
    assert after["assistant"]["id"] == str(HERE.other_assistant.id)
    assert after["case_version"] == before["case_version"] + 1
    kept = ("starts_on", "planned_end", "next_check_on")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    path = f"/cases/{made.case}/monitoring"
    assert (await api.as_(HERE.assistant).get(path)).status_code == 404
    refused = await pass_on(api, world, made, HERE.other_assistant)
    assert problem_of(refused, 409, "E14")["type"].endswith(":monitors_already")


async def test_a_limit_of_monitored_families_warns_whoever_takes_over(
    api: Api, world: World
) -> None:
    setting = {"valid_from": "2026-03-10", "monitored_family_limit": 1}
    assert (await api.as_(HERE.manager).post("/centre/settings", setting)).status_code == 201
    await closed(api, world, monitoring_assistant_id=str(HERE.other_assistant.id))
    made = await closed(api, world)
    passed = (await pass_on(api, world, made, HERE.other_assistant)).json()
    assert [warning["rule"] for warning in passed["warnings"]] == ["C14"]


async def test_only_a_monitoring_that_runs_is_passed_on(api: Api, world: World) -> None:
    made = await closed(api, world, monitoring=False)
    problem_of(await pass_on(api, world, made, HERE.other_assistant), 409, "illegal_step")


@pytest.mark.rule("E14")
@pytest.mark.parametrize("way", ["end", "role"])
async def test_whoever_monitors_a_family_passes_it_on_before_they_go(
    api: Api, world: World, way: str
) -> None:
    made = await closed(api, world)
    manager = api.as_(HERE.manager)
    path = f"/staff/{HERE.assistant.id}"

    async def go() -> Response:
        version = (await manager.get(path)).json()["version"]
        if way == "role":
            roles = {"roles": ["foster_care_coordinator"]}
            return await manager.patch(path, roles, version=version)
        said = {"ended_on": "2026-03-10", "reason": "Umowa wygasła."}
        return await manager.post(f"{path}/end", said, version=version)

    refused = await go()
    assert problem_of(refused, 409, "still_responsible")["facts"] == {"families": 1}
    await pass_on(api, world, made, HERE.other_assistant)
    assert (await go()).status_code in {200, 204}, way


async def waiting(api: Api) -> list[tuple[str, str]]:
    """Return what waits for the manager of the kinds that come after the work."""
    found = (await api.as_(HERE.manager).get("/worklist")).json()["waiting"]
    return [(i["kind"], i["since"]) for i in found if i["kind"].startswith("monitoring_")]


@pytest.mark.rule("E14")
async def test_a_closed_case_waits_for_a_decision_about_its_monitoring(
    api: Api, world: World
) -> None:
    made = await closed(api, world, monitoring=False)
    assert await waiting(api) == [("monitoring_to_decide", "2026-03-10")]
    version = await version_of(world, made.case)
    await api.as_(HERE.manager).post(f"/cases/{made.case}/monitoring", {}, version=version)
    assert await waiting(api) == []


@pytest.mark.rule("E14")
@pytest.mark.parametrize(("day", "told"), [(date(2026, 9, 9), False), (date(2026, 9, 10), True)])
async def test_a_monitoring_that_is_over_waits_to_be_ended(
    api: Api, world: World, day: date, *, told: bool
) -> None:
    made = await closed(api, world)
    api.clock.go_to(day)
    assert await waiting(api) == [("monitoring_to_end", "2026-09-10")] * told
    if told:
        await end(api, world, made, day)
        assert await waiting(api) == []
