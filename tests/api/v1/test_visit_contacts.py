"""Acts around contact: a visit that fails, and how often the family is seen."""

from datetime import date

import pytest

from app.domain.cases.rules import CaseState
from app.domain.centres.tables import CentreSettings
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.visits import visit_said, withdraw_consent

FAILED = {"planned_on": "2026-03-10", "reason": "nobody_home", "note": "Dzwoniono dwa razy."}


async def test_a_failed_visit_is_an_attempt_and_no_contact(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/failed-visits"
    response = await assistant.post(path, FAILED)
    assert response.status_code == 201, response.text
    assert response.json()["reason"] == "nobody_home"
    assert (await assistant.get(response.headers["location"])).json() == response.json()
    assert (await api.as_(HERE.manager).get(path)).json()["items"] == [response.json()]
    contacts = (await assistant.get(f"/cases/{made.case}/contacts")).json()
    assert (contacts["contacts"], contacts["failed_visits"]) == (0, 1)
    problem_of(
        await api.as_(HERE.other_assistant).get(response.headers["location"]), 404, "not_found"
    )
    problem_of(await api.as_(ELSEWHERE.manager).get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("planned_on", "code"),
    [("2026-03-11", "visit_in_future"), ("2026-03-09", "visit_before_assignment")],
)
async def test_an_attempt_lies_between_the_assignment_and_today(
    api: Api, world: World, planned_on: str, code: str
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = FAILED | {"planned_on": planned_on}
    path = f"/cases/{made.case}/failed-visits"
    problem_of(await api.as_(HERE.assistant).post(path, said), 422, code)


async def test_the_first_visit_may_fail_too(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/failed-visits", FAILED)
    assert response.status_code == 201, response.text


async def test_a_refusal_is_recorded_even_when_consent_is_gone(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await withdraw_consent(world, made)
    said = FAILED | {"reason": "refused_entry"}
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/failed-visits", said)
    assert response.status_code == 201, response.text


async def test_a_failed_visit_belongs_to_the_assistant_and_to_the_work(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.SUSPENDED)
    path = f"/cases/{made.case}/failed-visits"
    problem_of(await api.as_(HERE.assistant).post(path, FAILED), 409, "illegal_step")
    problem_of(await api.as_(HERE.social_worker).post(path, FAILED), 403, "not_your_role")
    problem_of(await api.as_(HERE.other_assistant).post(path, FAILED), 404, "not_found")


@pytest.mark.rule("E10")
async def test_contact_falls_behind_when_the_period_has_run(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/contacts"
    await assistant.post(f"/cases/{made.case}/visits", visit_said(made))
    clock.travel(days=6)
    contacts = (await assistant.get(path)).json()
    assert contacts["standing"] == "ok"
    assert (contacts["period_from"], contacts["period_to"]) == ("2026-03-10", "2026-03-16")
    assert (contacts["contacts"], contacts["last_contact_on"]) == (1, "2026-03-10")
    assert contacts["rule"] == "E10"
    clock.travel(days=1)
    contacts = (await assistant.get(path)).json()
    assert (contacts["standing"], contacts["contacts"]) == ("behind", 0)


@pytest.mark.rule("E10")
async def test_the_centres_setting_says_how_much_is_enough(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    async with world.acting() as act:
        act.add(CentreSettings(valid_from=date(2026, 1, 1), contact_count=2))
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/contacts"
    clock.travel(days=7)
    await assistant.post(f"/cases/{made.case}/visits", visit_said(made, held_on="2026-03-17"))
    contacts = (await assistant.get(path)).json()
    assert (contacts["contact_count"], contacts["standing"]) == (2, "behind")
    await assistant.post(f"/cases/{made.case}/visits", visit_said(made, held_on="2026-03-12"))
    assert (await assistant.get(path)).json()["standing"] == "ok"


@pytest.mark.rule("E10")
async def test_a_suspended_case_is_not_behind(api: Api, world: World, clock: TestClock) -> None:
    made = await make_case(world, CaseState.SUSPENDED)
    clock.travel(days=60)
    contacts = (await api.as_(HERE.manager).get(f"/cases/{made.case}/contacts")).json()
    assert contacts["standing"] == "not_due"


async def test_contact_is_shown_within_the_scope(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    path = f"/cases/{made.case}/contacts"
    assert (await api.as_(HERE.social_worker).get(path)).status_code == 200
    for person in (HERE.other_assistant, HERE.coordinator, ELSEWHERE.manager):
        problem_of(await api.as_(person).get(path), 404, "not_found")
