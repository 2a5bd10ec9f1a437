"""Act: the manager admits somebody to work, and ends their work."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.assignments import fill
from tests.factories.cases import make_case
from tests.factories.hiring import AUTHORISED, CHECKED, DECLARED, QUALIFIED, Hiring
from tests.factories.people import HERE, World


async def test_an_assistant_with_everything_is_admitted(api: Api) -> None:
    new = await Hiring.of(api)
    await new.complete()
    shown = (await new.manager.get(f"/staff/{new.id}")).json()
    actions = {action["action"]: action["allowed"] for action in shown["allowed_actions"]}
    assert actions == {"activate": True, "deactivate": True, "reactivate": False}
    answer = await new.do("POST", "/activation")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["activated_on"]) == ("active", "2026-03-10")
    problem_of(await new.do("POST", "/activation"), 409, "illegal_step")


async def test_a_refusal_names_everything_that_is_missing(api: Api) -> None:
    new = await Hiring.of(api, employer_name=None, employment_form=None)
    problem = problem_of(await new.do("POST", "/activation"), 422, "C1")
    expected = ["C1", "C5", "C6", "C7", "C8", "J1", "J2", "C16", "C17", "K3"]
    assert problem["facts"]["missing"] == expected
    shown = (await new.manager.get(f"/staff/{new.id}")).json()["allowed_actions"][0]
    assert (shown["action"], shown["allowed"], shown["rule"]) == ("activate", False, "C1")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"training_hours": 229}, "C4", marks=pytest.mark.rule("C4")),
        pytest.param({"experience_months": 11}, "C2", marks=pytest.mark.rule("C2")),
        pytest.param(
            {"qualification_path": "c", "experience_months": 35}, "C3", marks=pytest.mark.rule("C3")
        ),
        pytest.param({"qualification_path": "a"}, "C1", marks=pytest.mark.rule("C1")),
    ],
)
async def test_an_incomplete_path_keeps_out(api: Api, changes: dict[str, Any], rule: str) -> None:
    new = await Hiring.of(api)
    await new.complete()
    await new.do("PUT", "/qualifications", QUALIFIED | changes)
    problem = problem_of(await new.do("POST", "/activation"), 422, rule)
    assert problem["facts"]["missing"] == [rule]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"parental_authority_intact": False}, "C5", marks=pytest.mark.rule("C5")),
        pytest.param({"maintenance_duty": "not_fulfilled"}, "C6", marks=pytest.mark.rule("C6")),
        pytest.param({"no_conviction": False}, "C7", marks=pytest.mark.rule("C7")),
        pytest.param({"criminal_record_ref": None}, "J2", marks=pytest.mark.rule("J2")),
        pytest.param({"countries_abroad": ["DE"]}, "J3", marks=pytest.mark.rule("J3")),
    ],
)
async def test_an_incomplete_declaration_keeps_out(
    api: Api, changes: dict[str, Any], rule: str
) -> None:
    new = await Hiring.of(api)
    await new.complete()
    await new.do("PUT", "/declarations", DECLARED | changes)
    problem = problem_of(await new.do("POST", "/activation"), 422, rule)
    assert problem["facts"]["missing"] == [rule]


@pytest.mark.rule("G8")
async def test_a_coordinator_is_judged_by_article_78(api: Api) -> None:
    new = await Hiring.of(api, roles=["foster_care_coordinator"], employment_form=None)
    await new.complete()
    secondary = {"qualification_path": "c", "degree_field": None, "experience_months": 36}
    await new.do("PUT", "/qualifications", QUALIFIED | secondary)
    problem = problem_of(await new.do("POST", "/activation"), 422, "G8")
    assert "art. 78 ust. 1" in problem["legal_basis"]
    await new.do("PUT", "/qualifications", QUALIFIED)
    assert (await new.do("POST", "/activation")).status_code == 200


@pytest.mark.rule("K3")
async def test_a_social_worker_needs_an_authorisation_and_nothing_else(api: Api) -> None:
    new = await Hiring.of(api, roles=["social_worker"], employment_form=None)
    problem = problem_of(await new.do("POST", "/activation"), 422, "K3")
    assert problem["facts"]["missing"] == ["K3"]
    said = {"number": "4", "valid_from": "2026-03-11", "undertaking_signed_on": "2026-03-10"}
    await new.add("/data-authorisations", said)
    problem_of(await new.do("POST", "/activation"), 422, "K3")
    await new.add("/data-authorisations", said | {"valid_from": "2026-03-10"})
    assert (await new.do("POST", "/activation")).status_code == 200


async def test_nothing_is_declared_tomorrow(api: Api) -> None:
    new = await Hiring.of(api)
    for field in ("declared_on", "criminal_record_on"):
        said = DECLARED | {field: "2026-03-11"}
        problem_of(await new.do("PUT", "/declarations", said), 422, "not_yet_happened")
        said = DECLARED | {field: "2026-03-10"}
        assert (await new.do("PUT", "/declarations", said)).status_code == 200


@pytest.mark.rule("C5")
async def test_who_is_at_work_stays_qualified(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    lost = DECLARED | {"parental_authority_intact": False}
    problem_of(await known.do("PUT", "/declarations", lost), 422, "C5")
    short = QUALIFIED | {"training_hours": 229}
    problem_of(await known.do("PUT", "/qualifications", short), 422, "C4")
    said = {"suspended_from": "2026-03-10", "reason": "ograniczenie władzy rodzicielskiej"}
    assert (await known.do("POST", "/suspension", said)).status_code == 200
    assert (await known.do("PUT", "/declarations", lost)).status_code == 200


async def test_the_work_ends_with_the_account(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    said = {"ended_on": "2026-03-11", "reason": "rozwiązanie umowy"}
    problem_of(await known.do("POST", "/end", said), 422, "not_yet_happened")
    answer = await known.do("POST", "/end", said | {"ended_on": "2026-03-10"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["active"]) == ("ended", False)
    assert answer.json()["allowed_actions"] == []
    problem_of(await api.as_(HERE.assistant).get("/me"), 401, "not_signed_in")
    for what in ("/reactivation", "/activation"):
        problem_of(await known.do("POST", what), 409, "illegal_step")


@pytest.mark.parametrize(
    "person", [HERE.assistant, HERE.social_worker, HERE.coordinator], ids=lambda p: p.name
)
async def test_nobody_but_the_manager_admits(api: Api, person: Any) -> None:
    caller = api.as_(person)
    path = f"/staff/{HERE.other_assistant.id}"
    for answer in (
        await caller.post(f"{path}/activation", version=1),
        await caller.put(f"{path}/qualifications", QUALIFIED, version=1),
        await caller.put(f"{path}/declarations", DECLARED, version=1),
    ):
        problem_of(answer, 403, "not_your_role")


async def test_who_still_has_families_is_not_let_go(api: Api, world: World) -> None:
    known = await Hiring.known(api, HERE.assistant)
    said = {"ended_on": "2026-03-10", "reason": "koniec umowy"}
    await fill(world, HERE.assistant, 2)
    problem = problem_of(await known.do("POST", "/end", said), 409, "still_responsible")
    assert problem["facts"] == {"families": 2}
    answer = await known.do("PATCH", "", {"roles": ["foster_care_coordinator"]})
    problem_of(answer, 409, "still_responsible")
    shown = (await known.manager.get(f"/staff/{known.id}")).json()["allowed_actions"]
    reasons = {action["action"]: action["reason"] for action in shown}
    assert reasons["end"]["en"].startswith("This person still has families")
    free = await Hiring.known(api, HERE.other_assistant)
    answer = await free.do("POST", "/end", said)
    assert (answer.status_code, answer.json()["state"]) == (200, "ended")


async def test_a_blocked_account_is_not_blocked_again(api: Api) -> None:
    known = await Hiring.known(api, HERE.other_assistant)
    problem_of(await known.do("POST", "/reactivation"), 409, "switched_already")
    assert (await known.do("POST", "/deactivation")).status_code == 200
    problem_of(await known.do("POST", "/deactivation"), 409, "switched_already")
    assert (await known.do("POST", "/reactivation")).json()["active"] is True


@pytest.mark.rule("J1")
async def test_an_authorisation_alone_lets_nobody_work_before_they_are_admitted(
    api: Api, world: World
) -> None:
    new = await Hiring.of(api)
    await new.complete()
    me = api.as_(await new.signed_in(world))
    problem = problem_of(await me.get("/me"), 403, "J1")
    assert "art. 21 ust. 1" in problem["legal_basis"]
    await new.do("POST", "/activation")
    assert (await me.get("/me")).status_code == 200


@pytest.mark.rule("C8")
@pytest.mark.rule("J1")
async def test_who_is_found_in_a_register_opens_no_file_before_the_admission_either(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    new = await Hiring.of(api)
    await new.complete()
    await new.add("/register-checks", CHECKED | {"result": "found"})
    person = await new.signed_in(world)
    me = api.as_(person)
    problem_of(await me.post("/families/search", {"text": "Żółkiewska"}), 403, "J1")
    said = {"search_id": new.id, "candidate": "0" * 64, "reason": "child_in_danger"}
    opening = said | {"justification": "Telefon ze szkoły: dziecko jest samo."}
    problem_of(await me.post("/emergency-accesses", opening), 403, "J1")
    problem_of(await me.get(f"/families/{made.family}"), 403, "J1")
    problem_of(await new.do("POST", "/activation"), 422, "C8")


@pytest.mark.rule("C8")
@pytest.mark.rule("J1")
@pytest.mark.parametrize("role", ["social_worker", "manager", "administrator"])
@pytest.mark.parametrize(
    ("register", "rule"), [("sex_offender_limited", "C8"), ("commission", "J1")]
)
async def test_whom_a_register_names_is_admitted_to_nothing_and_comes_not_back(
    api: Api, role: str, register: str, rule: str
) -> None:
    new = await Hiring.of(api, roles=[role])
    await new.add("/data-authorisations", AUTHORISED)
    found = CHECKED | {"register_kind": register, "result": "found"}
    await new.add("/register-checks", found)
    problem_of(await new.do("POST", "/activation"), 422, rule)
    await new.add("/register-checks", found | {"result": "clear"})
    assert (await new.do("POST", "/activation")).status_code == 200
    await new.add("/register-checks", found)
    new.version += 1
    said = {"lifted_on": "2026-03-10", "reason": "powrót"}
    problem_of(await new.do("POST", "/reinstatement", said), 422, rule)
