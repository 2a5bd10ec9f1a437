"""Act: the manager takes people on and changes who they are and what they do."""

from datetime import date

import pytest

from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.hiring import AUTHORISED, PASSWORD, Hiring, somebody
from tests.factories.people import ELSEWHERE, HERE


async def test_somebody_new_is_in_preparation(api: Api) -> None:
    created = await api.as_(HERE.manager).post("/staff", somebody())
    assert created.status_code == 201, created.text
    assert created.headers["etag"] == '"1"'
    said = created.json()
    assert (said["state"], said["active"], said["roles"]) == ("draft", True, ["assistant"])
    assert said["warnings"] == []
    assert PASSWORD not in created.text
    shown = await api.as_(HERE.manager).get(created.headers["location"])
    assert shown.json() == said


@pytest.mark.rule("K3")
async def test_somebody_new_signs_in_but_works_only_authorised_and_admitted(
    api: Api, clock: TestClock
) -> None:
    clock.go_to(date(2090, 1, 1))  # the database ends sessions by its own clock
    new = await Hiring.of(api)
    session = {"centre": HERE.code, "login": "nowa.osoba", "password": PASSWORD}
    signed_in = await api.as_(None).post("/sessions", session)
    token = {"authorization": f"Bearer {signed_in.json()['access_token']}"}
    problem_of(await api.as_(None).get("/me", headers=token), 403, "K3")
    await new.add("/data-authorisations", AUTHORISED)
    problem_of(await api.as_(None).get("/me", headers=token), 403, "J1")
    await new.complete()
    assert (await new.do("POST", "/activation")).status_code == 200
    me = await api.as_(None).get("/me", headers=token)
    assert me.json()["id"] == new.id


async def test_a_login_is_taken_once_per_centre(api: Api) -> None:
    await Hiring.of(api)
    problem_of(await api.as_(HERE.manager).post("/staff", somebody()), 409, "login_taken")
    elsewhere = await api.as_(ELSEWHERE.manager).post("/staff", somebody())
    assert elsewhere.status_code == 201


@pytest.mark.parametrize(
    ("password", "status"), [("wrona7Ksiezyc-", 422), ("wrona7Ksiezyc-q", 201)]
)
async def test_the_first_password_has_fifteen_characters(
    api: Api, password: str, status: int
) -> None:
    answer = await api.as_(HERE.manager).post("/staff", somebody(password=password))
    assert answer.status_code == status
    assert password not in answer.text


@pytest.mark.rule("C18")
async def test_nobody_is_taken_on_as_assistant_and_social_worker(api: Api) -> None:
    said = somebody(roles=["social_worker", "assistant"])
    problem = problem_of(await api.as_(HERE.manager).post("/staff", said), 409, "C18")
    assert "art. 17 ust. 3" in problem["legal_basis"]


@pytest.mark.rule("G7")
async def test_nobody_is_taken_on_as_coordinator_and_social_worker(api: Api) -> None:
    said = somebody(roles=["social_worker", "foster_care_coordinator"])
    problem = problem_of(await api.as_(HERE.manager).post("/staff", said), 409, "G7")
    assert "art. 79 ust. 3" in problem["legal_basis"]


async def test_the_list_is_the_managers_and_filters_by_role_and_state(api: Api) -> None:
    new = await Hiring.of(api)
    manager = api.as_(HERE.manager)
    everybody = (await manager.get("/staff")).json()["items"]
    assert len(everybody) == len(HERE.people) + 1
    names = [person["full_name"] for person in everybody]
    assert names == sorted(names)
    drafts = (await manager.get("/staff?state=draft&role=assistant")).json()["items"]
    assert [person["id"] for person in drafts] == [new.id]
    assert (await manager.get("/staff?state=draft&role=manager")).json()["items"] == []
    problem_of(await api.as_(HERE.assistant).get("/staff"), 403, "not_your_role")


async def test_the_list_goes_on_after_its_first_page(api: Api) -> None:
    manager = api.as_(HERE.manager)
    first = (await manager.get("/staff?limit=4")).json()
    second = (await manager.get(f"/staff?limit=4&cursor={first['next_cursor']}")).json()
    assert len(first["items"]) + len(second["items"]) == len(HERE.people)
    assert second["next_cursor"] is None


