"""Act: the manager analyses the application, returns, refuses or redirects it."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.referrals import rules
from app.domain.referrals.rules import ReferralState
from tests.factories.api import Api, problem_of
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.referrals import make_referral

RETURN = {
    "reason": "Brakuje informacji o dochodach.",
    "missing": ["dochody", "warunki mieszkaniowe"],
}
REFUSAL = {"reason": "Rodzina wyprowadziła się przed decyzją."}
REDIRECTION = {
    "route": "commissioned_entity",
    "target": "Stowarzyszenie „Dom”",
    "reason": "Pracę z rodziną zlecono stowarzyszeniu.",
}
DECISIONS: list[tuple[str, dict[str, Any], str]] = [
    ("return", RETURN, "returned"),
    ("refusal", REFUSAL, "refused"),
    ("redirection", REDIRECTION, "redirected"),
]


async def test_the_manager_takes_a_submitted_application_up(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.APPLICATION_SUBMITTED)
    response = await api.as_(HERE.manager).post(f"/referrals/{referral}/analysis", version=1)
    assert response.status_code == 200, response.text
    assert response.json()["state"] == "under_analysis"
    assert response.json()["analysis_begun_on"] == "2026-03-10"
    possible = {a["action"] for a in response.json()["allowed_actions"] if a["allowed"]}
    assert possible == {
        *("return_application", "refuse_application", "redirect_application", "assign")
    }


@pytest.mark.rule("B8")
@pytest.mark.rule("B6")
@pytest.mark.parametrize(("command", "said", "state"), DECISIONS)
async def test_each_decision_is_kept_with_its_reason_and_its_author(
    api: Api, world: World, command: str, said: dict[str, Any], state: str
) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    manager = api.as_(HERE.manager)
    response = await manager.post(f"/referrals/{referral}/{command}", said, version=1)
    assert response.status_code == 200, response.text
    assert response.json()["state"] == state
    (decision,) = response.json()["decisions"]
    assert decision["kind"] == state
    assert decision["decided_on"] == "2026-03-10"
    assert decision["by"]["id"] == str(HERE.manager.id)
    assert {name: decision[name] for name in said} == said


@pytest.mark.rule("B8")
@pytest.mark.parametrize(("command", "said", "state"), DECISIONS)
async def test_without_a_reason_there_is_no_decision(
    api: Api, world: World, command: str, said: dict[str, Any], state: str
) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    without = {name: value for name, value in said.items() if name != "reason"}
    manager = api.as_(HERE.manager)
    response = await manager.post(f"/referrals/{referral}/{command}", without, version=1)
    problem_of(response, 422, "B8")
    shown = (await manager.get(f"/referrals/{referral}")).json()
    assert (shown["state"], shown["decisions"]) == ("under_analysis", [])
    assert shown["state"] != state


async def test_a_returned_application_goes_round_again_and_keeps_its_record(
    api: Api, world: World
) -> None:
    referral, _ = await make_referral(world, CaseState.CONSENT_GIVEN)
    worker, manager = api.as_(HERE.social_worker), api.as_(HERE.manager)
    path = f"/referrals/{referral}"
    for version, (caller, command, said) in enumerate(
        [
            (worker, "submission", None),
            (manager, "analysis", None),
            (manager, "return", RETURN),
            (worker, "submission", None),
            (manager, "analysis", None),
            (manager, "refusal", REFUSAL),
        ],
        start=1,
    ):
        response = await caller.post(f"{path}/{command}", said, version=version)
        assert response.status_code == 200, response.text
        assert response.headers["etag"] == f'"{version + 1}"'
    assert [d["kind"] for d in response.json()["decisions"]] == ["returned", "refused"]
    listed = await manager.get("/referrals?state=refused")
    assert listed.json()["items"][0]["decision_due_on"] is None


@pytest.mark.parametrize(("command", "said", "state"), DECISIONS)
async def test_decisions_follow_an_analysis(
    api: Api, world: World, command: str, said: dict[str, Any], state: str
) -> None:
    referral, _ = await make_referral(world, CaseState.APPLICATION_SUBMITTED)
    response = await api.as_(HERE.manager).post(f"/referrals/{referral}/{command}", said, version=1)
    problem = problem_of(response, 409, "illegal_step")
    assert problem["facts"]["state"] != state


@pytest.mark.rule("B6")
async def test_a_redirection_names_one_of_the_two_routes_of_the_act(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    response = await api.as_(HERE.manager).post(
        f"/referrals/{referral}/redirection", REDIRECTION | {"route": "own"}, version=1
    )
    problem_of(response, 422, "invalid")


@pytest.mark.rule("B6")
@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_decides(api: Api, world: World, person: Person) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    for command, said, _ in [*DECISIONS, ("analysis", None, "")]:
        response = await api.as_(person).post(f"/referrals/{referral}/{command}", said, version=1)
        problem_of(response, 403, "not_your_role")


async def test_the_manager_of_another_centre_finds_nothing(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    manager = api.as_(ELSEWHERE.manager)
    problem_of(await manager.get(f"/referrals/{referral}"), 404, "not_found")
    for command, said, _ in DECISIONS:
        response = await manager.post(f"/referrals/{referral}/{command}", said, version=1)
        problem_of(response, 404, "not_found")


async def test_a_stale_version_decides_nothing(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    manager = api.as_(HERE.manager)
    stale = await manager.post(f"/referrals/{referral}/refusal", REFUSAL, version=7)
    problem_of(stale, 412, "stale")
    missing = await manager.post(f"/referrals/{referral}/refusal", REFUSAL)
    problem_of(missing, 428, "no_precondition")


@pytest.mark.parametrize("case_state", CaseState)
async def test_the_list_filters_by_the_state_that_the_rule_says(
    api: Api, world: World, case_state: CaseState
) -> None:
    """The list's SQL and the pure rule agree on every state of the case."""
    referral, made = await make_referral(world, case_state)
    shown = (await api.as_(HERE.manager).get(f"/referrals/{referral}")).json()
    expected = rules.referral_state(
        case_state,
        submitted=shown["submitted_on"] is not None,
        assigned=await _work_started(world, made.case),
    )
    assert shown["state"] == expected
    for state in ReferralState:
        listed = (await api.as_(HERE.manager).get(f"/referrals?state={state}")).json()["items"]
        assert [item["id"] for item in listed] == ([str(referral)] if state is expected else [])


async def _work_started(world: World, case_id: UUID) -> bool:
    async with world.acting() as act:
        return (await act.find(Case, case_id)).work_started_on is not None


async def test_the_list_comes_in_pages(api: Api, world: World) -> None:
    made = [(await make_referral(world, CaseState.UNDER_ANALYSIS))[0] for _ in range(3)]
    manager = api.as_(HERE.manager)
    first = (await manager.get("/referrals?limit=2")).json()
    assert [item["id"] for item in first["items"]] == [str(made[2]), str(made[1])]
    rest = (await manager.get(f"/referrals?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in rest["items"]] == [str(made[0])]
