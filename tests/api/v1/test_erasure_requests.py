"""Act: somebody asks for erasure; the manager refuses on a ground of law, or the file ends."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.families.tables import Family
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.erasure import GRANTED, OVER, grant, hold, make_archived
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.rights import asked, join_by_pesel, receive

DAY = timedelta(days=1)
REFUSED = {"refused_on": "2026-03-10", "ground": "archiving", "reason": "Okres trwa do 2037 r."}
HANDED = {"handed_over_on": "2026-03-10", "channel": "in_person", "identity_confirmed": True}


async def _give(api: Api, request: dict[str, Any], what: str, said: Any) -> Any:
    path = f"/rights-requests/{request['id']}/{what}"
    return await api.as_(HERE.manager).post(path, said, version=request["version"])


@pytest.mark.rule("RODO17.1")
async def test_a_granted_request_ends_the_file_and_leaves_its_record(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    said = (await grant(api, made)).json()
    assert (said["state"], said["erasure_ground"]) == ("granted", "retention_over")
    assert (said["closed_on"], said["last_name"]) == ("2026-03-10", "[dane usunięte]")
    assert said["allowed_actions"] == []
    family = (await api.as_(HERE.manager).get(f"/families/{made.family}")).json()
    assert (family["surname"], family["erased_on"]) == ("[dane usunięte]", "2026-03-10")
    (record,) = (await api.as_(HERE.manager).get("/erased-files")).json()["items"]
    assert record["case_ids"] == [str(made.case)]
    assert (record["categories"], record["request_id"]) == (["B-10"], said["id"])
    assert record["records"] > 3
    shown = await api.as_(HERE.manager).get(f"/erased-files/{record['id']}")
    assert shown.json() == record
    answer = await api.as_(ELSEWHERE.manager).get(f"/erased-files/{record['id']}")
    problem_of(answer, 404, "not_found")


@pytest.mark.rule("K8")
@pytest.mark.parametrize(("until", "status"), [(OVER, 200), (OVER + DAY, 409), (None, 409)])
async def test_the_archive_keeps_the_file_until_its_day(
    api: Api, world: World, until: date | None, status: int
) -> None:
    answer = await grant(api, await make_archived(world, until))
    assert answer.status_code == status, answer.text
    if status == 409:
        problem_of(answer, 409, "K8")


@pytest.mark.rule("RODO17.3b")
@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.CLOSED, CaseState.MONITORING])
async def test_a_file_in_use_is_not_erased(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    problem_of(await grant(api, made, ground="never_needed"), 409, "RODO17.3b")


async def test_what_was_never_needed_is_erased_at_once(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.NO_NEED)
    assert (await grant(api, made, ground="never_needed")).status_code == 200
    problem_of(await grant(api, await make_case(world, CaseState.NO_NEED)), 409, "K8")


@pytest.mark.rule("RODO17.1")
async def test_a_file_is_erased_once(api: Api, world: World) -> None:
    made = await make_archived(world)
    assert (await grant(api, made)).status_code == 200
    again = await api.as_(HERE.manager).post("/rights-requests", asked(made.mother, note="Znów"))
    problem_of(again, 409, "RODO17.1")


@pytest.mark.rule("RODO12.2")
async def test_a_file_that_another_person_has_asked_about_stays_until_they_are_answered(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    other = await receive(api, made.child)
    problem_of(await grant(api, made), 409, "RODO12.2")
    refused = {"refused_on": "2026-03-10", "ground": "not_identified", "reason": "Brak dokumentu."}
    path = f"/rights-requests/{other['id']}/refusal"
    await api.as_(HERE.manager).post(path, refused, version=other["version"])
    (waiting,) = (await api.as_(HERE.manager).get("/rights-requests?state=open")).json()["items"]
    path, version = f"/rights-requests/{waiting['id']}/erasure", waiting["version"]
    assert (await api.as_(HERE.manager).post(path, GRANTED, version=version)).status_code == 200


@pytest.mark.rule("RODO17.1")
async def test_all_files_of_the_person_go_and_the_answer_names_those_that_stay(
    api: Api, world: World
) -> None:
    stays, goes, asks = [await make_archived(world) for _ in range(3)]
    namesake = await make_archived(world)
    await join_by_pesel(world, stays.mother, goes.mother, asks.mother)
    await hold(api, stays)
    done = await grant(api, asks)
    assert (done.status_code, done.json()["state"]) == (200, "granted")
    assert done.json()["kept_family_ids"] == [str(stays.family)]
    async with world.acting() as act:
        for made, erased in ((stays, False), (goes, True), (asks, True), (namesake, False)):
            assert ((await act.find(Family, made.family)).erased_on is not None) is erased


@pytest.mark.rule("RODO12.6")
async def test_nothing_is_erased_for_who_may_be_another(api: Api, world: World) -> None:
    made = await make_archived(world)
    problem_of(await grant(api, made, identity_confirmed=False), 409, "RODO12.6")


@pytest.mark.rule("RODO12.3")
async def test_each_right_is_answered_in_its_own_way(api: Api, world: World) -> None:
    made = await make_archived(world)
    access = await receive(api, made.mother)
    erasure = await receive(api, made.mother, kind="erasure")
    problem_of(await _give(api, access, "erasure", GRANTED), 409, "RODO12.3")
    problem_of(await _give(api, erasure, "hand-over", HANDED), 409, "RODO12.3")
    for request, able in ((access, "hand_over"), (erasure, "grant_erasure")):
        actions = {a["action"]: a["allowed"] for a in request["allowed_actions"]}
        other = {"hand_over", "grant_erasure"} - {able}
        assert actions[able]
        assert not actions[other.pop()]


@pytest.mark.rule("RODO12.4")
@pytest.mark.parametrize(
    ("kind", "ground", "status"),
    [
        ("erasure", "archiving", 200),
        ("erasure", "legal_obligation", 200),
        ("erasure", "claims", 200),
        ("erasure", "not_identified", 200),
        ("erasure", "rights_of_others", 422),
        ("access", "rights_of_others", 200),
        ("access", "archiving", 422),
    ],
)
async def test_a_request_is_refused_on_a_ground_of_its_own_right(
    api: Api, world: World, kind: str, ground: str, status: int
) -> None:
    made = await make_archived(world, OVER + DAY)
    request = await receive(api, made.mother, kind=kind)
    answer = await _give(api, request, "refusal", REFUSED | {"ground": ground})
    assert answer.status_code == status, answer.text
    if status == 422:
        problem_of(answer, 422, "RODO12.4")


async def test_requests_are_listed_by_the_right(api: Api, world: World) -> None:
    made = await make_archived(world)
    await receive(api, made.mother)
    erasure = await receive(api, made.mother, kind="erasure")
    found = await api.as_(HERE.manager).get("/rights-requests?kind=erasure")
    assert [item["id"] for item in found.json()["items"]] == [erasure["id"]]


@pytest.mark.rule("K1")
async def test_nothing_is_written_into_an_erased_file(api: Api, world: World) -> None:
    made = await make_archived(world)
    assert (await grant(api, made)).status_code == 200
    worker = api.as_(HERE.social_worker)
    family, member = f"/families/{made.family}", f"/members/{made.mother}"
    added = {"first_name": "Anna", "last_name": "Sikora", "role": "other"}
    version = (await worker.get(family)).json()["version"]
    problem_of(await worker.patch(family, {"phone": "601202303"}, version=version), 409, "K1")
    problem_of(await worker.post(f"{family}/members", added), 409, "K1")
    version = (await worker.get(member)).json()["version"]
    problem_of(await worker.patch(member, {"first_name": "Anna"}, version=version), 409, "K1")
    signal = {
        "family_id": str(made.family),
        "received_on": "2026-03-10",
        "source": "institution",
        "institution": "Szkoła nr 5",
        "description": "Nieobecności.",
        "urgent": False,
    }
    problem_of(await worker.post("/signals", signal), 409, "K1")
