"""What a cover lets in: families, districts and tasks of the absent person, on its days only."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.cases.service import lock_case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.identity.tables import Account
from app.domain.staff.rules import StaffState
from app.domain.staff.tables import StaffProfile
from tests.factories.api import Api
from tests.factories.assignments import suspend
from tests.factories.cases import MadeCase, make_case
from tests.factories.covers import COVERED_AND_COVERING, set_cover
from tests.factories.people import HERE, Person, World
from tests.factories.placements import add_placement
from tests.factories.visits import first_visit_said, visit_said

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
DAYS = ((4, False), (5, True), (7, True), (8, False))
X, Y = HERE.assistant, HERE.other_assistant
PAIRS = pytest.mark.parametrize(
    ("absent", "by"), COVERED_AND_COVERING, ids=[absent.name for absent, _ in COVERED_AND_COVERING]
)
DUE = {
    HERE.assistant: DeadlineKind.PERIODIC_ASSESSMENT,
    HERE.social_worker: DeadlineKind.INTERVIEW_UPDATE,
}


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family at work: an assistant, the district's social worker, a child in care."""
    made = await make_case(world, CaseState.IN_PROGRESS)
    await add_placement(world, made, coordinator=HERE.coordinator)
    async with world.acting() as act:
        case = await lock_case(act, made.case)
        for kind in DUE.values():
            start(act, case, kind, started_on=act.today, due_on=act.today + 6 * DAY)
    return made


async def _reads(api: Api, person: Person, made: MadeCase) -> dict[str, Any]:
    """Say what somebody is shown of a family, by every way to it."""
    caller = api.as_(person)
    family, case = str(made.family), str(made.case)
    shown = {
        path: (await caller.get(path)).status_code == 200
        for path in (f"/families/{family}", f"/cases/{case}", f"/cases/{case}/visits")
    }
    for path in ("/families", "/cases", "/deadlines"):
        items = (await caller.get(path)).json()["items"]
        shown[path] = any(family in (item["id"], item.get("family_id")) for item in items)
    return shown


def _all(shown: dict[str, Any], *, seen: bool) -> bool:
    return all(value is seen for value in shown.values())


@pytest.mark.rule("2.5a")
@pytest.mark.rule("K11")
@PAIRS
async def test_who_covers_sees_what_the_absent_person_sees_on_these_days_only(
    api: Api, made: MadeCase, absent: Person, by: Person
) -> None:
    await set_cover(api, absent, by, TODAY + 5 * DAY, TODAY + 7 * DAY)
    for days, sees in DAYS:
        api.clock.go_to(TODAY + days * DAY)
        assert _all(await _reads(api, by, made), seen=sees), days
        assert _all(await _reads(api, absent, made), seen=True), days


@pytest.mark.rule("2.5a")
async def test_commands_are_open_to_who_covers_on_these_days_only(api: Api, made: MadeCase) -> None:
    await set_cover(api, X, Y, TODAY + 5 * DAY, TODAY + 7 * DAY)
    for days, may in DAYS:
        api.clock.go_to(TODAY + days * DAY)
        held = (TODAY + days * DAY).isoformat()
        said = visit_said(made, held_on=held, next_visit_on=None)
        response = await api.as_(Y).post(f"/cases/{made.case}/visits", said)
        assert response.status_code == (201 if may else 404), response.text


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize("absent", DUE, ids=[person.name for person in DUE])
async def test_the_worklist_shows_whose_task_it_is(
    api: Api, made: MadeCase, absent: Person
) -> None:
    by = dict(COVERED_AND_COVERING)[absent]
    await set_cover(api, absent, by, TODAY, TODAY)
    for path, part in (("/worklist", "due"), ("/deadlines", "items")):
        for person, whose in ((by, str(absent.id)), (absent, None)):
            said = (await api.as_(person).get(path)).json()[part]
            mine = [one for one in said if one["kind"] == DUE[absent]]
            assert [one["family_id"] for one in mine] == [str(made.family)], (path, person.name)
            assert [(one["on_behalf_of"] or {}).get("id") for one in mine] == [whose]
    api.clock.travel(days=1)
    assert (await api.as_(by).get("/worklist")).json()["counts"]["due"] == 0


async def _audited(world: World, person: Person) -> list[tuple[str, UUID | None]]:
    async with world.acting() as act:
        query = text(
            "SELECT DISTINCT verb, on_behalf_of FROM audit_entry"
            " WHERE account_id = :id AND family_id IS NOT NULL ORDER BY verb, on_behalf_of"
        )
        rows = await act.session.execute(query, {"id": person.id})
        return [(row.verb, row.on_behalf_of) for row in rows]


@pytest.mark.rule("2.5a")
@PAIRS
async def test_the_audit_says_for_whom_it_was_done(
    api: Api, world: World, made: MadeCase, absent: Person, by: Person
) -> None:
    await set_cover(api, absent, by, TODAY, TODAY)
    assert (await api.as_(by).get(f"/families/{made.family}")).status_code == 200
    assert (await api.as_(absent).get(f"/families/{made.family}")).status_code == 200
    assert await _audited(world, by) == [("read", absent.id)]
    assert await _audited(world, absent) == [("read", None)]


