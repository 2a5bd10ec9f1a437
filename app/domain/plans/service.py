"""Drafting, agreeing, activating, revising and carrying out the work plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.db.types import document, new_id
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.consents.service import require_consent
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, months_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.queries import list_members
from app.domain.goals.rules import (
    Goal,
    arranged,
    due_dates,
    ids_in,
    require_action,
    require_complete,
    require_deadlines,
)
from app.domain.placements.queries import open_placements
from app.domain.placements.rules import PlanPartner
from app.domain.plans import queries, rules
from app.domain.plans.rules import PlanAction, PlanFacts, PlanState
from app.domain.plans.tables import (
    GoalReview,
    GoalReviewFields,
    PlanProgress,
    ProgressFields,
    WorkPlan,
    WorkPlanFields,
)

CONTENT = ("goals", "participants", "resources", "reason", "valid_from")


async def draft_plan(act: Act, case_id: UUID, said: WorkPlanFields) -> WorkPlan:
    """Begin the first plan of a case, or the next version of the one that is carried out (E5)."""
    case = await lock_case(act, case_id)
    before = await queries.active_plan(act, case_id)
    await require_consent(act, case)
    advance(act, case, CaseAction.REVISE_PLAN if before else CaseAction.DRAFT_PLAN)
    plan = WorkPlan(
        case_id=case.id,
        family_id=case.family_id,
        version_no=1 + await queries.last_version_no(act, case_id),
        **said.model_dump(exclude={"goals"}),
        goals=_arranged(document(said.goals), before),
    )
    await _require_content(act, plan)
    act.add(plan)
    await act.flush()
    _tell(act, EventType.PLAN_DRAFTED, plan)
    return plan


def _arranged(goals: Sequence[Goal], *versions: WorkPlan | None) -> list[dict[str, Any]]:
    known = frozenset[str]().union(*(ids_in(v.goals) for v in versions if v is not None))
    return arranged(goals, known, lambda: str(new_id()))


async def _require_content(act: Act, plan: WorkPlan) -> None:
    """Refuse what a draft may not say (E1, E2, E5)."""
    rules.require_reason(plan.reason, revision=plan.version_no > 1)
    require_complete(plan.goals)
    done = await queries.effects(act, plan.case_id)
    require_deadlines(plan.goals, done, plan.valid_from, act.today)
    members = await list_members(act, plan.family_id)
    rules.require_members(plan.participants, (m.id for m in members if m.left_on is None))


async def _take(
    act: Act, plan_id: UUID, if_match: int, action: PlanAction
) -> tuple[Case, WorkPlan, PlanFacts]:
    """Lock a case and a version of its plan, and judge the action by what screens are shown."""
    case = await lock_case(act, (await act.find(WorkPlan, plan_id)).case_id)
    plan = await act.lock(WorkPlan, plan_id, if_match)
    facts = rules.read_facts(await queries.find_facts(act, plan_id))
    rules.require_step(facts, action)
    return case, plan, facts


async def change_draft(
    act: Act, plan_id: UUID, if_match: int, changes: Mapping[str, Any]
) -> WorkPlan:
    """Change a draft; whoever agreed to what it said before must be asked again (E2, E3)."""
    case, plan, _ = await _take(act, plan_id, if_match, PlanAction.CHANGE)
    await require_consent(act, case)
    said = dict(changes)
    if "goals" in said:
        before = await queries.active_plan(act, plan.case_id)
        said["goals"] = _arranged(document(said["goals"]), plan, before)
    was = [getattr(plan, name) for name in CONTENT]
    plan.sqlmodel_update(said)
    await _require_content(act, plan)
    if was != [getattr(plan, name) for name in CONTENT]:
        plan.consulted_on = plan.consulted_by = plan.consultation_opinion = None
        plan.agreements = []
    emit(act, EventType.PLAN_CHANGED, family_id=plan.family_id, subject_id=plan.id)
    await act.flush()
    return plan


async def consult(
    act: Act, plan_id: UUID, if_match: int, consulted_on: date, opinion: str | None
) -> WorkPlan:
    """Record the social worker's consultation of the draft as it stands (E2)."""
    _, plan, _ = await _take(act, plan_id, if_match, PlanAction.CONSULT)
    rules.require_order(consulted_on, act.today)
    plan.consulted_on, plan.consulted_by = consulted_on, act.actor.account_id
    plan.consultation_opinion = opinion
    _tell(act, EventType.PLAN_CONSULTED, plan, consulted_on)
    return plan


async def agree(
    act: Act,
    plan_id: UUID,
    if_match: int,
    agreed_on: date,
    said: Mapping[str, str | None],
    partner: PlanPartner = PlanPartner.COORDINATOR,
) -> WorkPlan:
    """Record that the draft is coordinated with the child's plan (E3, E4)."""
    coordinator = partner is PlanPartner.COORDINATOR
    action = PlanAction.AGREE if coordinator else PlanAction.AGREE_EXTERNALLY
    _, plan, facts = await _take(act, plan_id, if_match, action)
    rules.require_needed(facts, {partner})
    rules.require_order(agreed_on, act.today)
    agreement = {
        "partner": str(partner),
        "by": str(act.actor.account_id),
        "agreed_on": agreed_on.isoformat(),
        **said,
    }
    others = [found for found in plan.agreements if found["partner"] != partner]
    plan.agreements = [*others, agreement]
    _tell(act, EventType.PLAN_AGREED, plan, agreed_on)
    return plan


