"""Act: the social worker writes the application for an assistant and hands it in."""

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.referrals import CONTENT, make_referral, withdraw_consent


@pytest.mark.rule("B5")
async def test_the_social_worker_applies_to_the_manager(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.CONSENT_GIVEN)
    worker = api.as_(HERE.social_worker)
    drafted = await worker.post(f"/cases/{made.case}/referrals", CONTENT)
    assert drafted.status_code == 201, drafted.text
    assert drafted.json()["state"] == "draft"
    assert len(drafted.json()["consent_ids"]) == 1
    referral = drafted.headers["location"]
    handed_in = await worker.post(f"{referral}/submission", version=1)
    assert handed_in.status_code == 200, handed_in.text
    assert handed_in.json()["state"] == "submitted"
    assert handed_in.json()["submitted_on"] == "2026-03-10"
    assert handed_in.headers["etag"] == '"2"'


async def test_from_the_submission_on_the_decision_is_due(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.CONSENT_GIVEN)
    worker = api.as_(HERE.social_worker)
    await worker.post(f"/referrals/{referral}/submission", version=1)
    listed = await worker.get("/referrals?state=submitted")
    assert listed.json()["items"][0]["decision_due_on"] == "2026-03-24"


@pytest.mark.rule("B5")
async def test_a_case_has_one_application(api: Api, world: World) -> None:
    _, made = await make_referral(world, CaseState.CONSENT_GIVEN)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/referrals", CONTENT)
    assert problem_of(response, 409, "B5")["type"].endswith("referral_exists")


@pytest.mark.rule("B5")
async def test_before_the_diagnosis_there_is_nothing_to_apply_for(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.INTERVIEW_IN_PROGRESS)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/referrals", CONTENT)
    assert problem_of(response, 409, "B5")["facts"] == {"state": "interview_in_progress"}


@pytest.mark.rule("A1")
async def test_without_consent_in_force_the_application_is_not_submitted(
    api: Api, world: World
) -> None:
    referral, made = await make_referral(world, CaseState.CONSENT_GIVEN)
    await withdraw_consent(world, made)
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(f"/referrals/{referral}/submission", version=1), 409, "A1")
    shown = (await worker.get(f"/referrals/{referral}")).json()["allowed_actions"]
    (submission,) = [action for action in shown if action["action"] == "submit_application"]
    assert (submission["allowed"], submission["rule"]) == (False, "A1")


@pytest.mark.parametrize("state", [CaseState.OFFER_PRESENTED, CaseState.UNDER_ANALYSIS])
async def test_an_application_is_submitted_from_consent_only(
    api: Api, world: World, state: CaseState
) -> None:
    referral, _ = await make_referral(world, state)
    response = await api.as_(HERE.social_worker).post(
        f"/referrals/{referral}/submission", version=1
    )
    problem_of(response, 409, "illegal_step")


async def test_a_draft_changes_field_by_field(api: Api, world: World) -> None:
    referral, _ = await make_referral(world, CaseState.CONSENT_GIVEN)
    worker = api.as_(HERE.social_worker)
    changed = await worker.patch(f"/referrals/{referral}", {"urgency": "immediate"}, version=1)
    assert changed.status_code == 200, changed.text
    assert changed.json()["urgency"] == "immediate"
    assert changed.json()["problems"] == CONTENT["problems"]
    problem_of(await worker.patch(f"/referrals/{referral}", {}, version=1), 412, "stale")


async def test_a_returned_application_is_completed_and_submitted_again(
    api: Api, world: World
) -> None:
    referral, _ = await make_referral(world, CaseState.RETURNED)
    worker = api.as_(HERE.social_worker)
    said = {"other_services": ["kurator"]}
    changed = await worker.patch(f"/referrals/{referral}", said, version=1)
    assert changed.json()["state"] == "returned"
    again = await worker.post(f"/referrals/{referral}/submission", version=2)
    assert again.json()["state"] == "submitted"


@pytest.mark.parametrize(
    "state", [CaseState.APPLICATION_SUBMITTED, CaseState.REFUSED, CaseState.ASSIGNED]
)
async def test_what_the_manager_has_does_not_change(
    api: Api, world: World, state: CaseState
) -> None:
    referral, _ = await make_referral(world, state)
    response = await api.as_(HERE.social_worker).patch(
        f"/referrals/{referral}", {"urgency": "ordinary"}, version=1
    )
    problem_of(response, 409, "B5")


@pytest.mark.parametrize("said", [{"problems": []}, {"problems": None}, {"proposed_scope": " "}])
async def test_an_application_has_problems_and_a_scope(
    api: Api, world: World, said: dict[str, object]
) -> None:
    referral, made = await make_referral(world, CaseState.CONSENT_GIVEN)
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.patch(f"/referrals/{referral}", said, version=1), 422, "invalid")
    new = await worker.post(f"/cases/{made.case}/referrals", CONTENT | said)
    problem_of(new, 422, "invalid")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_nobody_else_writes_applications(api: Api, world: World, person: Person) -> None:
    referral, made = await make_referral(world, CaseState.CONSENT_GIVEN)
    caller = api.as_(person)
    for response in (
        await caller.post(f"/cases/{made.case}/referrals", CONTENT),
        await caller.patch(f"/referrals/{referral}", {}, version=1),
        await caller.post(f"/referrals/{referral}/submission", version=1),
    ):
        problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.social_worker])
async def test_other_districts_and_centres_know_nothing_of_it(
    api: Api, world: World, person: Person
) -> None:
    referral, made = await make_referral(world, CaseState.CONSENT_GIVEN)
    caller = api.as_(person)
    for response in (
        await caller.post(f"/cases/{made.case}/referrals", CONTENT),
        await caller.get(f"/referrals/{referral}"),
        await caller.patch(f"/referrals/{referral}", {}, version=1),
        await caller.post(f"/referrals/{referral}/submission", version=1),
    ):
        problem_of(response, 404, "not_found")
    assert (await caller.get("/referrals")).json()["items"] == []


async def test_the_assistant_reads_the_application_after_the_assignment(
    api: Api, world: World
) -> None:
    """The summary of roles (2.7): read after assignment."""
    before, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    after, _ = await make_referral(world, CaseState.ASSIGNED)
    assistant = api.as_(HERE.assistant)
    problem_of(await assistant.get(f"/referrals/{before}"), 404, "not_found")
    shown = await assistant.get(f"/referrals/{after}")
    assert shown.json()["state"] == "accepted"
    problem_of(await api.as_(HERE.coordinator).get(f"/referrals/{after}"), 403, "not_your_role")
