"""Act: after the work the assistant monitors the family (E14, C14)."""

from datetime import date

import pytest

from app.domain.caseload.queries import list_places
from app.domain.caseload.rules import Duty
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.covers import put_settings
from tests.factories.endings import (
    make_assisted,
    state_of,
    version_of,
)
from tests.factories.monitorings import CHECK, END, check, closed, end, shown
from tests.factories.people import ELSEWHERE, HERE, Person, World


@pytest.mark.rule("E14")
async def test_monitoring_begins_with_the_closure_by_the_last_assistant(
    api: Api, world: World
) -> None:
    made = await closed(api, world)
    found = await shown(api, made)
    assert (found["running"], found["case_state"]) == (True, "monitoring")
    assert found["assistant"]["id"] == str(HERE.assistant.id)
    assert (found["starts_on"], found["planned_end"]) == ("2026-03-10", "2026-09-10")
    assert found["next_check_on"] == "2026-06-10"
    assert found["warnings"] == []


@pytest.mark.rule("C14")
async def test_a_monitored_family_takes_no_place(api: Api, world: World) -> None:
    await closed(api, world)
    async with world.acting() as act:
        places = await list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
        assert [place.ends_on for place in places] == [act.today]


@pytest.mark.rule("C14")
async def test_more_monitored_families_than_set_are_a_warning(api: Api, world: World) -> None:
    setting = {"valid_from": "2026-03-10", "monitored_family_limit": 1}
    assert (await api.as_(HERE.manager).post("/centre/settings", setting)).status_code == 201
    first = await closed(api, world)
    second = await closed(api, world)
    assert (await shown(api, first))["warnings"] == []
    assert [w["rule"] for w in (await shown(api, second))["warnings"]] == ["C14"]


async def test_the_manager_may_name_another_assistant(api: Api, world: World) -> None:
    made = await closed(api, world, monitoring_assistant_id=str(HERE.other_assistant.id))
    found = await shown(api, made, HERE.other_assistant)
    assert found["assistant"]["id"] == str(HERE.other_assistant.id)
    assert (await api.as_(HERE.assistant).get(f"/cases/{made.case}/monitoring")).status_code == 404


async def test_only_an_assistant_monitors(api: Api, world: World) -> None:
    made = await closed(api, world, monitoring=False)
    said = {"assistant_id": str(HERE.social_worker.id)}
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/monitoring"
    response = await api.as_(HERE.manager).post(path, said, version=version)
    assert response.status_code == 409, response.text
    assert response.json()["type"].endswith(":not_an_assistant")


async def test_monitoring_may_begin_later(api: Api, world: World) -> None:
    made = await closed(api, world, monitoring=False)
    assert (await api.as_(HERE.manager).get(f"/cases/{made.case}/monitoring")).status_code == 404
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/monitoring"
    response = await api.as_(HERE.manager).post(path, {}, version=version)
    assert response.status_code == 201, response.text
    assert response.json()["assistant"]["id"] == str(HERE.assistant.id)
    again = await api.as_(HERE.manager).post(path, {}, version=response.json()["case_version"])
    problem_of(again, 409, "illegal_step")


async def test_a_family_that_nobody_worked_with_needs_a_name(api: Api, world: World) -> None:
    made = await make_assisted(world)
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        fresh = Case(
            family_id=made.family,
            state=CaseState.CLOSED,
            opened_on=act.today,
            social_worker_id=HERE.social_worker.id,
        )
        case.state = CaseState.ARCHIVED
        await act.flush()
        act.add(fresh)
    path = f"/cases/{fresh.id}/monitoring"
    problem_of(await api.as_(HERE.manager).post(path, {}, version=1), 422, "E14")


@pytest.mark.rule("E14")
async def test_a_check_settles_what_was_due_until_the_period_is_covered(
    api: Api, world: World
) -> None:
    made = await closed(api, world)
    api.clock.go_to(date(2026, 6, 5))
    response = await check(api, made, date(2026, 6, 5))
    assert response.status_code == 201, response.text
    assert (await shown(api, made))["next_check_on"] == "2026-09-10"
    api.clock.go_to(date(2026, 9, 10))
    await check(api, made, date(2026, 9, 10), risk="serious", mode="phone")
    found = await shown(api, made)
    assert found["next_check_on"] is None
    assert [item["risk"] for item in found["checks"]] == ["serious", "none"]
    read = await api.as_(HERE.manager).get(response.headers["location"])
    assert read.json() == response.json()


async def test_the_assistant_may_set_the_next_check(api: Api, world: World) -> None:
    made = await closed(api, world)
    await check(api, made, date(2026, 3, 10), next_on="2026-04-01")
    assert (await shown(api, made))["next_check_on"] == "2026-04-01"


@pytest.mark.parametrize("changes", [{"next_on": "2026-03-10"}, {"next_on": "2026-09-11"}])
async def test_the_next_check_lies_within_the_monitoring(
    api: Api, world: World, changes: dict[str, str]
) -> None:
    made = await closed(api, world)
    problem_of(await check(api, made, date(2026, 3, 10), **changes), 422, "E14")


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 11)])
async def test_a_check_is_made_from_the_closure_to_today(api: Api, world: World, day: date) -> None:
    made = await closed(api, world)
    problem_of(await check(api, made, day), 422, "E14")


