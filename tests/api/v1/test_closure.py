"""Act: the manager closes the case on the assistant's motion (E13, A5, 2.4)."""

from datetime import date
from typing import Any

import pytest
from httpx import Response

from app.domain.assignments.queries import list_lasting
from app.domain.caseload.queries import list_places
from app.domain.caseload.rules import Duty
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.consents.rules import ConsentForm
from app.domain.consents.tables import Consent, ConsentWithdrawal
from app.domain.deadlines.queries import list_open
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.consents import make_consent
from tests.factories.endings import (
    add_final_assessment,
    closure,
    draft,
    make_assisted,
    state_of,
    version_of,
)
from tests.factories.people import ELSEWHERE, HERE, Person, World


async def move(api: Api, made: MadeCase) -> str:
    """Move for closure as the assistant; return the motion's id."""
    said = {"kind": "closure", "closure_reason": "goals_achieved"}
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def close(api: Api, world: World, made: MadeCase, **changes: Any) -> Response:
    """Close as the manager."""
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/closure"
    return await api.as_(HERE.manager).post(path, closure(api, **changes), version=version)


async def blockers(api: Api, made: MadeCase, person: Person = HERE.manager) -> list[str]:
    """Return the types of what stands against closing."""
    response = await api.as_(person).get(f"/cases/{made.case}/closure-blockers")
    assert response.status_code == 200, response.text
    return [item["type"] for item in response.json()["items"]]


async def ready(api: Api, world: World, state: CaseState = CaseState.IN_PROGRESS) -> MadeCase:
    """Make a case that may be closed: a final assessment and a motion."""
    made = await make_assisted(world, state)
    await add_final_assessment(world, made)
    await move(api, made)
    return made


async def withdraw(world: World, made: MadeCase, *, risk: bool = False) -> None:
    """Let the mother take her consent back, as the rows say it."""
    consent_id = await make_consent(world, made)
    async with world.acting() as act:
        consent = await act.find(Consent, consent_id)
        act.add(
            ConsentWithdrawal(
                case_id=made.case,
                family_id=made.family,
                consent_id=consent.id,
                withdrawn_on=act.today,
                signer_id=made.mother,
                form=ConsentForm.WRITTEN,
                risk_to_children=risk,
                risk_note="Przemoc domowa." if risk else None,
                continues_without=False,
            )
        )
        (await act.find(Case, made.case)).consent_withdrawn_on = act.today


