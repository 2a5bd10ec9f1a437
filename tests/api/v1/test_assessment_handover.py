"""Act: the assessment is handed over to the art. 17(1) entity; only that resets the clock (E7)."""

from datetime import date

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.placements.rules import CareForm
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.endings import hand_over, make_assisted, signed, version_of
from tests.factories.people import HERE, Person, World
from tests.factories.placements import add_placement

DUE = DeadlineKind.PERIODIC_ASSESSMENT


async def due_on(world: World, made: MadeCase) -> date:
    """Return the one open due date of the next assessment."""
    async with world.acting() as act:
        (found,) = await list_open(act, await act.find(Case, made.case), DUE)
        return found.due_on


@pytest.mark.rule("E7")
async def test_the_hand_over_starts_the_next_half_year(api: Api, world: World) -> None:
    made = await make_assisted(world)
    api.clock.go_to(date(2026, 8, 31))
    response = await hand_over(api, await signed(api, made))
    assert response.status_code == 200, response.text
    handed = response.json()
    assert handed["state"] == "handed_over"
    assert handed["due_on"] == "2026-09-10"
    assert handed["in_time"] is True
    assert await due_on(world, made) == date(2027, 2, 28)


@pytest.mark.rule("E6")
@pytest.mark.parametrize(
    ("day", "in_time"), [(date(2026, 9, 10), True), (date(2026, 9, 11), False)]
)
async def test_the_last_day_is_in_time_and_the_next_is_overdue(
    api: Api, world: World, day: date, in_time: bool
) -> None:
    made = await make_assisted(world)
    api.clock.go_to(day)
    found = await signed(api, made)
    assert found["in_time"] is in_time
    handed = (await hand_over(api, found)).json()
    assert handed["in_time"] is in_time


@pytest.mark.rule("E7")
async def test_a_signature_alone_does_not_stop_the_clock(api: Api, world: World) -> None:
    made = await make_assisted(world)
    api.clock.go_to(date(2026, 9, 1))
    found = await signed(api, made)
    assert await due_on(world, made) == date(2026, 9, 10)
    api.clock.go_to(date(2026, 9, 11))
    shown = await api.as_(HERE.assistant).get(f"/assessments/{found['id']}")
    assert shown.json()["in_time"] is False


@pytest.mark.rule("2.5")
async def test_a_transfer_leaves_the_due_date_alone(api: Api, world: World) -> None:
    made = await make_assisted(world)
    api.clock.go_to(date(2026, 6, 1))
    said = {
        "to_assistant_id": str(HERE.other_assistant.id),
        "on": "2026-06-01",
        "reason": "Zmiana rejonu.",
        "requested_by": "assistant",
        "handover_note": "Najbliższa ocena we wrześniu.",
        "family_informed": True,
    }
    version = await version_of(world, made.case)
    path = f"/cases/{made.case}/transfers"
    response = await api.as_(HERE.manager).post(path, said, version=version)
    assert response.status_code == 201, response.text
    assert await due_on(world, made) == date(2026, 9, 10)


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 11)])
async def test_it_is_handed_over_after_the_signature_and_not_tomorrow(
    api: Api, world: World, day: date
) -> None:
    made = await make_assisted(world)
    problem_of(await hand_over(api, await signed(api, made), day), 422, "E7")


async def test_a_draft_is_not_handed_over_and_nothing_twice(api: Api, world: World) -> None:
    made = await make_assisted(world)
    handed = (await hand_over(api, await signed(api, made))).json()
    problem_of(await hand_over(api, handed), 409, "illegal_step")


@pytest.mark.rule("E8")
async def test_the_social_worker_gets_a_copy(api: Api, world: World) -> None:
    made = await make_assisted(world)
    handed = (await hand_over(api, await signed(api, made))).json()
    (copy,) = handed["recipients"]
    assert (copy["id"], copy["role"]) == (str(HERE.social_worker.id), "social_worker")
    assert handed["warnings"] == []


@pytest.mark.rule("E8")
async def test_a_child_in_family_care_without_coordinator_is_a_warning(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    await add_placement(world, made)
    handed = (await hand_over(api, await signed(api, made))).json()
    assert [warning["rule"] for warning in handed["warnings"]] == ["E8"]
    assert len(handed["recipients"]) == 1


@pytest.mark.rule("E8")
async def test_the_coordinator_of_a_child_in_care_gets_a_copy_and_may_read_it(
    api: Api, world: World
) -> None:
    made = await make_assisted(world)
    await add_placement(world, made, coordinator=HERE.coordinator)
    handed = (await hand_over(api, await signed(api, made))).json()
    assert [copy["role"] for copy in handed["recipients"]] == [
        *("social_worker", "foster_care_coordinator"),
    ]
    assert handed["warnings"] == []
    path = f"/assessments/{handed['id']}"
    assert (await api.as_(HERE.coordinator).get(path)).status_code == 200
    assert (await api.as_(HERE.other_coordinator).get(path)).status_code == 404


@pytest.mark.rule("E8")
async def test_an_institution_has_an_educator_and_no_coordinator(api: Api, world: World) -> None:
    made = await make_assisted(world)
    await add_placement(world, made, form=CareForm.INSTITUTION)
    handed = (await hand_over(api, await signed(api, made))).json()
    assert handed["warnings"] == []


async def test_the_manager_confirms_receipt_also_of_a_closed_case(api: Api, world: World) -> None:
    made = await make_assisted(world)
    handed = (await hand_over(api, await signed(api, made))).json()
    async with world.acting() as act:
        (await act.find(Case, made.case)).state = CaseState.CLOSED
    path = f"/assessments/{handed['id']}/receipt"
    response = await api.as_(HERE.manager).post(path, version=handed["version"])
    assert response.json()["state"] == "received"
    assert response.json()["received_by"]["id"] == str(HERE.manager.id)
    again = await api.as_(HERE.manager).post(path, version=response.json()["version"])
    problem_of(again, 409, "illegal_step")


@pytest.mark.parametrize("person", [HERE.assistant, HERE.social_worker, HERE.coordinator])
async def test_nobody_but_the_manager_receives(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    handed = (await hand_over(api, await signed(api, made))).json()
    path = f"/assessments/{handed['id']}/receipt"
    response = await api.as_(person).post(path, version=handed["version"])
    problem_of(response, 403, "not_your_role")


@pytest.mark.parametrize("person", [HERE.manager, HERE.social_worker])
async def test_nobody_but_an_assistant_hands_over(api: Api, world: World, person: Person) -> None:
    made = await make_assisted(world)
    found = await signed(api, made)
    problem_of(await hand_over(api, found, person=person), 403, "not_your_role")


@pytest.mark.rule("K1")
async def test_reading_an_assessment_is_noted(api: Api, world: World) -> None:
    made = await make_assisted(world)
    found = await signed(api, made)
    await api.as_(HERE.social_worker).get(f"/assessments/{found['id']}")
    query = "SELECT count(*) FROM audit_entry WHERE verb = 'read' AND subject = 'assessment'"
    async with world.acting() as act:
        noted = await act.session.scalar(
            text(f"{query} AND account_id = :who"), {"who": HERE.social_worker.id}
        )
    assert noted == 1
