"""A case closes on an assessment of how it stands, and not before what was done last (E13)."""

from datetime import date

import pytest

from app.domain.assessments.rules import AssessmentKind, AssessmentState
from app.domain.assessments.tables import Assessment
from app.domain.cases.rules import CaseState
from app.domain.motions.rules import SuspensionReason
from app.domain.motions.tables import Suspension
from tests.api.v1.test_closure import blockers, close, ready
from tests.api.v1.test_consent_of_a_day import renew, withdraw
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase
from tests.factories.endings import add_final_assessment, make_assisted
from tests.factories.people import HERE, World
from tests.factories.visits import visit_said

MISSING = ["final_assessment_missing"]


async def add_periodic(world: World, made: MadeCase) -> None:
    async with world.acting() as act:
        act.add(
            Assessment(
                case_id=made.case,
                family_id=made.family,
                kind=AssessmentKind.PERIODIC,
                state=AssessmentState.HANDED_OVER,
                period_from=act.today,
                period_to=act.today,
                signed_on=act.today,
                handed_over_on=act.today,
            )
        )


@pytest.mark.rule("E13")
@pytest.mark.parametrize(("day", "found"), [(date(2026, 9, 10), []), (date(2026, 9, 11), MISSING)])
async def test_a_final_assessment_of_more_than_half_a_year_ago_closes_nothing(
    api: Api, world: World, day: date, found: list[str]
) -> None:
    made = await ready(api, world)
    api.clock.go_to(day)
    assert await blockers(api, made) == found


@pytest.mark.rule("E13")
async def test_the_final_assessment_is_the_last_one(api: Api, world: World) -> None:
    made = await ready(api, world)
    api.clock.travel(days=1)
    await add_periodic(world, made)
    problem = problem_of(await close(api, world, made), 409, "E13")
    assert problem["facts"]["blockers"] == MISSING
    await add_final_assessment(world, made)
    assert await blockers(api, made) == []


@pytest.mark.rule("E13")
@pytest.mark.parametrize(
    ("resumed_on", "found"), [(date(2026, 3, 10), []), (date(2026, 3, 11), MISSING)]
)
async def test_work_that_went_on_is_assessed_anew(
    api: Api, world: World, resumed_on: date, found: list[str]
) -> None:
    made = await ready(api, world)
    async with world.acting() as act:
        act.add(
            Suspension(
                case_id=made.case,
                family_id=made.family,
                reason=SuspensionReason.HOSPITAL,
                starts_on=act.today,
                review_on=date(2026, 4, 9),
                ended_on=resumed_on,
            )
        )
    assert await blockers(api, made) == found


@pytest.mark.rule("E13")
async def test_after_a_renewed_consent_the_work_is_assessed_anew(api: Api, world: World) -> None:
    made = await ready(api, world)
    await withdraw(api, world, made, "2026-03-12")
    assert await blockers(api, made) == []
    await renew(api, made, "2026-03-13")
    assert await blockers(api, made) == MISSING


@pytest.mark.rule("E13")
@pytest.mark.parametrize(("closed_on", "status"), [("2026-03-11", 422), ("2026-03-12", 201)])
async def test_no_case_is_closed_before_its_last_visit(
    api: Api, world: World, closed_on: str, status: int
) -> None:
    made = await ready(api, world)
    api.clock.travel(days=3)
    said = visit_said(made, held_on="2026-03-12")
    await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", said)
    response = await close(api, world, made, closed_on=closed_on)
    assert response.status_code == status, response.text


@pytest.mark.parametrize(("reason", "status"), [("death", 201), ("no_effects", 409)])
async def test_a_family_that_has_died_is_closed_before_its_plan(
    api: Api, world: World, reason: str, status: int
) -> None:
    made = await make_assisted(world, CaseState.ASSIGNED)
    await add_final_assessment(world, made)
    said = {"kind": "closure", "closure_reason": reason}
    assert (
        await api.as_(HERE.assistant).post(f"/cases/{made.case}/motions", said)
    ).status_code == 201
    assert await blockers(api, made) == ([] if status == 201 else ["work_not_begun"])
    response = await close(api, world, made, reason=reason, monitoring=False)
    assert response.status_code == status, response.text
