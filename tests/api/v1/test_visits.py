"""Act: the assistant records a visit, and the family's people read it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.visits import visit_said, withdraw_consent

BUSY = CaseState.IN_PROGRESS


def rules_of(visit: dict[str, Any]) -> list[str]:
    """Return the rules that a visit warns of."""
    return sorted(warning["rule"] for warning in visit["warnings"])


async def test_a_visit_is_recorded_as_it_was_said(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    assistant = api.as_(HERE.assistant)
    response = await assistant.post(f"/cases/{made.case}/visits", visit_said(made))
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"1"'
    visit = response.json()
    assert visit["notes"] == visit_said(made)["notes"]
    assert visit["tasks"] == ["household", "parenting"]
    assert visit["begins"] == "10:00:00"
    assert visit["recorded_by"]["id"] == str(HERE.assistant.id)
    assert visit["warnings"] == []
    shown = await assistant.get(response.headers["location"])
    assert shown.json() == visit
    listed = await assistant.get(f"/cases/{made.case}/visits")
    assert len(listed.json()["items"]) == 1


async def test_a_narrative_of_twenty_thousand_letters_passes(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    assistant = api.as_(HERE.assistant)
    path = f"/cases/{made.case}/visits"
    long = await assistant.post(path, visit_said(made, notes="ż" * 20_000))
    assert long.status_code == 201
    problem_of(await assistant.post(path, visit_said(made, notes="ż" * 20_001)), 422, "invalid")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": "2026-03-11", "next_visit_on": None}, "visit_in_future"),
        ({"held_on": "2026-03-09"}, "visit_before_assignment"),
        ({"ends": "10:00"}, "ends_before_begins"),
        ({"next_visit_on": "2026-03-09"}, "next_visit_too_early"),
        ({"place": None}, "C11"),
        ({"place": "family_indicated"}, "C11"),
        ({"tasks": []}, "invalid"),
        ({"present": []}, "invalid"),
        ({"kind": "first_joint"}, "invalid"),
        ({"begins": "10:00Z"}, "invalid"),
        ({"begins": "10:00:00.5"}, "invalid"),
        ({"held_on": "2026-03-10T00:00:00"}, "invalid"),
        ({"held_on": 0}, "invalid"),
        ({"surprise": True}, "invalid"),
    ],
)
async def test_content_that_can_not_be_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
) -> None:
    made = await make_case(world, BUSY)
    said = visit_said(made, **changes)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    problem_of(response, 422, code)


async def test_persons_of_another_family_were_not_there(api: Api, world: World) -> None:
    other = await make_case(world, BUSY)
    made = await make_case(world, BUSY)
    said = visit_said(made, present=[str(made.mother), str(other.mother)])
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    problem = problem_of(response, 422, "not_of_this_family")
    assert problem["facts"] == {"persons": [str(other.mother)]}


@pytest.mark.rule("A1")
async def test_withdrawn_consent_stops_visits(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    await withdraw_consent(world, made)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    assert "art. 8 ust. 3" in problem_of(response, 409, "A1")["legal_basis"]


@pytest.mark.rule("B10")
async def test_the_joint_first_visit_comes_first(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.ASSIGNED)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    problem_of(response, 409, "B10")


@pytest.mark.parametrize("state", [CaseState.SUSPENDED])
async def test_a_suspended_case_takes_no_visit(api: Api, world: World, state: CaseState) -> None:
    made = await make_case(world, state)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    problem_of(response, 409, "illegal_step")


async def test_only_the_familys_assistant_records(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    path, said = f"/cases/{made.case}/visits", visit_said(made)
    for person in (HERE.social_worker, HERE.manager, HERE.coordinator):
        problem_of(await api.as_(person).post(path, said), 403, "not_your_role")
    for person in (HERE.other_assistant, ELSEWHERE.assistant):
        problem_of(await api.as_(person).post(path, said), 404, "not_found")


@pytest.mark.rule("C11")
async def test_another_place_is_recorded_with_a_warning(api: Api, world: World) -> None:
    made = await make_case(world, BUSY)
    said = visit_said(made, place="other", place_text="park", kind="other")
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    assert response.status_code == 201
    assert rules_of(response.json()) == ["C11"]
    assert "art. 14" in response.json()["warnings"][0]["legal_basis"]


@pytest.mark.rule("E11")
@pytest.mark.parametrize(("ends", "warned"), [("19:59", []), ("20:00", []), ("20:01", ["E11"])])
async def test_a_visit_after_eight_in_the_evening_warns(
    api: Api, world: World, ends: str, warned: list[str]
) -> None:
    made = await make_case(world, BUSY)
    response = await api.as_(HERE.assistant).post(
        f"/cases/{made.case}/visits", visit_said(made, ends=ends)
    )
    assert rules_of(response.json()) == warned


@pytest.mark.rule("E11")
async def test_saturday_warns_and_friday_does_not(api: Api, world: World, clock: TestClock) -> None:
    made = await make_case(world, BUSY)
    clock.go_to(date(2026, 3, 14))
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/visits"
    friday = visit_said(made, held_on="2026-03-13")
    saturday = visit_said(made, held_on="2026-03-14")
    assert rules_of((await assistant.post(path, friday)).json()) == []
    assert rules_of((await assistant.post(path, saturday)).json()) == ["E11"]


@pytest.mark.rule("E10")
async def test_a_visit_after_too_long_a_pause_warns(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, BUSY)
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/visits"
    await assistant.post(path, visit_said(made))
    clock.go_to(date(2026, 3, 25))
    in_time = visit_said(made, held_on="2026-03-17", next_visit_on=None)
    late = visit_said(made, held_on="2026-03-25", next_visit_on=None)
    assert rules_of((await assistant.post(path, in_time)).json()) == []
    assert rules_of((await assistant.post(path, late)).json()) == ["E10"]


async def test_everybody_in_scope_lists_the_latest_first(
    api: Api, world: World, clock: TestClock
) -> None:
    made = await make_case(world, BUSY)
    clock.go_to(date(2026, 3, 12))
    assistant, path = api.as_(HERE.assistant), f"/cases/{made.case}/visits"
    for day in ("2026-03-11", "2026-03-12", "2026-03-10"):
        await assistant.post(path, visit_said(made, held_on=day))
    for person in (HERE.assistant, HERE.social_worker, HERE.manager):
        page = (await api.as_(person).get(f"{path}?limit=2")).json()
        assert [v["held_on"] for v in page["items"]] == ["2026-03-12", "2026-03-11"]
        rest = (await api.as_(person).get(f"{path}?limit=2&cursor={page['next_cursor']}")).json()
        assert [v["held_on"] for v in rest["items"]] == ["2026-03-10"]
    for person in (HERE.other_assistant, ELSEWHERE.manager):
        problem_of(await api.as_(person).get(path), 404, "not_found")


async def test_opening_a_visit_is_an_entry_of_the_audit(
    api: Api, world: World, database: OneConnection
) -> None:
    made = await make_case(world, BUSY)
    recorded = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    path = recorded.headers["location"]
    for person in (HERE.other_assistant, ELSEWHERE.manager):
        problem_of(await api.as_(person).get(path), 404, "not_found")
    assert (await api.as_(HERE.manager).get(path)).status_code == 200
    said = await database.connection.execute(
        text("SELECT account_id FROM audit_entry WHERE verb = 'read' AND subject = 'visit'")
    )
    assert said.scalars().all() == [HERE.manager.id]
