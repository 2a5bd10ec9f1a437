"""Act: a file is held for a proceeding; nothing of it is destroyed until the hold is lifted."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.retention.rules import HoldReason
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.erasure import HELD, grant, hold, lift, make_archived
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.rights import receive
from tests.factories.scopes import count


@pytest.mark.rule("RODO17.3e")
async def test_a_held_file_is_not_erased_and_a_lifted_hold_lets_it_go(
    api: Api, world: World
) -> None:
    made = await make_archived(world)
    first, second = await hold(api, made), await hold(api, made, reason="claim")
    request = await receive(api, made.mother, kind="erasure")
    for held in (first, second):
        problem = problem_of(await grant(api, made, request), 409, "RODO17.3e")
        assert problem["type"].endswith("under_legal_hold")
        assert (await lift(api, held)).status_code == 200
    assert (await grant(api, made, request)).status_code == 200


@pytest.mark.parametrize("reason", HoldReason)
async def test_a_hold_says_which_proceeding_needs_the_file(
    api: Api, world: World, reason: HoldReason
) -> None:
    made = await make_archived(world)
    held = await hold(api, made, reason=reason.value)
    assert (held["reason"], held["reference"]) == (reason, "III Nsm 14/26")
    assert held["set_by"]["full_name"] == "Renata Kulesza"
    shown = await api.as_(HERE.manager).get(f"/legal-holds/{held['id']}")
    assert shown.json() == held


@pytest.mark.rule("RODO17.3e")
async def test_a_hold_is_neither_of_the_future_nor_lifted_twice(api: Api, world: World) -> None:
    made = await make_archived(world)
    path = f"/families/{made.family}/legal-holds"
    late = HELD | {"set_on": "2026-03-11"}
    problem_of(await api.as_(HERE.manager).post(path, late), 422, "RODO17.3e")
    held = await hold(api, made)
    problem_of(await lift(api, held, lifted_on="2026-03-09"), 422, "RODO17.3e")
    lifted = (await lift(api, held, note="Umorzono.")).json()
    assert (lifted["lifted_on"], lifted["note"]) == ("2026-03-10", "Umorzono.")
    problem_of(await lift(api, lifted), 409, "RODO17.3e")


async def test_the_lists_show_the_holds_of_a_family_and_of_the_centre(
    api: Api, world: World
) -> None:
    made, other = await make_archived(world), await make_archived(world)
    standing, lifted = await hold(api, made), await hold(api, other)
    lifted = (await lift(api, lifted)).json()
    manager = api.as_(HERE.manager)
    for path, found in (
        ("/legal-holds", [lifted, standing]),
        ("/legal-holds?lifted=false", [standing]),
        ("/legal-holds?lifted=true", [lifted]),
        (f"/families/{made.family}/legal-holds", [standing]),
    ):
        assert (await manager.get(path)).json()["items"] == found, path


async def test_an_event_tells_of_each_step(api: Api, world: World) -> None:
    made = await make_archived(world)
    await lift(api, await hold(api, made))
    async with world.acting() as act:
        told = await count(act.session, "event", "type LIKE 'legal_hold%'")
    assert told == 2


@pytest.mark.parametrize(
    "person", [HERE.social_worker, HERE.assistant, HERE.coordinator, HERE.administrator]
)
async def test_the_manager_alone_holds_files(api: Api, world: World, person: Any) -> None:
    made = await make_archived(world)
    held = await hold(api, made)
    caller = api.as_(person)
    path = f"/families/{made.family}/legal-holds"
    problem_of(await caller.post(path, HELD), 403, "not_your_role")
    lifting = f"/legal-holds/{held['id']}/lifting"
    problem_of(
        await caller.post(lifting, {"lifted_on": "2026-03-10"}, version=1), 403, "not_your_role"
    )
    for read in ("/legal-holds", path, "/erased-files"):
        problem_of(await caller.get(read), 403, "not_your_role")


async def test_another_centre_knows_nothing_of_it(api: Api, world: World) -> None:
    made = await make_archived(world)
    held = await hold(api, made)
    caller = api.as_(ELSEWHERE.manager)
    path = f"/families/{made.family}/legal-holds"
    problem_of(await caller.post(path, HELD), 404, "not_found")
    problem_of(await caller.get(path), 404, "not_found")
    problem_of(await caller.get(f"/legal-holds/{held['id']}"), 404, "not_found")
    assert (await caller.get("/legal-holds")).json()["items"] == []


async def test_an_erased_file_is_held_no_more(api: Api, world: World) -> None:
    made = await make_archived(world)
    assert (await grant(api, made)).status_code == 200
    answer = await api.as_(HERE.manager).post(f"/families/{made.family}/legal-holds", HELD)
    problem_of(answer, 409, "RODO17.1")


@pytest.mark.rule("RODO17.3e")
async def test_the_family_says_whether_its_file_is_held_to_who_sees_holds(
    api: Api, world: World
) -> None:
    made, other = await make_case(world, CaseState.IN_PROGRESS), await make_archived(world)

    async def told(person: Person) -> bool | None:
        found = (await api.as_(person).get(f"/families/{made.family}")).json()
        flag: bool | None = found["under_legal_hold"]
        return flag

    await hold(api, other)
    assert await told(HERE.manager) is False
    first, second = await hold(api, made), await hold(api, made)
    assert await told(HERE.manager) is True
    for person in (HERE.assistant, HERE.social_worker):
        assert await told(person) is None, "not even that there is none"
    await lift(api, first)
    assert await told(HERE.manager) is True
    await lift(api, second)
    assert await told(HERE.manager) is False
    assert await told(HERE.assistant) is None
