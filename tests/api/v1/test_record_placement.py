"""Act: a child is placed in care; the work goes on, and the coordinator sees the family."""

from typing import Any

import pytest

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.placements import INSTITUTION, add_foster_family, add_placement, placed


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Return a case in progress."""
    return await make_case(world, CaseState.IN_PROGRESS)


async def test_the_coordinator_sees_the_family_from_the_placement_on(
    api: Api, world: World, made: MadeCase
) -> None:
    """Row scope follows the placement (K11), not the office."""
    foster = await add_foster_family(world, coordinator=HERE.coordinator)
    coordinator = api.as_(HERE.coordinator)
    before = await coordinator.get(f"/cases/{made.case}/placements")
    problem_of(before, 404, "not_found")
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/placements", placed(made, foster_family_id=str(foster))
    )
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["tasks_performed_by"] == "coordinator"
    assert body["coordinator_id"] == str(HERE.coordinator.id)
    assert body["warnings"] == []
    assert (await coordinator.get(response.headers["location"])).status_code == 200
    other = api.as_(HERE.other_coordinator)
    assert (await other.get(response.headers["location"])).status_code == 404


@pytest.mark.rule("A5")
async def test_the_case_stays_open(api: Api, world: World, made: MadeCase) -> None:
    """Work with the family goes on while the child is away."""
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/placements", placed(made))
    assert response.status_code == 201, response.text
    assert response.json()["tasks_performed_by"] == "organiser"
    async with world.acting() as act:
        assert (await act.find(Case, made.case)).state is CaseState.IN_PROGRESS


@pytest.mark.rule("E4")
async def test_an_institution_is_recorded_with_its_educator(api: Api, made: MadeCase) -> None:
    """The educator makes the child's plan, so their contact is needed."""
    worker = api.as_(HERE.social_worker)
    said = placed(made, form="institution") | INSTITUTION
    without = said | {"educator_contact": None}
    problem_of(await worker.post(f"/cases/{made.case}/placements", without), 422, "E4")
    response = await worker.post(f"/cases/{made.case}/placements", said)
    assert response.status_code == 201, response.text
    assert response.json()["tasks_performed_by"] is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts_on": "2026-03-11"}, "placement_date_wrong"),
        ({"notice_received_on": "2026-03-11"}, "placement_date_wrong"),
        ({"educator_name": "Halina Wiśniowiecka"}, "E4"),
        ({"tasks_performed_by": "coordinator"}, "G2"),
    ],
)
async def test_wrong_content_is_refused(
    api: Api, made: MadeCase, changes: dict[str, Any], code: str
) -> None:
    """The future, details of the other form, a coordinator where there is none."""
    said = placed(made, **changes)
    worker = api.as_(HERE.social_worker)
    problem_of(await worker.post(f"/cases/{made.case}/placements", said), 422, code)


async def test_only_a_child_of_the_family_is_placed(api: Api, world: World, made: MadeCase) -> None:
    """Neither the mother nor another family's child."""
    worker = api.as_(HERE.social_worker)
    for person in (made.mother, (await make_case(world, CaseState.ASSIGNED)).child):
        said = placed(made, person_id=str(person))
        problem_of(await worker.post(f"/cases/{made.case}/placements", said), 422, "A5")


async def test_a_child_is_in_one_place(api: Api, made: MadeCase) -> None:
    """The first stay ends before the second begins."""
    worker = api.as_(HERE.social_worker)
    assert (await worker.post(f"/cases/{made.case}/placements", placed(made))).status_code == 201
    again = await worker.post(f"/cases/{made.case}/placements", placed(made))
    problem_of(again, 409, "placement_open_already")


async def test_a_case_without_assistant_has_no_placements(api: Api, world: World) -> None:
    """The machine of the case knows the act from the assignment on."""
    made = await make_case(world, CaseState.DIAGNOSED)
    response = await api.as_(HERE.social_worker).post(
        f"/cases/{made.case}/placements", placed(made)
    )
    problem_of(response, 409, "illegal_step")


async def test_foreign_people_do_not_know_the_case(api: Api, made: MadeCase) -> None:
    """Another assistant, the coordinator before any placement, another centre: 404."""
    people = (HERE.other_assistant, HERE.coordinator, ELSEWHERE.social_worker)
    for person in people:
        response = await api.as_(person).post(f"/cases/{made.case}/placements", placed(made))
        problem_of(response, 404, "not_found")
    response = await api.as_(HERE.manager).post(f"/cases/{made.case}/placements", placed(made))
    problem_of(response, 403, "not_your_role")


async def test_a_coordinator_in_scope_records_a_further_placement(
    api: Api, world: World, made: MadeCase
) -> None:
    """Whoever coordinates one child's care sees the family, and may record the next change."""
    placement = await add_placement(world, made, coordinator=HERE.coordinator)
    coordinator = api.as_(HERE.coordinator)
    ended = {"ended_on": "2026-03-10", "outcome": "other", "note": "Zmiana rodziny zastępczej"}
    path = f"/placements/{placement}/return"
    assert (await coordinator.post(path, ended, version=1)).status_code == 200
    response = await coordinator.post(f"/cases/{made.case}/placements", placed(made))
    assert response.status_code == 201, response.text


@pytest.mark.rule("G19")
@pytest.mark.parametrize(
    ("starts_on", "notice", "warned"),
    [
        ("2026-02-24", None, False),
        ("2026-02-23", None, True),
        ("2026-02-01", "2026-02-15", False),
        ("2026-02-01", "2026-02-16", True),
    ],
)
async def test_a_late_notice_of_the_powiat_is_a_warning(
    api: Api, made: MadeCase, starts_on: str, notice: str | None, warned: bool
) -> None:
    """Fourteen days from the placement; it never blocks."""
    said = placed(made, starts_on=starts_on, notice_received_on=notice)
    response = await api.as_(HERE.social_worker).post(f"/cases/{made.case}/placements", said)
    assert response.status_code == 201, response.text
    assert [w["rule"] for w in response.json()["warnings"]] == ["G19"] * warned


async def test_the_placements_of_a_case_are_listed_latest_first(api: Api, made: MadeCase) -> None:
    """A page of them."""
    worker = api.as_(HERE.social_worker)
    said = placed(made, starts_on="2026-01-10")
    first = await worker.post(f"/cases/{made.case}/placements", said)
    ended = {"ended_on": "2026-02-01", "outcome": "returned"}
    await worker.post(f"/placements/{first.json()['id']}/return", ended, version=1)
    second = await worker.post(f"/cases/{made.case}/placements", placed(made))
    found = (await worker.get(f"/cases/{made.case}/placements")).json()["items"]
    assert [p["id"] for p in found] == [second.json()["id"], first.json()["id"]]
