"""Act: the manager accepts the application and gives the family an assistant."""

from datetime import date
from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines import queries as deadlines
from app.domain.deadlines.rules import DeadlineKind
from tests.factories.api import Api, problem_of
from tests.factories.assignments import accept, fill, make_assigned, suspend
from tests.factories.cases import MadeCase
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.referrals import make_referral, withdraw_consent

SETTINGS = "/centre/settings"


async def due(world: World, made: MadeCase) -> dict[DeadlineKind, date]:
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        return {d.kind: d.due_on for d in await deadlines.list_open(act, case)}


@pytest.mark.rule("B6")
async def test_the_manager_gives_the_family_an_assistant(api: Api, world: World) -> None:
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    response = await accept(api, referral, letter_no="ZAR.5/2026")
    assert response.status_code == 201, response.text
    shown = response.json()
    assert shown["assistant"]["id"] == str(HERE.assistant.id)
    assert (shown["kind"], shown["starts_on"], shown["last_day"]) == ("primary", "2026-03-10", None)
    assert shown["letter_no"] == "ZAR.5/2026"
    referral_shown = (await api.as_(HERE.manager).get(f"/referrals/{referral}")).json()
    assert referral_shown["state"] == "accepted"
    assert [d["kind"] for d in referral_shown["decisions"]] == ["accepted"]
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        assert (case.state, case.work_started_on) == (CaseState.ASSIGNED, act.today)


@pytest.mark.rule("E6")
async def test_the_first_visit_and_the_assessment_are_due_from_the_start_of_work(
    api: Api, world: World
) -> None:
    _, made = await make_assigned(api, world, starts_on="2026-03-31")
    assert await due(world, made) == {
        DeadlineKind.FIRST_VISIT: date(2026, 4, 14),
        DeadlineKind.PERIODIC_ASSESSMENT: date(2026, 9, 30),
    }


async def test_the_assistant_sees_the_family_from_the_first_day(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world, starts_on="2026-03-12")
    for day, status in ((11, 404), (12, 200), (13, 200)):
        api.clock.go_to(date(2026, 3, day))
        response = await api.as_(HERE.assistant).get(f"/cases/{made.case}/assignments")
        assert response.status_code == status
    stranger = await api.as_(HERE.other_assistant).get(f"/cases/{made.case}/assignments")
    problem_of(stranger, 404, "not_found")


@pytest.mark.rule("C12")
async def test_fourteen_families_leave_a_place_and_fifteen_leave_none(
    api: Api, world: World
) -> None:
    await fill(world, HERE.assistant, 14)
    await make_assigned(api, world)
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    problem = problem_of(await accept(api, referral), 409, "C12")
    assert problem["facts"] == {"families": 15, "limit": 15, "on": "2026-03-10"}
    assert "art. 15 ust. 4" in problem["legal_basis"]
    elsewhere = await accept(api, referral, HERE.other_assistant)
    assert elsewhere.status_code == 201


@pytest.mark.rule("C12")
async def test_no_override_reaches_the_statute(api: Api, world: World) -> None:
    await fill(world, HERE.assistant, 15)
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    said: dict[str, Any] = {
        "override_local_limit": True,
        "override_reason": "Rodzina mieszka obok.",
    }
    problem_of(await accept(api, referral, **said), 409, "C12")


@pytest.mark.rule("C13")
async def test_the_managers_override_exceeds_the_centres_own_limit_with_a_reason(
    api: Api, world: World
) -> None:
    manager = api.as_(HERE.manager)
    await manager.post(SETTINGS, {"valid_from": "2026-03-10", "family_limit": 10})
    await fill(world, HERE.assistant, 10)
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    problem = problem_of(await accept(api, referral), 409, "C13")
    assert problem["facts"]["limit"] == 10
    without = await accept(api, referral, override_local_limit=True)
    problem_of(without, 422, "C13")
    said: dict[str, Any] = {
        "override_local_limit": True,
        "override_reason": "Rodzina mieszka obok.",
    }
    accepted = await accept(api, referral, **said)
    assert accepted.status_code == 201, accepted.text
    assert accepted.json()["override_reason"] == said["override_reason"]


@pytest.mark.rule("A1")
async def test_without_consent_nobody_is_assigned(api: Api, world: World) -> None:
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    await withdraw_consent(world, made)
    problem_of(await accept(api, referral), 409, "A1")


@pytest.mark.rule("C10")
async def test_a_suspended_assistant_gets_no_family_however_the_start_is_dated(
    api: Api, world: World
) -> None:
    referral, _ = await make_referral(
        world, CaseState.UNDER_ANALYSIS, submitted_on=date(2026, 3, 1)
    )
    await suspend(world, HERE.assistant, date(2026, 3, 9))
    problem_of(await accept(api, referral), 409, "C10")
    problem_of(await accept(api, referral, starts_on="2026-03-02"), 409, "C10")


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.coordinator])
async def test_only_assistants_are_assigned(api: Api, world: World, person: Person) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    response = await accept(api, referral, person)
    assert problem_of(response, 409, "C16")["type"].endswith("not_an_assistant")


async def test_assistants_of_another_centre_do_not_exist(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    problem_of(await accept(api, referral, ELSEWHERE.assistant), 404, "not_found")


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("starts_on", "status"),
    [("2026-02-28", 422), ("2026-03-01", 201), ("2026-05-09", 201), ("2026-05-10", 422)],
)
async def test_a_start_lies_between_the_submission_and_sixty_days_ahead(
    api: Api, world: World, starts_on: str, status: int
) -> None:
    referral, _ = await make_referral(
        world, CaseState.UNDER_ANALYSIS, submitted_on=date(2026, 3, 1)
    )
    response = await accept(api, referral, starts_on=starts_on)
    assert response.status_code == status, response.text


@pytest.mark.rule("B9")
async def test_a_family_has_one_primary_assistant(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    assert (await accept(api, referral)).status_code == 201
    again = await api.as_(HERE.manager).post(
        f"/referrals/{referral}/acceptance",
        {"assistant_id": str(HERE.other_assistant.id)},
        version=2,
    )
    problem_of(again, 409, "illegal_step")


async def test_a_refused_acceptance_leaves_nothing(api: Api, world: World) -> None:
    await fill(world, HERE.assistant, 15)
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    await accept(api, referral)
    history = await api.as_(HERE.manager).get(f"/cases/{made.case}/assignments")
    assert history.json()["items"] == []
    shown = (await api.as_(HERE.manager).get(f"/referrals/{referral}")).json()
    assert (shown["state"], shown["decisions"], shown["version"]) == ("under_analysis", [], 1)


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_assigns(api: Api, world: World, person: Person) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    body = {"assistant_id": str(HERE.assistant.id)}
    response = await api.as_(person).post(f"/referrals/{referral}/acceptance", body, version=1)
    problem_of(response, 403, "not_your_role")


async def test_the_manager_of_another_centre_finds_nothing(api: Api, world: World) -> None:
    referral, made = await make_referral(world, CaseState.UNDER_ANALYSIS)
    manager = api.as_(ELSEWHERE.manager)
    body = {"assistant_id": str(ELSEWHERE.assistant.id)}
    response = await manager.post(f"/referrals/{referral}/acceptance", body, version=1)
    problem_of(response, 404, "not_found")
    problem_of(await manager.get(f"/cases/{made.case}/assignments"), 404, "not_found")