async def activate(
    act: Act, plan_id: UUID, if_match: int, activated_on: date | None, signed_by: Sequence[UUID]
) -> WorkPlan:
    """Put a version into effect: the first starts the work, the next supersedes the one before."""
    case, plan, facts = await _take(act, plan_id, if_match, PlanAction.ACTIVATE)
    await require_consent(act, case)
    rules.require_signers(signed_by, plan.participants)
    on, before = activated_on or act.today, await queries.active_plan(act, plan.case_id)
    agreed = [date.fromisoformat(said["agreed_on"]) for said in plan.agreements]
    first = before.activated_on if before else None
    rules.require_order(on, act.today, after=(plan.consulted_on, first, *agreed))
    advance(act, case, rules.activation_of(revision=facts.revision))
    if before is not None:
        before.state, before.superseded_on = PlanState.SUPERSEDED, on
        # The key that allows one active version is judged row by row.
        await act.flush()
    covered = await open_placements(act, case.family_id, act.today)
    plan.placements_covered = [placement.id for placement in covered]
    plan.state, plan.activated_on, plan.signed_by = PlanState.ACTIVE, on, list(signed_by)
    await _time(act, case, plan, on, facts)
    _tell(act, EventType.PLAN_REVISED if before else EventType.PLAN_ACTIVATED, plan, on)
    return plan


async def _time(act: Act, case: Case, plan: WorkPlan, on: date, facts: PlanFacts) -> None:
    """Settle what was due and start what the new version makes due."""
    await deadlines.settle(act, case, DeadlineKind.PLAN, on)
    await deadlines.drop(act, case, DeadlineKind.PLAN_ACTION, on=on)
    for action_id, due_on in due_dates(plan.goals, facts.completed).items():
        deadlines.start(
            act,
            case,
            DeadlineKind.PLAN_ACTION,
            started_on=on,
            due_on=due_on,
            subject_id=UUID(action_id),
        )
    if not facts.revision:
        await _start_review(act, case, on)


async def _start_review(act: Act, case: Case, on: date) -> None:
    due_on = months_due(on, (await settings_on(act, on)).goal_review_months)
    deadlines.start(act, case, DeadlineKind.GOAL_REVIEW, started_on=on, due_on=due_on)


async def abandon_draft(act: Act, plan_id: UUID, if_match: int) -> WorkPlan:
    """Give a change of the plan up; the active version goes on."""
    _, plan, _ = await _take(act, plan_id, if_match, PlanAction.ABANDON)
    plan.state = PlanState.ABANDONED
    _tell(act, EventType.PLAN_ABANDONED, plan)
    return plan


async def complete_action(
    act: Act, plan_id: UUID, if_match: int, action_id: UUID, said: ProgressFields
) -> WorkPlan:
    """Record what came of an action; its deadline is settled whatever the effect."""
    case, plan, _ = await _take(act, plan_id, if_match, PlanAction.COMPLETE_ACTION)
    require_action(plan.goals, str(action_id))
    rules.require_order(said.done_on, act.today)
    act.add(
        PlanProgress(
            case_id=case.id,
            family_id=case.family_id,
            plan_id=plan.id,
            action_id=action_id,
            **said.model_dump(),
        )
    )
    plan.actions_done += 1
    await deadlines.settle(act, case, DeadlineKind.PLAN_ACTION, said.done_on, action_id)
    _tell(act, EventType.PLAN_ACTION_DONE, plan, said.done_on)
    return plan


async def review_goals(act: Act, plan_id: UUID, if_match: int, said: GoalReviewFields) -> WorkPlan:
    """Record a review of the goals; the next is due by the centre's setting (E9)."""
    case, plan, _ = await _take(act, plan_id, if_match, PlanAction.REVIEW_GOALS)
    after = (plan.activated_on, plan.last_reviewed_on)
    rules.require_order(said.reviewed_on, act.today, after=after)
    act.add(
        GoalReview(case_id=case.id, family_id=case.family_id, plan_id=plan.id, **said.model_dump())
    )
    plan.last_reviewed_on = said.reviewed_on
    await deadlines.settle(act, case, DeadlineKind.GOAL_REVIEW, said.reviewed_on)
    await _start_review(act, case, said.reviewed_on)
    _tell(act, EventType.GOALS_REVIEWED, plan, said.reviewed_on)
    return plan


def _tell(act: Act, kind: EventType, plan: WorkPlan, on: date | None = None) -> None:
    emit(
        act,
        kind,
        family_id=plan.family_id,
        case_id=plan.case_id,
        subject_id=plan.id,
        on=on,
    )
