"""Act: the social worker presents the offer of help."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import ELSEWHERE, HERE, World

OFFER = {
    "presented_on": "2026-03-10",
    "forms": ["counselling", "legal_help"],
    "support": ["day_support_centre"],
    "description": "Asystent rodziny i świetlica dla dziecka.",
    "materials_handed": True,
}


@pytest.mark.parametrize("state", [CaseState.DIAGNOSED, CaseState.CONSENT_REFUSED])
async def test_an_offer_may_follow_the_diagnosis_or_a_refusal(
    api: Api, world: World, state: CaseState
) -> None:
    made = await make_case(world, state)
    worker = api.as_(HERE.social_worker)
    response = await worker.post(f"/cases/{made.case}/offers", OFFER)
    assert response.status_code == 201, response.text
    shown = await worker.get(response.headers["location"])
    assert shown.json() == response.json()
    assert shown.json()["forms"] == OFFER["forms"]


@pytest.mark.rule("B4")
async def test_without_a_completed_interview_there_is_no_offer(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.INTERVIEW_IN_PROGRESS)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/offers", OFFER)
    problem_of(response, 409, "B4")


async def test_a_case_that_works_gets_no_offer(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/offers", OFFER)
    problem_of(response, 409, "illegal_step")


@pytest.mark.rule("B4")
@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
async def test_an_offer_before_the_interview_or_tomorrow_is_refused(
    api: Api, world: World, day: str
) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    said = OFFER | {"presented_on": day}
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/offers", said)
    problem_of(response, 422, "B4")


@pytest.mark.rule("A6")
@pytest.mark.parametrize("changes", [{"forms": ["other"]}, {"other_form": "warsztaty kulinarne"}])
async def test_another_form_is_named_and_only_then(
    api: Api, world: World, changes: dict[str, Any]
) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/offers", OFFER | changes)
    problem_of(response, 422, "A6")


@pytest.mark.rule("A4")
@pytest.mark.rule("A6")
@pytest.mark.parametrize("changes", [{"forms": ["magic"]}, {"support": ["bank"]}, {"forms": []}])
async def test_what_the_statute_does_not_know_is_refused(
    api: Api, world: World, changes: dict[str, Any]
) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/offers", OFFER | changes)
    problem_of(response, 422, "invalid")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_only_a_social_worker_presents_it(api: Api, world: World, person: Any) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    response = await api.as_(person).post(f"/cases/{made.case}/offers", OFFER)
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.social_worker])
async def test_out_of_scope_the_case_does_not_exist(api: Api, world: World, person: Any) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    response = await api.as_(person).post(f"/cases/{made.case}/offers", OFFER)
    problem_of(response, 404, "not_found")
