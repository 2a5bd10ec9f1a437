"""Act: members of a family come, change and go; nobody is deleted."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.families import queries
from app.domain.families.rules import authority_holders
from tests.factories.api import Api, Caller, problem_of
from tests.factories.cases import make_case
from tests.factories.families import MARIA, STAS, record, settle
from tests.factories.people import ELSEWHERE, HERE, Person, World

CHILD = {"first_name": "Staś", "last_name": "Żółkiewski", "role": "child"}


async def _add(caller: Caller, family: object, **changes: Any) -> dict[str, Any]:
    response = await caller.post(f"/families/{family}/members", CHILD | changes)
    assert response.status_code == 201, response.text
    assert (await caller.get(response.headers["location"])).json() == response.json()
    added: dict[str, Any] = response.json()
    return added


async def test_a_child_is_added_and_born_by_its_pesel(api: Api, world: World) -> None:
    family = await settle(world)
    added = await _add(api.as_(HERE.social_worker), family, pesel=STAS)
    assert added["born_on"] == "2019-05-01"
    assert added["parental_authority"] == "none"
    shown = await api.as_(HERE.social_worker).get(f"/families/{family}")
    assert added in shown.json()["members"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pesel": "19250112341"}, "invalid"),
        ({"pesel": "1925011234"}, "invalid"),
        ({"pesel": "192501123400"}, "invalid"),
        ({"pesel": "00000000000"}, "invalid"),
        ({"pesel": "١٩٢٥٠١١٢٣٤٠"}, "invalid"),
        ({"pesel": 19250112340}, "invalid"),
        ({"pesel": STAS, "born_on": "2019-05-02"}, "pesel_disagrees"),
        ({"born_on": "2026-03-11"}, "born_in_future"),
        ({"born_on": 0}, "invalid"),
        ({"first_name": "S\u0007taś"}, "invalid"),
        ({"first_name": None}, "invalid"),
        ({"left_on": "2026-01-01"}, "invalid"),
    ],
)
async def test_what_no_person_is_like_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    family = await settle(world)
    caller = api.as_(HERE.social_worker)
    response = await caller.post(f"/families/{family}/members", CHILD | changes)
    problem_of(response, 422, code)
    assert STAS not in response.text


async def test_a_child_born_today_is_added(api: Api, world: World) -> None:
    family = await settle(world)
    added = await _add(api.as_(HERE.social_worker), family, born_on="2026-03-10")
    assert added["born_on"] == "2026-03-10"


@pytest.mark.rule("K1")
async def test_nobody_belongs_to_two_families_of_a_centre(api: Api, world: World) -> None:
    await settle(world, district_id=HERE.other_district, pesel=MARIA)
    await settle(world, ELSEWHERE, pesel=STAS)
    family = await settle(world)
    worker = api.as_(HERE.social_worker)
    path = f"/families/{family}/members"
    problem = problem_of(await worker.post(path, CHILD | {"pesel": MARIA}), 409, "K1")
    assert problem["type"].endswith("pesel_taken")
    await _add(worker, family, pesel=STAS)


async def test_who_has_left_may_join_another_family(api: Api, world: World) -> None:
    worker = api.as_(HERE.social_worker)
    mother = {"first_name": "Maria", "last_name": "Nowak", "role": "mother", "pesel": MARIA}
    member = (await record(worker, members=[mother]))["members"][0]
    left = {"left_on": "2026-03-09", "left_reason": "moved_out"}
    gone = await worker.post(f"/members/{member['id']}/departure", left, version=1)
    assert gone.status_code == 200, gone.text
    assert gone.json() == member | left | {"version": 2}
    await _add(worker, await settle(world), pesel=MARIA)


@pytest.mark.parametrize(
    ("left_on", "status", "code"),
    [
        ("2026-03-11", 422, "departure_impossible"),
        ("2019-04-30", 422, "departure_impossible"),
        ("2026-03-10", 200, None),
        ("2019-05-01", 200, None),
    ],
)
async def test_somebody_leaves_between_birth_and_today(
    api: Api, world: World, left_on: str, status: int, code: str | None
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    path = f"/members/{made.child}/departure"
    worker = api.as_(HERE.social_worker)
    said = {"left_on": left_on, "left_reason": "independent"}
    response = await worker.post(path, said, version=1)
    assert response.status_code == status, response.text
    if code:
        problem_of(response, status, code)
    else:
        problem_of(await worker.post(path, said, version=2), 409, "left_already")


async def test_a_change_of_a_member_is_judged_as_a_whole(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    worker, path = api.as_(HERE.social_worker), f"/members/{made.child}"
    shown = (await worker.get(path)).json()
    changed = await worker.patch(path, {"pesel": STAS, "phone": "600100200"}, version=1)
    assert changed.json() == shown | {"pesel": STAS, "phone": "600100200", "version": 2}
    problem_of(
        await worker.patch(path, {"born_on": "2019-05-02"}, version=2), 422, "pesel_disagrees"
    )
    problem_of(await worker.patch(path, {"participates": None}, version=2), 422, "invalid")
    problem_of(await worker.patch(path, {"phone": None}, version=1), 412, "stale")
    removed = await worker.patch(path, {"pesel": None}, version=2)
    assert removed.json()["pesel"] is None


@pytest.mark.parametrize("person", [HERE.assistant, HERE.manager, HERE.coordinator])
async def test_only_social_workers_keep_the_members(api: Api, world: World, person: Person) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    caller = api.as_(person)
    left = {"left_on": "2026-03-09", "left_reason": "moved_out"}
    answers = (
        await caller.post(f"/families/{made.family}/members", CHILD),
        await caller.patch(f"/members/{made.child}", {"phone": None}, version=1),
        await caller.post(f"/members/{made.child}/departure", left, version=1),
    )
    for response in answers:
        problem_of(response, 403, "not_your_role")


@pytest.mark.rule("K11")
@pytest.mark.parametrize("person", [HERE.other_social_worker, ELSEWHERE.social_worker])
async def test_members_of_foreign_families_do_not_exist(
    api: Api, world: World, person: Person
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    caller = api.as_(person)
    left = {"left_on": "2026-03-09", "left_reason": "moved_out"}
    answers = (
        await caller.get(f"/members/{made.child}"),
        await caller.post(f"/families/{made.family}/members", CHILD),
        await caller.patch(f"/members/{made.child}", {"phone": None}, version=1),
        await caller.post(f"/members/{made.child}/departure", left, version=1),
    )
    for response in answers:
        problem_of(response, 404, "not_found")


async def test_the_consent_of_the_mother_counts_until_she_leaves(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    async with world.acting() as act:
        members = await queries.list_members(act, made.family)
        assert authority_holders(members) == {made.mother}
    left = {"left_on": "2026-03-09", "left_reason": "moved_out"}
    worker = api.as_(HERE.social_worker)
    await worker.post(f"/members/{made.mother}/departure", left, version=1)
    async with world.acting() as act:
        members = await queries.list_members(act, made.family)
        assert authority_holders(members) == frozenset()
