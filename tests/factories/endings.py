"""Cases with an assistant in charge, and what assessments, motions and closures say."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from httpx import Response

from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants, grant
from app.domain.assessments.rules import AssessmentKind, AssessmentState
from app.domain.assessments.tables import Assessment
from app.domain.assignments.rules import AssignmentKind
from app.domain.assignments.tables import Assignment
from app.domain.caseload.rules import Duty
from app.domain.caseload.service import take_place
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import DeadlineKind
from app.domain.deadlines.service import start
from app.domain.families.rules import Sphere
from app.domain.plans.rules import PlanState
from app.domain.plans.tables import WorkPlan
from tests.factories.api import Api
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import HERE, Person, World

GOAL = UUID("0197a000-0000-7000-8000-000000000001")


async def make_assisted(world: World, state: CaseState = CaseState.IN_PROGRESS) -> MadeCase:
    """Put a case into a state with the assistant's assignment, place, right and due assessment."""
    made = await make_case(world, state)
    async with world.acting() as act:
        case = await act.find(Case, made.case)
        assignment = Assignment(
            case_id=case.id,
            family_id=case.family_id,
            assistant_id=HERE.assistant.id,
            kind=AssignmentKind.PRIMARY,
            starts_on=act.today,
        )
        act.add(assignment)
        await take_place(
            act,
            worker_id=HERE.assistant.id,
            duty=Duty.ASSISTANCE,
            starts_on=act.today,
            ends_on=None,
            source_id=assignment.id,
            limit=15,
        )
        await end_grants(act, case.id, act.today)
        grant(
            act,
            account_id=HERE.assistant.id,
            family_id=case.family_id,
            reason=GrantReason.ASSIGNMENT,
            source_id=assignment.id,
            valid_from=act.today,
        )
        kind = DeadlineKind.PERIODIC_ASSESSMENT
        start(act, case, kind, started_on=act.today, due_on=date(2026, 9, 10))
    return made


async def add_active_plan(world: World, made: MadeCase) -> None:
    """Add an active plan with one goal."""
    action = {"id": str(uuid4()), "action": "Wizyta w urzędzie", "due_on": "2026-06-01"}
    goal = {"id": str(GOAL), "sphere": "vocational", "goal": "Podjęcie pracy", "owner": "client"}
    async with world.acting() as act:
        act.add(
            WorkPlan(
                case_id=made.case,
                family_id=made.family,
                goals=[goal | {"actions": [action]}],
                participants=[made.mother],
                signed_by=[made.mother],
                valid_from=act.today,
                version_no=1,
                state=PlanState.ACTIVE,
                activated_on=act.today,
                consulted_on=act.today,
                consulted_by=HERE.social_worker.id,
            )
        )


async def add_final_assessment(world: World, made: MadeCase) -> UUID:
    """Add a final assessment that was handed over today."""
    async with world.acting() as act:
        final = Assessment(
            case_id=made.case,
            family_id=made.family,
            kind=AssessmentKind.FINAL,
            state=AssessmentState.HANDED_OVER,
            period_from=act.today,
            period_to=act.today,
            signed_on=act.today,
            handed_over_on=act.today,
        )
        act.add(final)
        return final.id


async def version_of(world: World, case_id: UUID) -> int:
    """Return a case's present version: what its ETag says."""
    async with world.acting() as act:
        return (await act.find(Case, case_id)).version


async def state_of(world: World, case_id: UUID) -> CaseState:
    """Return a case's present state."""
    async with world.acting() as act:
        return CaseState((await act.find(Case, case_id)).state)


def content(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Say everything that an assessment needs."""
    said: dict[str, Any] = {
        "goals": [{"goal_id": str(GOAL), "rating": "partly", "comment": "Staż od maja."}],
        "spheres": [
            {"sphere": sphere.value, "change": "improved", "text": "Widoczna poprawa."}
            for sphere in Sphere
        ],
        "involvement": "Rodzina realizuje ustalenia; „małe kroki” — działają.",
        "children": [{"person_id": str(made.child), "heard": True}],
        "supporting_family_considered": False,
        "conclusion": "continue",
        "conclusions_text": "Praca z rodziną będzie kontynuowana.",
    }
    return said | changes


async def draft(api: Api, made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Begin an assessment as the assistant; return it."""
    said = {"kind": "periodic", "period_to": api.clock.today.isoformat()} | changes
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/assessments", said)
    assert response.status_code == 201, response.text
    begun: dict[str, Any] = response.json()
    return begun


async def signed(api: Api, made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Begin, fill in and sign an assessment as the assistant; return it."""
    begun = await draft(api, made, **changes)
    goals = [
        {"goal_id": goal["goal_id"], "rating": "partly", "comment": None} for goal in begun["goals"]
    ]
    said = content(made, goals=goals)
    assistant = api.as_(HERE.assistant)
    path = f"/assessments/{begun['id']}"
    filled = await assistant.patch(path, said, version=begun["version"])
    assert filled.status_code == 200, filled.text
    version = filled.json()["version"]
    response = await assistant.post(f"{path}/signature", version=version)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def hand_over(
    api: Api, assessment: dict[str, Any], on: date | None = None, person: Person = HERE.assistant
) -> Response:
    """Hand an assessment over on a day (today unless said)."""
    said = {"handed_over_on": (on or api.clock.today).isoformat()}
    path = f"/assessments/{assessment['id']}/handover"
    return await api.as_(person).post(path, said, version=assessment["version"])


def closure(api: Api, **changes: Any) -> dict[str, Any]:
    """Say how the work ends today, with monitoring after it."""
    said: dict[str, Any] = {
        "reason": "goals_achieved",
        "closed_on": api.clock.today.isoformat(),
        "effects": "Rodzina samodzielnie prowadzi gospodarstwo.",
        "recommendations": "Dalszy kontakt z poradnią.",
        "monitoring": True,
    }
    return said | changes