async def test_the_audit_of_a_command_says_it_too(api: Api, world: World, made: MadeCase) -> None:
    await set_cover(api, X, Y, TODAY, TODAY)
    response = await api.as_(Y).post(f"/cases/{made.case}/visits", visit_said(made))
    assert response.status_code == 201, response.text
    assert ("insert", X.id) in await _audited(world, Y)


async def test_ones_own_families_stay_ones_own_while_covering(api: Api, world: World) -> None:
    await set_cover(api, HERE.other_social_worker, HERE.social_worker, TODAY, TODAY)
    own = await make_case(world, CaseState.SIGNAL_RECEIVED)
    await api.as_(HERE.social_worker).get(f"/families/{own.family}")
    assert await _audited(world, HERE.social_worker) == [("read", None)]


@pytest.mark.rule("2.5a")
async def test_rights_end_with_the_next_request_after_an_early_end(
    api: Api, made: MadeCase
) -> None:
    there = await set_cover(api, X, Y, TODAY, TODAY + 7 * DAY)
    assert _all(await _reads(api, Y, made), seen=True)
    ended = await api.as_(HERE.manager).post(f"/covers/{there['id']}/end", {}, version=1)
    assert ended.status_code == 200, ended.text
    assert _all(await _reads(api, Y, made), seen=False)


@pytest.mark.rule("2.5a")
async def test_a_cover_passes_on_nothing_that_was_itself_covered(
    api: Api, world: World, made: MadeCase
) -> None:
    """Whatever rows there are: who covers Y does not see whom Y covers."""
    await set_cover(api, X, Y, TODAY, TODAY + 7 * DAY)
    async with world.acting() as act:
        (await act.find(Account, HERE.coordinator.id)).roles = ["assistant"]
        chain = (
            "INSERT INTO cover (centre_id, id, absent_id, covering_id, starts_on, ends_on, reason,"
            " takes_places, ended_early) VALUES (:centre, gen_random_uuid(), :y, :z, :day,"
            " :end, 'leave', false, false)"
        )
        said = {"centre": HERE.id, "y": Y.id, "z": HERE.coordinator.id}
        days = {"day": TODAY, "end": TODAY + DAY}
        await act.session.execute(text(chain), said | days)
    third = Person("coordinator", HERE.id, frozenset({*X.roles}))
    assert third.id == HERE.coordinator.id
    assert _all(await _reads(api, third, made), seen=False)


async def test_what_the_absent_person_loses_who_covers_loses_too(
    api: Api, world: World, made: MadeCase
) -> None:
    """Rights come from the absent person's own: their end ends these at once."""
    await set_cover(api, HERE.coordinator, HERE.other_coordinator, TODAY, TODAY + 7 * DAY)
    assert _all(await _reads(api, HERE.other_coordinator, made), seen=True)
    async with world.acting() as act:
        (await act.find(Account, HERE.coordinator.id)).roles = ["assistant"]
    assert _all(await _reads(api, HERE.other_coordinator, made), seen=False)


@pytest.mark.parametrize(("state", "sees"), [("suspended", True), ("ended", False)])
async def test_a_suspended_worker_is_covered_and_one_who_has_left_is_not(
    api: Api, world: World, made: MadeCase, state: str, *, sees: bool
) -> None:
    await set_cover(api, X, Y, TODAY, TODAY + 7 * DAY)
    if state == "suspended":
        await suspend(world, X, TODAY)
    else:
        async with world.acting() as act:
            profile = await act.find(StaffProfile, X.id)
            profile.state, profile.ended_on = StaffState.ENDED, TODAY
    assert _all(await _reads(api, Y, made), seen=sees)


async def test_who_covers_confirms_the_first_visit_of_the_absent_social_worker(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    first = await api.as_(X).post(f"/cases/{made.case}/first-visit", first_visit_said(made))
    assert first.status_code == 201, first.text
    await set_cover(api, HERE.social_worker, HERE.other_social_worker, TODAY, TODAY)
    waiting = (await api.as_(HERE.other_social_worker).get("/worklist")).json()["waiting"]
    assert [task["kind"] for task in waiting] == ["first_visit_to_confirm"]
    assert waiting[0]["on_behalf_of"]["id"] == str(HERE.social_worker.id)
    path = f"/visits/{first.json()['id']}/confirmation"
    done = await api.as_(HERE.other_social_worker).post(path, version=1)
    assert done.status_code == 200, done.text


async def test_who_covers_records_a_return_and_still_sees_the_answer(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    await set_cover(api, HERE.coordinator, HERE.other_coordinator, TODAY, TODAY + 7 * DAY)
    body = {"ended_on": TODAY.isoformat(), "outcome": "returned"}
    path = f"/placements/{placement}/return"
    done = await api.as_(HERE.other_coordinator).post(path, body, version=1)
    assert done.status_code == 200, done.text
    api.clock.travel(days=1)
    assert (
        await api.as_(HERE.other_coordinator).get(f"/placements/{placement}")
    ).status_code == 404
