"""Act: the family consents to working with an assistant, or refuses."""

from typing import Any
from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.consents import add_father, consent_in, consent_refused
from tests.factories.people import ELSEWHERE, HERE, World


def consent(*signers: object, **changes: Any) -> dict[str, Any]:
    return {
        "signed_on": "2026-03-10",
        "signer_ids": [str(signer) for signer in signers],
        "form": "written",
        "document_ref": "ZG/7/2026",
        "scope": "Współpraca z asystentem rodziny.",
        "information_clause_handed": True,
    } | changes


def refusal(made: MadeCase, **changes: Any) -> dict[str, Any]:
    return {
        "refused_on": "2026-03-10",
        "by": [str(made.mother)],
        "form": "oral",
        "note": "Matka nie widzi potrzeby pomocy.",
        "court_notice_considered": True,
        "court_notice_reason": "Dzieci są bezpieczne.",
    } | changes


async def state_of(world: World, made: MadeCase) -> CaseState:
    async with world.acting() as act:
        return (await act.find(Case, made.case)).state


@pytest.mark.rule("A1")
async def test_consent_moves_the_case_and_covers_it(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    worker, path = api.as_(HERE.social_worker), f"/cases/{made.case}/consents"
    response = await worker.post(path, consent(made.mother))
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["state"] == "active"
    assert [signed["person_id"] for signed in body["signatures"]] == [str(made.mother)]
    assert [found["allowed"] for found in body["allowed_actions"]] == [True]
    assert (await worker.get(response.headers["location"])).json() == body
    listed = (await worker.get(path)).json()["items"]
    assert [found["id"] for found in listed] == [body["id"]]
    assert await state_of(world, made) is CaseState.CONSENT_GIVEN
    assert await consent_refused(world, made.case) is None


@pytest.mark.rule("A1")
async def test_the_other_parent_joins_later_and_only_then_it_covers(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    father = await add_father(world, made)
    worker, path = api.as_(HERE.social_worker), f"/cases/{made.case}/consents"
    await worker.post(path, consent(made.mother))
    assert await consent_refused(world, made.case) == [str(father)]
    second = await worker.post(path, consent(father))
    assert second.status_code == 201, second.text
    assert await consent_refused(world, made.case) is None
    assert await state_of(world, made) is CaseState.CONSENT_GIVEN


@pytest.mark.rule("A1")
async def test_who_signs_takes_part_again(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    father = await add_father(world, made, participates=False)
    assert await consent_refused(world, made.case) is None
    path = f"/cases/{made.case}/consents"
    joined = await api.as_(HERE.social_worker).post(path, consent(father))
    assert joined.status_code == 201, joined.text
    withdrawal = {
        "withdrawn_on": "2026-03-10",
        "signer_id": str(made.mother),
        "form": "oral",
        "risk_to_children": False,
        "continues_without": True,
    }
    first = (await api.as_(HERE.social_worker).get(path)).json()["items"][0]
    mothers = f"/consents/{first['id']}/withdrawal"
    response = await api.as_(HERE.social_worker).post(mothers, withdrawal, version=1)
    assert response.status_code == 200, response.text
    assert await consent_refused(world, made.case) is None


@pytest.mark.rule("A1")
@pytest.mark.parametrize("who", ["child", "stranger"])
async def test_only_holders_of_parental_authority_sign(api: Api, world: World, who: str) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    signer = made.child if who == "child" else uuid4()
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/consents", consent(made.mother, signer)
    )
    problem = problem_of(response, 422, "A1")
    assert problem["facts"]["without"] == [str(signer)]


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    "changes",
    [
        {"document_ref": None},
        {"form": "oral", "document_ref": None},
        {"signed_on": "2026-03-09"},
        {"signed_on": "2026-03-11"},
    ],
)
async def test_consent_is_written_documented_after_the_offer_and_not_of_the_future(
    api: Api, world: World, changes: dict[str, Any]
) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/consents", consent(made.mother, **changes)
    )
    problem_of(response, 422, "A2")


@pytest.mark.rule("A2")
async def test_a_centre_may_accept_oral_consent(api: Api, world: World) -> None:
    settings = {"valid_from": "2026-03-10", "written_consent_required": False}
    assert (await api.as_(HERE.manager).post("/centre/settings", settings)).status_code == 201
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    said = consent(made.mother, form="oral", document_ref=None)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/consents", said)
    assert response.status_code == 201, response.text


@pytest.mark.rule("A2")
async def test_without_an_offer_there_is_no_answer(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    worker = api.as_(HERE.social_worker)
    answers = [
        await worker.post(f"/cases/{made.case}/consents", consent(made.mother)),
        await worker.post(f"/cases/{made.case}/consent-refusals", refusal(made)),
    ]
    for answer in answers:
        problem_of(answer, 409, "A2")


@pytest.mark.parametrize("state", [CaseState.CONSENT_REFUSED, CaseState.CLOSED])
async def test_in_other_states_no_consent_is_recorded(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/consents", consent(made.mother)
    )
    problem_of(response, 409, "illegal_step")


@pytest.mark.rule("A1")
async def test_a_refusal_is_recorded_and_the_offer_may_be_repeated(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    worker, path = api.as_(HERE.social_worker), f"/cases/{made.case}/consent-refusals"
    response = await worker.post(path, refusal(made))
    assert response.status_code == 201, response.text
    assert (await worker.get(response.headers["location"])).json() == response.json()
    assert await state_of(world, made) is CaseState.CONSENT_REFUSED
    problem_of(await worker.post(path, refusal(made)), 409, "illegal_step")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"refused_on": "2026-03-09"}, "A2"),
        ({"refused_on": "2026-03-11"}, "A2"),
        ({"by": [str(uuid4())]}, "A1"),
        ({"by": []}, "invalid"),
    ],
)
async def test_a_refusal_out_of_time_or_by_a_stranger_is_not_recorded(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/consent-refusals", refusal(made, **changes)
    )
    problem_of(response, 422, code)


@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_only_a_social_worker_records_the_answer(api: Api, world: World, person: Any) -> None:
    made = await make_case(world, CaseState.OFFER_PRESENTED)
    caller = api.as_(person)
    response = await caller.post(f"/cases/{made.case}/consents", consent(made.mother))
    problem_of(response, 403, "not_your_role")
    response = await caller.post(f"/cases/{made.case}/consent-refusals", refusal(made))
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.social_worker])
async def test_out_of_scope_neither_case_nor_consent_exists(
    api: Api, world: World, person: Any
) -> None:
    made = await make_case(world, CaseState.CONSENT_GIVEN)
    stranger = api.as_(person)
    response = await stranger.post(f"/cases/{made.case}/consents", consent(made.mother))
    problem_of(response, 404, "not_found")
    path = f"/consents/{await consent_in(world, made.case)}"
    problem_of(await stranger.get(path), 404, "not_found")
    problem_of(await stranger.get(f"/cases/{made.case}/consents"), 404, "not_found")