async def test_everybody_sees_their_own_profile_and_nobody_elses(api: Api) -> None:
    own = await api.as_(HERE.assistant).get(f"/staff/{HERE.assistant.id}")
    assert own.status_code == 200
    assert {a["rule"] for a in own.json()["allowed_actions"]} == {"not_your_role"}
    for caller in (HERE.assistant, HERE.social_worker, HERE.coordinator, ELSEWHERE.manager):
        other = await api.as_(caller).get(f"/staff/{HERE.other_assistant.id}")
        problem_of(other, 404, "not_found")


async def test_contact_and_name_change_and_null_removes(api: Api) -> None:
    new = await Hiring.of(api)
    answer = await new.do("PATCH", "", {"full_name": "Jagoda Sarna", "phone": None})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["full_name"], said["phone"]) == ("Jagoda Sarna", None)
    assert said["employer_name"] == "Ośrodek Pomocy Społecznej"
    new.version = 1
    problem_of(await new.do("PATCH", "", {"full_name": "Inna Osoba"}), 412, "stale")


async def test_a_name_alone_makes_a_new_version(api: Api) -> None:
    new = await Hiring.of(api)
    answer = await new.do("PATCH", "", {"full_name": "Jagoda Sarna"})
    assert answer.headers["etag"] == '"2"'


async def test_a_role_that_is_taken_away_is_gone_with_the_next_request(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    assert (await worker.get("/me")).status_code == 200
    known = await Hiring.known(api, HERE.social_worker)
    assert (await known.do("PATCH", "", {"roles": ["manager"]})).status_code == 200
    problem_of(await worker.get("/me"), 401, "not_signed_in")


@pytest.mark.rule("C18")
async def test_an_assistant_does_not_become_a_social_worker_as_well(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    answer = await known.do("PATCH", "", {"roles": ["assistant", "social_worker"]})
    problem_of(answer, 409, "C18")


@pytest.mark.rule("C1")
async def test_nobody_at_work_becomes_an_assistant_without_the_qualifications(api: Api) -> None:
    new = await Hiring.of(api, roles=["social_worker"], employer_kind=None, employer_name=None)
    await new.add(
        "/data-authorisations",
        {"number": "3", "valid_from": "2026-03-10", "undertaking_signed_on": "2026-03-10"},
    )
    assert (await new.do("POST", "/activation")).status_code == 200
    problem = problem_of(await new.do("PATCH", "", {"roles": ["assistant"]}), 422, "C1")
    assert problem["facts"]["missing"] == ["C1", "C5", "C6", "C7", "C8", "J1", "J2", "C16"]


@pytest.mark.rule("C17")
async def test_who_is_at_work_keeps_a_form_of_employment(api: Api) -> None:
    known = await Hiring.known(api, HERE.assistant)
    problem_of(await known.do("PATCH", "", {"employment_form": None}), 422, "C17")
    answer = await known.do("PATCH", "", {"employment_form": "service_contract"})
    assert answer.json()["employment_form"] == "service_contract"


async def test_a_manager_can_not_stop_being_one(api: Api) -> None:
    known = await Hiring.known(api, HERE.manager)
    problem_of(await known.do("PATCH", "", {"roles": ["social_worker"]}), 409, "not_on_yourself")
    problem_of(await known.do("POST", "/deactivation"), 409, "not_on_yourself")
    said = {"ended_on": "2026-03-10", "reason": "koniec"}
    problem_of(await known.do("POST", "/end", said), 409, "not_on_yourself")


async def test_a_blocked_account_is_out_with_the_next_request(api: Api) -> None:
    assistant = api.as_(HERE.assistant)
    known = await Hiring.known(api, HERE.assistant)
    blocked = await known.do("POST", "/deactivation")
    assert (blocked.json()["active"], blocked.json()["state"]) == (False, "active")
    problem_of(await assistant.get("/me"), 401, "not_signed_in")
    assert (await known.do("POST", "/reactivation")).json()["active"] is True
    assert (await assistant.get("/me")).status_code == 200


async def test_nobody_is_changed_from_another_centre(api: Api) -> None:
    stranger = api.as_(ELSEWHERE.manager)
    path = f"/staff/{HERE.assistant.id}"
    problem_of(await stranger.patch(path, {"phone": None}, version=1), 404, "not_found")
    problem_of(await stranger.post(f"{path}/deactivation", version=1), 404, "not_found")
