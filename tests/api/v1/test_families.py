"""Act: a social worker records a family and keeps what is known of it."""

from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.families import MARIA, record, said, search, settle
from tests.factories.people import ELSEWHERE, HERE, Person, World

OTHERS = (HERE.assistant, HERE.manager, HERE.coordinator)


async def test_a_family_is_recorded_with_its_members(api: Api) -> None:
    mother = {"first_name": "Maria", "last_name": "Żółkiewska", "role": "mother", "pesel": MARIA}
    family = await record(api.as_(HERE.social_worker), members=[mother])
    assert family["district"] == "Rejon 1 – Miasto"
    assert family["warnings"] == []
    assert family["members"][0]["pesel"] == MARIA
    assert family["members"][0]["born_on"] == "1990-02-03"
    shown = await api.as_(HERE.social_worker).get(f"/families/{family['id']}")
    assert shown.headers["etag"] == '"1"'
    assert shown.json() == family


@pytest.mark.rule("B12")
@pytest.mark.rule("K11")
async def test_who_records_for_another_district_is_warned_and_keeps_seeing_it(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    family = await record(worker, district_id=str(HERE.other_district))
    assert [warning["rule"] for warning in family["warnings"]] == ["B12"]
    for person in (HERE.social_worker, HERE.other_social_worker, HERE.manager):
        assert (await api.as_(person).get(f"/families/{family['id']}")).status_code == 200
    for person in (HERE.assistant, HERE.coordinator, ELSEWHERE.manager):
        response = await api.as_(person).get(f"/families/{family['id']}")
        problem_of(response, 404, "not_found")


async def test_a_family_without_a_district_is_seen_by_who_recorded_it(api: Api) -> None:
    family = await record(api.as_(HERE.social_worker), district_id=None)
    assert family["district"] is None
    assert family["warnings"] == []
    response = await api.as_(HERE.other_social_worker).get(f"/families/{family['id']}")
    problem_of(response, 404, "not_found")


async def test_the_recording_joins_the_timeline(api: Api, world: World) -> None:
    family = await record(api.as_(HERE.social_worker))
    async with world.acting() as act:
        rows = await act.session.connection()
        query = "SELECT type FROM event WHERE family_id = '" + family["id"] + "'"
        assert (await rows.exec_driver_sql(query)).scalars().all() == ["family_recorded"]


@pytest.mark.rule("K1")
async def test_nobody_is_recorded_without_ones_own_fresh_search(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post("/families", said(str(uuid4()))), 409, "K1")
    other = (await search(api.as_(HERE.other_social_worker), text="Nowak"))["search_id"]
    problem_of(await worker.post("/families", said(other)), 409, "K1")
    mine = (await search(worker, text="Nowak"))["search_id"]
    api.clock.travel(minutes=61)
    problem_of(await worker.post("/families", said(mine)), 409, "K1")


@pytest.mark.rule("B14")
async def test_a_family_of_another_gmina_is_to_be_forwarded(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    search_id = (await search(worker, text="Żółkiewska"))["search_id"]
    response = await worker.post("/families", said(search_id, gmina="0862011"))
    problem = problem_of(response, 422, "B14")
    assert "art. 101 ust. 1" in problem["legal_basis"]
    assert problem["facts"]["competent_gmina"] == "0862011"


@pytest.mark.rule("B14")
async def test_homeless_people_come_by_their_last_registration(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    family = await record(worker, gmina="0862011", homeless=True, last_registration_gmina="2061011")
    assert family["homeless"] is True
    search_id = (await search(worker, text="Żółkiewska"))["search_id"]
    response = await worker.post("/families", said(search_id, homeless=True))
    assert problem_of(response, 422, "B14")["type"].endswith("last_registration_missing")


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": None, "street": None},
        {"town": "x" * 20_000},
        {"town": "Biały\u0000stok"},
        {"gmina": "٢٠٦١٠١١"},
        {"gmina": None},
        {"version": 7},
        {"centre_id": str(ELSEWHERE.id)},
        {"members": [{"first_name": "Jan", "last_name": "Nowak", "role": "child"}] * 31},
    ],
)
async def test_what_no_family_is_like_is_refused(api: Api, changes: dict[str, object]) -> None:
    worker = api.as_(HERE.social_worker)
    search_id = (await search(worker, text="Żółkiewska"))["search_id"]
    response = await worker.post("/families", said(search_id, **changes))
    assert response.status_code == 422, response.text


async def test_an_unknown_district_does_not_exist(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    search_id = (await search(worker, text="Żółkiewska"))["search_id"]
    for district in (uuid4(), ELSEWHERE.district):
        response = await worker.post("/families", said(search_id, district_id=str(district)))
        problem_of(response, 404, "not_found")


@pytest.mark.parametrize("person", OTHERS)
async def test_only_social_workers_record_and_change(
    api: Api, world: World, person: Person
) -> None:
    family = await settle(world)
    caller = api.as_(person)
    answers = (
        await caller.post("/families", said(str(uuid4()))),
        await caller.patch(f"/families/{family}", {"town": "Łapy"}, version=1),
    )
    for response in answers:
        problem_of(response, 403, "not_your_role")


async def test_a_change_keeps_what_was_left_out_and_null_removes(api: Api) -> None:
    worker = api.as_(HERE.social_worker)
    family = await record(worker, phone="600100200")
    path = f"/families/{family['id']}"
    changed = await worker.patch(path, {"phone": None, "town": "Łapy"}, version=1)
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    assert changed.json() == family | {"phone": None, "town": "Łapy", "version": 2}
    problem_of(await worker.patch(path, {"town": "Choroszcz"}, version=1), 412, "stale")
    problem_of(await worker.patch(path, {"town": "Choroszcz"}), 428, "no_precondition")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"town": None}, "invalid"),
        ({"search_id": str(uuid4())}, "invalid"),
        ({"surname": None, "street": None}, "family_unknown"),
        ({"gmina": "0862011"}, "B14"),
        ({"homeless": True}, "B14"),
    ],
)
async def test_a_change_is_judged_like_a_recording(
    api: Api, world: World, changes: dict[str, object], code: str
) -> None:
    family = await settle(world)
    response = await api.as_(HERE.social_worker).patch(f"/families/{family}", changes, version=1)
    problem_of(response, 422, code)


