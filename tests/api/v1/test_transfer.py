"""Act: the manager passes a family on to another assistant."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.domain.caseload.queries import list_places
from app.domain.caseload.rules import Duty
from app.domain.caseload.tables import Place
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines import queries as deadlines
from app.domain.deadlines.rules import DeadlineKind
from tests.factories.api import Api, problem_of
from tests.factories.assignments import fill, make_assigned, substitution, suspend, transfer
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, Person, World

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


async def places_of(world: World, person: Person) -> list[tuple[date, date | None]]:
    async with world.acting() as act:
        found = await list_places(act, person.id, Duty.ASSISTANCE)
        return [(place.starts_on, place.ends_on) for place in found]


async def assessment_due(world: World, made: MadeCase) -> list[tuple[date, date]]:
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        kind = DeadlineKind.PERIODIC_ASSESSMENT
        return [(d.started_on, d.due_on) for d in await deadlines.list_open(act, case, kind)]


@pytest.mark.rule("2.5")
async def test_a_transfer_ends_one_assignment_and_opens_the_next(api: Api, world: World) -> None:
    first, made = await make_assigned(api, world)
    on = TODAY + 7 * DAY
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", transfer(HERE.other_assistant, on), version=made.version
    )
    assert response.status_code == 201, response.text
    shown = response.json()
    assert (shown["starts_on"], shown["replaces_id"]) == ("2026-03-17", str(first))
    assert shown["requested_by"] == "family"
    history = (await api.as_(HERE.manager).get(f"/cases/{made.case}/assignments")).json()["items"]
    assert [(a["assistant"]["id"], a["last_day"], a["end_reason"]) for a in history] == [
        (str(HERE.other_assistant.id), None, None),
        (str(HERE.assistant.id), "2026-03-16", "transfer"),
    ]
    assert await places_of(world, HERE.assistant) == [(TODAY, on)]
    assert await places_of(world, HERE.other_assistant) == [(on, None)]


@pytest.mark.rule("2.5")
async def test_the_right_to_the_family_passes_on_that_day(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, TODAY + 7 * DAY)
    await api.as_(HERE.manager).post(f"/cases/{made.case}/transfers", body, version=made.version)
    for day, former, new in ((16, 200, 404), (17, 404, 200)):
        api.clock.go_to(date(2026, 3, day))
        path = f"/cases/{made.case}/assignments"
        assert (await api.as_(HERE.assistant).get(path)).status_code == former
        assert (await api.as_(HERE.other_assistant).get(path)).status_code == new


@pytest.mark.rule("E6")
@pytest.mark.rule("2.5")
async def test_the_clock_of_the_assessment_does_not_start_again(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    before = await assessment_due(world, made)
    api.clock.travel(days=90)
    body = transfer(HERE.other_assistant, TODAY + 90 * DAY)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    assert response.status_code == 201, response.text
    assert await assessment_due(world, made) == before == [(TODAY, date(2026, 9, 10))]


async def test_the_case_has_another_version_after_a_transfer(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    manager = api.as_(HERE.manager)
    path = f"/cases/{made.case}/transfers"
    first = await manager.post(path, transfer(HERE.other_assistant, TODAY), version=made.version)
    assert first.status_code == 201, first.text
    again = await manager.post(path, transfer(HERE.assistant, TODAY), version=made.version)
    problem_of(again, 412, "stale")
    assert (
        await manager.post(path, transfer(HERE.assistant, TODAY), version=made.version + 1)
    ).status_code == 201


@pytest.mark.rule("2.5")
async def test_the_family_is_informed_first(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, TODAY, family_informed=False)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    assert problem_of(response, 422, "2.5")["type"].endswith("family_not_informed")


@pytest.mark.parametrize("field", ["handover_note", "reason", "requested_by", "family_informed"])
async def test_a_transfer_says_why_and_what_is_handed_over(
    api: Api, world: World, field: str
) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, TODAY)
    del body[field]
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    problem_of(response, 422, "invalid")


@pytest.mark.rule("C12")
async def test_the_new_assistant_needs_a_place_from_that_day(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await fill(world, HERE.other_assistant, 15)
    body = transfer(HERE.other_assistant, TODAY + DAY)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    assert problem_of(response, 409, "C12")["facts"]["on"] == "2026-03-11"
    history = (await api.as_(HERE.manager).get(f"/cases/{made.case}/assignments")).json()["items"]
    assert [a["last_day"] for a in history] == [None]


@pytest.mark.rule("C10")
async def test_a_suspended_assistant_takes_nobody_over(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await suspend(world, HERE.other_assistant, TODAY)
    body = transfer(HERE.other_assistant, TODAY)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    problem_of(response, 409, "C10")


@pytest.mark.rule("2.5")
async def test_nobody_takes_over_from_themselves(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.assistant, TODAY)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    assert problem_of(response, 409, "2.5")["type"].endswith("same_assistant")


@pytest.mark.parametrize("on", [TODAY - DAY, TODAY + 61 * DAY])
async def test_a_transfer_is_not_back_dated_and_not_far_ahead(
    api: Api, world: World, on: date
) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, on)
    response = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    problem_of(response, 422, "2.5")


async def test_on_the_first_day_the_former_assistant_never_took_effect(
    api: Api, world: World
) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, TODAY)
    await api.as_(HERE.manager).post(f"/cases/{made.case}/transfers", body, version=made.version)
    assert await places_of(world, HERE.assistant) == [(TODAY, TODAY)]
    await fill(world, HERE.assistant, 15, TODAY)


async def test_a_transfer_ends_the_substitution_for_the_former_assistant(
    api: Api, world: World
) -> None:
    """The substitute of the one becomes the other: one place, not two."""
    _, made = await make_assigned(api, world)
    manager = api.as_(HERE.manager)
    body = substitution(HERE.other_assistant, TODAY, TODAY + 20 * DAY)
    await manager.post(f"/cases/{made.case}/substitutions", body)
    on = TODAY + 5 * DAY
    response = await manager.post(
        f"/cases/{made.case}/transfers",
        transfer(HERE.other_assistant, on),
        version=made.version + 1,
    )
    assert response.status_code == 201, response.text
    assert await places_of(world, HERE.other_assistant) == [(TODAY, on), (on, None)]


async def test_before_the_assignment_there_is_nothing_to_transfer(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.UNDER_ANALYSIS)
    body = transfer(HERE.other_assistant, TODAY)
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/transfers", body, version=1)
    problem_of(response, 409, "illegal_step")


async def test_without_a_present_assistant_there_is_nobody_to_follow(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    body = transfer(HERE.other_assistant, TODAY)
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/transfers", body, version=1)
    assert problem_of(response, 409, "2.5")["type"].endswith("nobody_assists")


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_only_the_manager_transfers(api: Api, world: World, person: Person) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(HERE.other_assistant, TODAY)
    response = await api.as_(person).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    problem_of(response, 403, "not_your_role")


async def test_the_manager_of_another_centre_finds_nothing(api: Api, world: World) -> None:
    first, made = await make_assigned(api, world)
    manager = api.as_(ELSEWHERE.manager)
    body = transfer(ELSEWHERE.other_assistant, TODAY)
    response = await manager.post(f"/cases/{made.case}/transfers", body, version=made.version)
    problem_of(response, 404, "not_found")
    problem_of(await manager.get(f"/assignments/{first}"), 404, "not_found")


@pytest.mark.rule("C12")
async def test_places_are_renumbered_where_that_makes_room(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await fill(world, HERE.other_assistant, 13)
    days = [
        *((14, TODAY - 90 * DAY, TODAY - 60 * DAY), (15, TODAY - 9 * DAY, TODAY + 5 * DAY)),
        *((14, TODAY - 9 * DAY, TODAY - 8 * DAY), (14, TODAY + 10 * DAY, TODAY + 20 * DAY)),
    ]
    async with world.acting() as act:
        for slot, starts_on, ends_on in days:
            act.add(_place(HERE.other_assistant, slot, starts_on, ends_on))
    body = transfer(HERE.other_assistant, TODAY)
    answer = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    assert answer.status_code == 201, "fifteen at once at most: somebody moves, nobody is refused"
    held = await places_of(world, HERE.other_assistant)
    assert sorted(held[13:], key=str) == sorted(
        [*((a, b) for _, a, b in days), (TODAY, None)], key=str
    )


def _place(person: Person, slot: int, starts_on: date, ends_on: date) -> Place:
    return Place(
        worker_id=person.id,
        duty=Duty.ASSISTANCE,
        slot=slot,
        starts_on=starts_on,
        ends_on=ends_on,
        source_id=uuid4(),
    )


@pytest.mark.rule("2.5")
async def test_a_substitute_takes_the_family_over_for_good(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    manager, by = api.as_(HERE.manager), HERE.other_assistant
    path = f"/cases/{made.case}"
    said = substitution(by, TODAY, TODAY + 9 * DAY)
    assert (await manager.post(f"{path}/substitutions", said)).status_code == 201
    on = TODAY + 3 * DAY
    answer = await manager.post(f"{path}/transfers", transfer(by, on), version=made.version + 1)
    assert answer.status_code == 201, answer.text
    assert await places_of(world, by) == [(TODAY, on), (on, None)]


async def test_a_transfer_needs_the_version_that_was_read(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    path, body = f"/cases/{made.case}/transfers", transfer(HERE.other_assistant, TODAY)
    manager = api.as_(HERE.manager)
    problem_of(await manager.post(path, body), 428, "no_precondition")
    stale = await manager.post(path, body, version=made.version + 1)
    assert problem_of(stale, 412, "stale")["facts"] == {"current": made.version}
    assert stale.headers["etag"] == f'"{made.version}"'
    assert (await manager.post(path, body, version=made.version)).status_code == 201


async def test_nobody_takes_over_who_does_not_work_here(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    body = transfer(ELSEWHERE.assistant, TODAY)
    answer = await api.as_(HERE.manager).post(
        f"/cases/{made.case}/transfers", body, version=made.version
    )
    problem_of(answer, 404, "not_found")
