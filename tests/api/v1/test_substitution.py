"""Act: somebody stands in for the assistant, and the right ends by itself."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.domain.assignments import queries, service
from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.assignments import fill, make_assigned, substitution, suspend, transfer
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, Person, World

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


async def stand_in(
    api: Api, made: MadeCase, first: date, last: date, by: Person = HERE.other_assistant
) -> UUID:
    body = substitution(by, first, last)
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", body)
    assert response.status_code == 201, response.text
    return UUID(response.json()["id"])


async def in_charge(world: World, made: MadeCase, day: date) -> UUID | None:
    async with world.acting() as act:
        return await queries.assistant_on(act, made.case, day)


@pytest.mark.rule("2.5")
async def test_the_rights_of_a_substitute_follow_the_dates(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await stand_in(api, made, TODAY + 5 * DAY, TODAY + 7 * DAY)
    for days, status in ((4, 404), (5, 200), (7, 200), (8, 404)):
        api.clock.go_to(TODAY + days * DAY)
        path = f"/cases/{made.case}/assignments"
        assert (await api.as_(HERE.other_assistant).get(path)).status_code == status, days
        assert (await api.as_(HERE.assistant).get(path)).status_code == 200


async def test_the_substitute_is_in_charge_on_their_days_and_the_assistant_on_the_others(
    api: Api, world: World
) -> None:
    _, made = await make_assigned(api, world)
    assert await in_charge(world, made, TODAY - DAY) is None
    await stand_in(api, made, TODAY + 5 * DAY, TODAY + 7 * DAY)
    for days, person in ((0, HERE.assistant), (5, HERE.other_assistant), (8, HERE.assistant)):
        assert await in_charge(world, made, TODAY + days * DAY) == person.id


@pytest.mark.rule("2.5")
async def test_a_substitution_shows_both_its_days(api: Api, world: World) -> None:
    first, made = await make_assigned(api, world)
    found = await stand_in(api, made, TODAY, TODAY + 2 * DAY)
    shown = (await api.as_(HERE.social_worker).get(f"/assignments/{found}")).json()
    assert (shown["kind"], shown["starts_on"], shown["last_day"]) == (
        "substitute",
        "2026-03-10",
        "2026-03-12",
    )
    assert (shown["replaces_id"], shown["absence"]) == (str(first), "leave")
    assert shown["handover_note"]


@pytest.mark.rule("C12")
async def test_a_substitution_takes_a_place_while_it_lasts(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    _, another = await make_assigned(api, world)
    await fill(world, HERE.other_assistant, 14)
    await stand_in(api, made, TODAY + 5 * DAY, TODAY + 7 * DAY)
    path = f"/cases/{another.case}/substitutions"
    manager = api.as_(HERE.manager)
    meets = substitution(HERE.other_assistant, TODAY + 2 * DAY, TODAY + 5 * DAY)
    problem = problem_of(await manager.post(path, meets), 409, "C12")
    assert problem["facts"]["on"] == "2026-03-15"
    fits = substitution(HERE.other_assistant, TODAY + 8 * DAY, TODAY + 9 * DAY)
    assert (await manager.post(path, fits)).status_code == 201


@pytest.mark.rule("C10")
async def test_a_suspended_person_stands_in_for_nobody(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await suspend(world, HERE.other_assistant, TODAY + 3 * DAY)
    path = f"/cases/{made.case}/substitutions"
    body = substitution(HERE.other_assistant, TODAY + 3 * DAY, TODAY + 5 * DAY)
    problem_of(await api.as_(HERE.manager).post(path, body), 409, "C10")


@pytest.mark.rule("2.5")
@pytest.mark.parametrize(("person", "kind"), [(HERE.assistant, "same_assistant")])
async def test_nobody_stands_in_for_themselves(
    api: Api, world: World, person: Person, kind: str
) -> None:
    _, made = await make_assigned(api, world)
    body = substitution(person, TODAY, TODAY)
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", body)
    assert problem_of(response, 409, "2.5")["type"].endswith(kind)


async def test_one_person_stands_in_on_a_day(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await stand_in(api, made, TODAY + 5 * DAY, TODAY + 7 * DAY)
    path = f"/cases/{made.case}/substitutions"
    body = substitution(HERE.other_assistant, TODAY, TODAY + 5 * DAY)
    response = await api.as_(HERE.manager).post(path, body)
    assert problem_of(response, 409, "2.5")["type"].endswith("family_has_substitute")
    await stand_in(api, made, TODAY, TODAY + 4 * DAY)


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 2)])
async def test_a_substitution_is_not_back_dated_and_not_backwards(
    api: Api, world: World, first: int, last: int
) -> None:
    _, made = await make_assigned(api, world)
    body = substitution(HERE.other_assistant, TODAY + first * DAY, TODAY + last * DAY)
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", body)
    problem_of(response, 422, "2.5")


async def test_before_the_work_begins_nobody_stands_in(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.UNDER_ANALYSIS)
    body = substitution(HERE.other_assistant, TODAY, TODAY)
    path = f"/cases/{made.case}/substitutions"
    problem_of(await api.as_(HERE.manager).post(path, body), 409, "illegal_step")
    _, ahead = await make_assigned(api, world, starts_on="2026-03-20")
    response = await api.as_(HERE.manager).post(f"/cases/{ahead.case}/substitutions", body)
    assert problem_of(response, 409, "2.5")["type"].endswith("nobody_assists")


@pytest.mark.rule("2.5")
async def test_an_early_end_takes_the_right_and_frees_the_place(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    found = await stand_in(api, made, TODAY, TODAY + 9 * DAY)
    manager = api.as_(HERE.manager)
    ended = await manager.post(f"/assignments/{found}/end", {}, version=1)
    assert ended.status_code == 200, ended.text
    assert (ended.json()["last_day"], ended.json()["end_reason"]) == ("2026-03-09", "ended_early")
    gone = await api.as_(HERE.other_assistant).get(f"/cases/{made.case}/assignments")
    problem_of(gone, 404, "not_found")
    await fill(world, HERE.other_assistant, 15, TODAY)
    again = await manager.post(f"/assignments/{found}/end", {}, version=2)
    assert problem_of(again, 409, "2.5")["type"].endswith("substitution_over")


async def test_an_early_end_may_lie_ahead_and_never_behind(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    found = await stand_in(api, made, TODAY, TODAY + 9 * DAY)
    path = f"/assignments/{found}/end"
    manager = api.as_(HERE.manager)
    problem_of(await manager.post(path, {"on": "2026-03-09"}, version=1), 422, "2.5")
    problem_of(await manager.post(path, {"on": "2026-03-20"}, version=1), 409, "2.5")
    problem_of(await manager.post(path, {"on": "2026-03-12"}, version=9), 412, "stale")
    ended = await manager.post(path, {"on": "2026-03-12"}, version=1)
    assert ended.json()["last_day"] == "2026-03-11"


@pytest.mark.rule("B9")
async def test_the_primary_assistant_does_not_end_by_itself(api: Api, world: World) -> None:
    first, _ = await make_assigned(api, world)
    response = await api.as_(HERE.manager).post(f"/assignments/{first}/end", {}, version=1)
    assert problem_of(response, 409, "2.5")["type"].endswith("not_a_substitution")


@pytest.mark.rule("C14")
async def test_closing_ends_every_assignment_with_its_place_and_its_right(
    api: Api, world: World
) -> None:
    """From then on the family is only monitored: fifteen others fit."""
    _, made = await make_assigned(api, world)
    await stand_in(api, made, TODAY + 5 * DAY, TODAY + 7 * DAY)
    manager = api.as_(HERE.manager)
    body = transfer(HERE.other_assistant, TODAY + 9 * DAY)
    moved = await manager.post(f"/cases/{made.case}/transfers", body, version=made.version + 1)
    assert moved.status_code == 201, moved.text
    async with world.acting() as act:
        case: Case = await lock_case(act, made.case)
        await service.end_all(act, case, TODAY + DAY)
    history = (await manager.get(f"/cases/{made.case}/assignments")).json()["items"]
    assert {a["end_reason"] for a in history} == {"closure"}
    for person in (HERE.assistant, HERE.other_assistant):
        await fill(world, person, 15, TODAY + DAY)
    for days in (1, 6, 10):
        assert await in_charge(world, made, TODAY + days * DAY) is None
        api.clock.go_to(TODAY + days * DAY)
        for person in (HERE.assistant, HERE.other_assistant):
            gone = await api.as_(person).get(f"/cases/{made.case}/assignments")
            problem_of(gone, 404, "not_found")


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_sets_and_ends_substitutions(
    api: Api, world: World, person: Person
) -> None:
    _, made = await make_assigned(api, world)
    found = await stand_in(api, made, TODAY, TODAY)
    body = substitution(HERE.other_assistant, TODAY + DAY, TODAY + DAY)
    caller = api.as_(person)
    set_ = await caller.post(f"/cases/{made.case}/substitutions", body)
    problem_of(set_, 403, "not_your_role")
    ended = await caller.post(f"/assignments/{found}/end", {}, version=1)
    problem_of(ended, 403, "not_your_role")


async def test_the_manager_of_another_centre_finds_nothing(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    found = await stand_in(api, made, TODAY, TODAY)
    manager = api.as_(ELSEWHERE.manager)
    body = substitution(ELSEWHERE.other_assistant, TODAY, TODAY)
    problem_of(await manager.post(f"/cases/{made.case}/substitutions", body), 404, "not_found")
    problem_of(await manager.post(f"/assignments/{found}/end", {}, version=1), 404, "not_found")