async def test_a_family_moved_to_another_district_is_seen_until_the_evening(
    api: Api, world: World
) -> None:
    path = f"/families/{await settle(world)}"
    worker = api.as_(HERE.social_worker)
    moved = await worker.patch(path, {"district_id": str(HERE.other_district)}, version=1)
    assert moved.status_code == 200, moved.text
    assert (await api.as_(HERE.other_social_worker).get(path)).status_code == 200
    api.clock.travel(days=1)
    problem_of(await worker.get(path), 404, "not_found")


@pytest.mark.parametrize("kind", ["text/plain", "application/json-patch+json"])
async def test_a_patch_of_another_kind_is_refused(api: Api, world: World, kind: str) -> None:
    family = await settle(world)
    response = await api.as_(HERE.social_worker).send(
        "PATCH", f"/families/{family}", content=b"[]", version=1, headers={"content-type": kind}
    )
    problem_of(response, 415, "unsupported_media_type")
    assert response.headers["accept-patch"] == "application/merge-patch+json"


async def test_lists_page_by_name_and_show_no_pesel(api: Api, world: World) -> None:
    for surname in ("Zych", "Żak", "Bąk", "Ćwik"):
        await settle(world, surname=surname, first_name="Ewa")
    worker = api.as_(HERE.social_worker)
    first = await worker.get("/families?limit=2")
    assert [item["surname"] for item in first.json()["items"]] == ["Bąk", "Ćwik"]
    second = await worker.get(f"/families?limit=2&cursor={first.json()['next_cursor']}")
    assert [item["surname"] for item in second.json()["items"]] == ["Żak", "Zych"]
    assert second.json()["next_cursor"] is None
    assert "pesel" not in first.text


async def test_lists_can_be_narrowed_by_district_and_live_case(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    await settle(world, surname="Nowak", district_id=HERE.other_district)
    manager = api.as_(HERE.manager)
    found = await manager.get(f"/families?district_id={HERE.district}&state=assigned")
    assert [(i["id"], i["case_id"], i["case_state"]) for i in found.json()["items"]] == [
        (str(made.family), str(made.case), "assigned")
    ]
    assert (await manager.get("/families?state=closed")).json()["items"] == []
    assert len((await manager.get("/families")).json()["items"]) == 2
    assert len((await api.as_(HERE.assistant).get("/families")).json()["items"]) == 1


async def test_the_cases_of_a_family_are_listed_to_who_sees_it(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    found = await api.as_(HERE.assistant).get(f"/families/{made.family}/cases")
    assert [(case["id"], case["state"]) for case in found.json()["items"]] == [
        (str(made.case), "assigned")
    ]
    response = await api.as_(HERE.other_assistant).get(f"/families/{made.family}/cases")
    problem_of(response, 404, "not_found")


@pytest.mark.rule("K1")
async def test_every_reading_of_a_family_is_noted(api: Api, world: World) -> None:
    family = await settle(world)
    await api.as_(HERE.social_worker).get(f"/families/{family}")
    async with world.acting() as act:
        rows = await act.session.connection()
        query = (
            "SELECT account_id FROM audit_entry WHERE verb = 'read' AND subject = 'family'"
            f" AND subject_id = '{family}'"
        )
        found = (await rows.exec_driver_sql(query)).scalars().all()
    assert [str(account) for account in found] == [str(HERE.social_worker.id)]
