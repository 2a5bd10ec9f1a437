"""Act: a person takes their consent back."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.families.tables import Person as Member
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.consents import add_consent, add_father, consent_in, consent_refused
from tests.factories.people import ELSEWHERE, HERE, Person, World


def withdrawal(signer: object, **changes: Any) -> dict[str, Any]:
    return {
        "withdrawn_on": "2026-03-10",
        "signer_id": str(signer),
        "form": "oral",
        "reason": "Rezygnacja z pomocy asystenta.",
        "risk_to_children": False,
        "continues_without": False,
    } | changes


async def case_of(world: World, made: MadeCase) -> Case:
    async with world.acting() as act:
        return await act.find(Case, made.case)


async def path_of(world: World, made: MadeCase) -> str:
    return f"/consents/{await consent_in(world, made.case)}/withdrawal"


@pytest.mark.rule("2.4")
@pytest.mark.rule("A1")
@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant])
async def test_during_the_work_the_case_stays_and_consent_no_longer_covers(
    api: Api, world: World, person: Any
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await api.as_(person).post(
        await path_of(world, made), withdrawal(made.mother), version=1
    )
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["state"] == "withdrawn"
    assert body["version"] == 2
    assert body["signatures"][0]["withdrawn_on"] == "2026-03-10"
    assert body["allowed_actions"] == []
    case = await case_of(world, made)
    assert case.state is CaseState.IN_PROGRESS
    assert str(case.consent_withdrawn_on) == "2026-03-10"
    assert await consent_refused(world, made.case) == [str(made.mother)]


@pytest.mark.rule("2.4")
@pytest.mark.parametrize("state", [CaseState.CONSENT_GIVEN, CaseState.UNDER_ANALYSIS])
async def test_before_an_assignment_the_case_is_refused(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    response = await api.as_(HERE.social_worker).post(
        await path_of(world, made), withdrawal(made.mother), version=1
    )
    assert response.status_code == 200, response.text
    assert (await case_of(world, made)).state is CaseState.CONSENT_REFUSED


@pytest.mark.rule("A1")
async def test_a_renewed_consent_lets_the_work_go_on(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.SUSPENDED)
    worker = api.as_(HERE.social_worker)
    await worker.post(await path_of(world, made), withdrawal(made.mother), version=1)
    said = {
        "signed_on": "2026-03-10",
        "signer_ids": [str(made.mother)],
        "form": "written",
        "document_ref": "ZG/8/2026",
        "scope": "Współpraca z asystentem rodziny.",
        "information_clause_handed": True,
    }
    response = await worker.post(f"/cases/{made.case}/consents", said)
    assert response.status_code == 201, response.text
    assert (await case_of(world, made)).consent_withdrawn_on is None
    assert await consent_refused(world, made.case) is None


@pytest.mark.rule("2.4")
async def test_the_other_parent_goes_on(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    father = await add_father(world, made)
    async with world.acting() as act:
        both = (await add_consent(act, made.family, made.case, made.mother, father)).id
    said = withdrawal(made.mother, continues_without=True)
    response = await api.as_(HERE.assistant).post(f"/consents/{both}/withdrawal", said, version=1)
    assert response.status_code == 200, response.text
    assert (response.json()["state"], response.json()["version"]) == ("active", 2)
    assert (await case_of(world, made)).consent_withdrawn_on is None
    assert await consent_refused(world, made.case) is None
    async with world.acting() as act:
        assert (await act.find(Member, made.mother)).participates is False


@pytest.mark.rule("2.4")
async def test_nobody_goes_on_without_the_only_signer(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = withdrawal(made.mother, continues_without=True)
    response = await api.as_(HERE.assistant).post(await path_of(world, made), said, version=1)
    problem_of(response, 422, "2.4")
    assert await consent_refused(world, made.case) is None


@pytest.mark.rule("2.4")
async def test_a_person_takes_back_all_that_they_signed(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    async with world.acting() as act:
        again = (await add_consent(act, made.family, made.case, made.mother)).id
    worker = api.as_(HERE.social_worker)
    path = f"/consents/{again}/withdrawal"
    assert (await worker.post(path, withdrawal(made.mother), version=1)).status_code == 200
    listed = (await worker.get(f"/cases/{made.case}/consents")).json()["items"]
    assert [found["state"] for found in listed] == ["withdrawn", "withdrawn"]


@pytest.mark.rule("2.4")
@pytest.mark.parametrize("risk", [True, False])
async def test_the_risk_review_is_kept_for_the_closure(
    api: Api, world: World, *, risk: bool
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    note = "Dzieci mogą zostać bez opieki." if risk else None
    said = withdrawal(made.mother, risk_to_children=risk, risk_note=note)
    response = await api.as_(HERE.assistant).post(await path_of(world, made), said, version=1)
    assert response.status_code == 200, response.text
    found = await api.as_(HERE.manager).get(f"/cases/{made.case}/closure-blockers")
    assert ("risk_unanswered" in [blocker["type"] for blocker in found.json()["items"]]) is risk


@pytest.mark.rule("2.4")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"withdrawn_on": "2026-03-09"}, "2.4"),
        ({"withdrawn_on": "2026-03-11"}, "A2"),
        ({"risk_to_children": True}, "2.4"),
        ({"risk_to_children": None}, "invalid"),
    ],
)
async def test_a_withdrawal_out_of_time_or_without_its_review_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = withdrawal(made.mother, **changes)
    response = await api.as_(HERE.assistant).post(await path_of(world, made), said, version=1)
    problem_of(response, 422, code)


@pytest.mark.rule("2.4")
async def test_only_who_has_signed_withdraws(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    father = await add_father(world, made)
    response = await api.as_(HERE.assistant).post(
        await path_of(world, made), withdrawal(father), version=1
    )
    problem_of(response, 422, "2.4")


async def test_it_is_taken_back_once_and_from_its_present_version(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    worker, path = api.as_(HERE.social_worker), await path_of(world, made)
    said = withdrawal(made.mother)
    problem_of(await worker.post(path, said), 428, "no_precondition")
    problem_of(await worker.post(path, said, version=7), 412, "stale")
    assert (await worker.post(path, said, version=1)).status_code == 200
    problem_of(await worker.post(path, said, version=2), 409, "illegal_step")


async def test_after_the_closure_there_is_nothing_to_withdraw(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CLOSED)
    response = await api.as_(HERE.social_worker).post(
        await path_of(world, made), withdrawal(made.mother), version=1
    )
    problem_of(response, 409, "illegal_step")


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [
        (HERE.manager, 403, "not_your_role"),
        (HERE.coordinator, 403, "not_your_role"),
        (HERE.other_assistant, 404, "not_found"),
        (HERE.other_social_worker, 404, "not_found"),
        (ELSEWHERE.social_worker, 404, "not_found"),
    ],
)
async def test_others_record_no_withdrawal(
    api: Api, world: World, person: Any, status: int, code: str
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await api.as_(person).post(
        await path_of(world, made), withdrawal(made.mother), version=1
    )
    problem_of(response, status, code)


async def risks(api: Api, person: Person) -> list[dict[str, Any]]:
    waiting = (await api.as_(person).get("/worklist")).json()["waiting"]
    return [task for task in waiting if task["kind"] == "risk_to_answer"]


HANDLED = {"risk_handled": "Zawiadomiono sąd opiekuńczy; wszczęto procedurę NK."}


@pytest.mark.rule("2.4")
@pytest.mark.parametrize("state", [CaseState.UNDER_ANALYSIS, CaseState.IN_PROGRESS])
async def test_a_risk_waits_for_worker_and_manager_until_it_is_answered(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    path, worker = await path_of(world, made), api.as_(HERE.social_worker)
    said = withdrawal(made.mother, risk_to_children=True, risk_note="Ojciec bije dziecko.")
    withdrawn = (await worker.post(path, said, version=1)).json()
    for person in (HERE.social_worker, HERE.manager):
        (task,) = await risks(api, person)
        assert (task["case_id"], task["since"]) == (str(made.case), "2026-03-10")
    for person in (HERE.assistant, HERE.other_social_worker, ELSEWHERE.manager):
        assert await risks(api, person) == []
    answer = path.replace("withdrawal", "risk-answer")
    problem_of(await api.as_(HERE.assistant).post(answer, HANDLED, version=2), 403, "not_your_role")
    answered = await worker.post(answer, HANDLED, version=withdrawn["version"])
    assert answered.status_code == 200, answered.text
    (kept,) = answered.json()["withdrawals"]
    assert kept["risk_handled"] == HANDLED["risk_handled"]
    assert kept["risk_handled_on"] == "2026-03-10"
    assert await risks(api, HERE.social_worker) == await risks(api, HERE.manager) == []
    again = await worker.post(answer, HANDLED, version=answered.json()["version"])
    problem_of(again, 409, "2.4")


@pytest.mark.rule("2.4")
async def test_where_no_risk_was_found_nothing_is_answered(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    path, worker = await path_of(world, made), api.as_(HERE.social_worker)
    await worker.post(path, withdrawal(made.mother), version=1)
    assert await risks(api, HERE.manager) == []
    answer = path.replace("withdrawal", "risk-answer")
    problem_of(await worker.post(answer, HANDLED, version=2), 409, "2.4")


@pytest.mark.rule("2.4")
async def test_a_file_is_not_put_away_with_the_risk_unanswered(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.UNDER_ANALYSIS)
    path, manager = await path_of(world, made), api.as_(HERE.manager)
    said = withdrawal(made.mother, risk_to_children=True, risk_note="Ojciec bije dziecko.")
    await api.as_(HERE.social_worker).post(path, said, version=1)
    kept = {"archived_on": "2026-03-10", "retention_category": "B-10"}
    away, version = f"/cases/{made.case}/archive", (await case_of(world, made)).version
    problem_of(await manager.post(away, kept, version=version), 409, "2.4")
    await manager.post(path.replace("withdrawal", "risk-answer"), HANDLED, version=2)
    version = (await case_of(world, made)).version
    assert (await manager.post(away, kept, version=version)).status_code == 201


@pytest.mark.rule("2.4")
async def test_an_answered_risk_stands_against_no_closure(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    path, worker = await path_of(world, made), api.as_(HERE.social_worker)
    said = withdrawal(made.mother, risk_to_children=True, risk_note="Ojciec bije dziecko.")
    await worker.post(path, said, version=1)
    await worker.post(path.replace("withdrawal", "risk-answer"), HANDLED, version=2)
    found = await api.as_(HERE.manager).get(f"/cases/{made.case}/closure-blockers")
    assert "risk_unanswered" not in [blocker["type"] for blocker in found.json()["items"]]


@pytest.mark.rule("2.4")
@pytest.mark.parametrize(("state", "status"), [("under_analysis", 409), ("closed", 200)])
async def test_who_has_consented_does_not_silently_cease_to_take_part(
    api: Api, world: World, state: str, status: int
) -> None:
    made = await make_case(world, CaseState(state))
    worker = api.as_(HERE.social_worker)
    silent = {"participates": False}
    response = await worker.patch(f"/members/{made.mother}", silent, version=1)
    assert response.status_code == status, response.text
    if status == 409:
        problem_of(response, 409, "2.4")
        father = await add_father(world, made)
        assert (await worker.patch(f"/members/{father}", silent, version=1)).status_code == 200