async def test_work_that_goes_on_is_not_monitored(api: Api, world: World) -> None:
    made = await make_assisted(world)
    problem_of(await check(api, made, date(2026, 3, 10)), 409, "illegal_step")


@pytest.mark.parametrize("person", [HERE.manager, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_an_assistant_checks(api: Api, world: World, person: Person) -> None:
    made = await closed(api, world)
    said = CHECK | {"checked_on": "2026-03-10"}
    response = await api.as_(person).post(f"/cases/{made.case}/monitoring-checks", said)
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_assistant, ELSEWHERE.assistant])
async def test_a_foreign_family_does_not_exist(api: Api, world: World, person: Person) -> None:
    made = await closed(api, world)
    stranger = api.as_(person)
    said = CHECK | {"checked_on": "2026-03-10"}
    assert (await stranger.get(f"/cases/{made.case}/monitoring")).status_code == 404
    path = f"/cases/{made.case}/monitoring-checks"
    assert (await stranger.post(path, said)).status_code == 404


@pytest.mark.rule("K8")
async def test_the_end_of_monitoring_archives_the_case(api: Api, world: World) -> None:
    made = await closed(api, world)
    api.clock.go_to(date(2026, 9, 10))
    response = await end(api, world, made, date(2026, 9, 10), retention_until="2037-01-01")
    assert response.status_code == 200, response.text
    found = response.json()
    assert (found["running"], found["case_state"]) == (False, "archived")
    assert (found["ended_on"], found["outcome"]) == ("2026-09-10", END["outcome"])
    assert found["next_check_on"] is None
    archived = await api.as_(HERE.manager).get(f"/cases/{made.case}/archive")
    assert archived.json()["retention_until"] == "2037-01-01"
    assistant = api.as_(HERE.assistant)
    async with world.acting() as act:
        assert (await act.find(Case, made.case)).state is CaseState.ARCHIVED
    path = f"/cases/{made.case}/monitoring-checks"
    said = CHECK | {"checked_on": "2026-09-10"}
    assert (await assistant.post(path, said)).status_code in {404, 409}


@pytest.mark.rule("K8")
async def test_the_centres_own_category_is_that_of_a_monitored_case_too(
    api: Api, world: World
) -> None:
    made = await closed(api, world)
    api.clock.go_to(date(2026, 9, 10))
    missing = await end(api, world, made, date(2026, 9, 10), retention_category=None)
    assert problem_of(missing, 422, "K8")["type"].endswith("retention_category_missing")
    await put_settings(api, retention_category="BE-5")
    await end(api, world, made, date(2026, 9, 10), retention_category=None)
    archived = await api.as_(HERE.manager).get(f"/cases/{made.case}/archive")
    assert archived.json()["retention_category"] == "BE-5"


@pytest.mark.parametrize(
    ("day", "changes", "code"),
    [
        (date(2026, 3, 9), {}, "E14"),
        (date(2026, 3, 11), {}, "E14"),
        (date(2026, 3, 10), {"retention_until": "2026-03-10", "retention_category": "A"}, "K8"),
        (date(2026, 3, 10), {"retention_until": "2036-12-31"}, "K8"),
    ],
)
async def test_monitoring_ends_between_its_start_and_today_and_the_file_is_kept(
    api: Api, world: World, day: date, changes: dict[str, str], code: str
) -> None:
    made = await closed(api, world)
    problem_of(await end(api, world, made, day, **changes), 422, code)
    kept = await end(api, world, made, date(2026, 3, 10), retention_until="2037-01-01")
    assert kept.status_code == 200, kept.text


@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker])
async def test_nobody_but_the_manager_ends_it(api: Api, world: World, person: Person) -> None:
    made = await closed(api, world)
    said = END | {"ended_on": "2026-03-10"}
    response = await api.as_(person).post(f"/cases/{made.case}/monitoring-end", said, version=1)
    problem_of(response, 403, "not_your_role")


async def test_after_a_relapse_the_old_monitoring_no_longer_runs(api: Api, world: World) -> None:
    made = await closed(api, world)
    async with world.acting() as act:
        (await act.find(Case, made.case)).state = CaseState.ARCHIVED
    found = await shown(api, made, HERE.manager)
    assert (found["running"], found["ended_on"], found["next_check_on"]) == (False, None, None)
    assert found["allowed_actions"] == []
    assert await state_of(world, made.case) is CaseState.ARCHIVED


async def test_a_relapse_ends_the_right_of_who_monitored(api: Api, world: World) -> None:
    """The new case will have its own assistant; until then nobody assists this family."""
    made = await closed(api, world)
    assistant = api.as_(HERE.assistant)
    assert (await assistant.get(f"/families/{made.family}")).status_code == 200
    said = {
        "family_id": str(made.family),
        "received_on": "2026-03-10",
        "source": "family",
        "urgent": False,
        "description": "Matka prosi o ponowną pomoc.",
        "previous_case_id": str(made.case),
    }
    response = await api.as_(HERE.social_worker).post("/signals", said)
    assert response.status_code == 201, response.text
    problem_of(await assistant.get(f"/families/{made.family}"), 404, "not_found")