@pytest.mark.rule("E13")
@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.SUSPENDED])
async def test_the_work_ends_with_all_that_belongs_to_it(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_assisted(world, state)
    final = await add_final_assessment(world, made)
    motion = await move(api, made)
    assert await blockers(api, made) == []
    response = await close(api, world, made, monitoring=False)
    assert response.status_code == 201, response.text
    found = response.json()
    assert (found["case_state"], found["reported_as"]) == ("closed", "goals_achieved")
    assert (found["motion_id"], found["final_assessment_id"]) == (motion, str(final))
    assert [warning["rule"] for warning in found["warnings"]] == ["E14"]
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        assert case.closed_on == date(2026, 3, 10)
        assert await list_open(act, case) == []
        assert await list_lasting(act, made.case, act.today) == []
        (place,) = await list_places(act, HERE.assistant.id, Duty.ASSISTANCE)
        assert place.ends_on == act.today


async def test_the_closed_case_is_shown_to_the_manager(api: Api, world: World) -> None:
    made = await ready(api, world)
    closed = await close(api, world, made, monitoring=False)
    shown = await api.as_(HERE.manager).get(closed.headers["location"])
    assert shown.json() == closed.json()


async def test_everything_that_stands_against_closing_is_listed(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await draft(api, made)
    assert await blockers(api, made, HERE.assistant) == [
        *("motion_missing", "assessment_unfinished", "final_assessment_missing"),
    ]
    problem = problem_of(await close(api, world, made), 409, "E13")
    assert problem["type"].endswith(":motion_missing")
    assert problem["facts"]["blockers"] == await blockers(api, made)


async def test_a_blocker_names_its_article_in_both_languages(api: Api, world: World) -> None:
    made = await make_assisted(world)
    response = await api.as_(HERE.manager).get(f"/cases/{made.case}/closure-blockers")
    for item in response.json()["items"]:
        assert item["legal_basis"]
        assert item["text"]["pl"] != item["text"]["en"]


async def test_the_final_assessment_must_be_handed_over(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await move(api, made)
    problem = problem_of(await close(api, world, made), 409, "E13")
    assert problem["facts"]["blockers"] == ["final_assessment_missing"]


async def test_a_centre_may_close_without_a_final_assessment(api: Api, world: World) -> None:
    setting = {"valid_from": "2026-03-10", "final_assessment_required": False}
    assert (await api.as_(HERE.manager).post("/centre/settings", setting)).status_code == 201
    made = await make_assisted(world)
    await move(api, made)
    assert (await close(api, world, made)).status_code == 201


@pytest.mark.rule("A5")
async def test_a_childs_placement_is_never_a_reason(api: Api, world: World) -> None:
    made = await ready(api, world)
    problem = problem_of(await close(api, world, made, reason="child_placed"), 409, "A5")
    assert "art. 10 ust. 4" in problem["legal_basis"]
    assert await state_of(world, made.case) is CaseState.IN_PROGRESS


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reason": "other"}, 422, "E13"),
        ({"reason": "tired"}, 422, "invalid"),
        ({"closed_on": "2026-03-11"}, 422, "E13"),
        ({"closed_on": "2026-03-09"}, 422, "E13"),
        ({"reason": "moved_out", "monitoring": True}, 409, "E14"),
    ],
)
async def test_a_closure_has_a_reason_and_a_day_that_hold(
    api: Api, world: World, changes: dict[str, Any], status: int, code: str
) -> None:
    made = await ready(api, world)
    problem_of(await close(api, world, made, **changes), status, code)


async def test_a_technical_reason_is_reported_as_one_of_the_four(api: Api, world: World) -> None:
    made = await ready(api, world)
    response = await close(api, world, made, reason="moved_out", monitoring=False)
    assert response.json()["reported_as"] == "family_ceased_cooperation"
    assert response.json()["warnings"] == []


@pytest.mark.rule("2.4")
async def test_before_the_plan_only_a_withdrawal_closes(api: Api, world: World) -> None:
    made = await ready(api, world, CaseState.FIRST_VISIT_DONE)
    problem = problem_of(await close(api, world, made), 409, "2.4")
    assert problem["type"].endswith(":work_not_begun")


@pytest.mark.rule("2.4")
async def test_a_withdrawal_closes_as_ceased_cooperation_without_a_motion(
    api: Api, world: World
) -> None:
    made = await make_assisted(world, CaseState.FIRST_VISIT_DONE)
    await add_final_assessment(world, made)
    await withdraw(world, made)
    problem_of(await close(api, world, made), 409, "2.4")
    reason = {"reason": "family_ceased_cooperation", "monitoring": False}
    assert (await close(api, world, made, **reason)).status_code == 201


@pytest.mark.rule("2.4")
async def test_a_risk_is_answered_before_the_case_is_closed(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await add_final_assessment(world, made)
    await withdraw(world, made, risk=True)
    assert await blockers(api, made) == ["risk_unanswered"]
    reason = {"reason": "family_ceased_cooperation", "monitoring": False}
    problem_of(await close(api, world, made, **reason), 409, "2.4")
    answered = reason | {"risk_handled": "Zawiadomiono sąd; założono NK-A."}
    response = await close(api, world, made, **answered)
    assert response.json()["risk_handled"] == answered["risk_handled"]


async def test_a_closed_case_is_not_closed_again(api: Api, world: World) -> None:
    made = await ready(api, world)
    await close(api, world, made, monitoring=False)
    problem_of(await close(api, world, made), 409, "illegal_step")
    assert await blockers(api, made) == ["illegal_step"]


async def test_the_case_must_not_have_changed(api: Api, world: World) -> None:
    made = await ready(api, world)
    path = f"/cases/{made.case}/closure"
    response = await api.as_(HERE.manager).post(path, closure(api), version=99)
    problem_of(response, 412, "stale")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_the_manager_closes(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    response = await api.as_(person).post(f"/cases/{made.case}/closure", closure(api), version=1)
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [ELSEWHERE.manager, HERE.other_assistant])
async def test_a_foreign_case_has_neither_blockers_nor_closure(
    api: Api, world: World, person: Person
) -> None:
    made = await make_assisted(world)
    stranger = api.as_(person)
    assert (await stranger.get(f"/cases/{made.case}/closure-blockers")).status_code == 404
    assert (await stranger.get(f"/cases/{made.case}/closure")).status_code == 404
