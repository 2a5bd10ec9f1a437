"""How plans, their progress and what decides on their next step are found."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db.session import show
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.consents.queries import CONSENT_FACTS
from app.domain.goals.rules import ActionEffect
from app.domain.identity.queries import person
from app.domain.placements.queries import in_care, warnings
from app.domain.placements.rules import E3, E4
from app.domain.plans.rules import PlanState
from app.domain.plans.tables import PlanProgress, WorkPlan


async def active_plan(act: Act, case_id: UUID) -> WorkPlan | None:
    """Return the version of a case's plan that is being carried out."""
    query = select(WorkPlan).where(
        col(WorkPlan.centre_id) == act.actor.centre_id,
        col(WorkPlan.case_id) == case_id,
        col(WorkPlan.state) == PlanState.ACTIVE,
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def last_version_no(act: Act, case_id: UUID) -> int:
    """Return the number of a case's latest version, 0 before the first."""
    query = select(func.coalesce(func.max(col(WorkPlan.version_no)), 0)).where(
        col(WorkPlan.centre_id) == act.actor.centre_id, col(WorkPlan.case_id) == case_id
    )
    return int((await act.session.execute(query)).scalar_one())


async def effects(act: Act, case_id: UUID) -> dict[str, ActionEffect]:
    """Return what came of the completed actions of a case's plans, by action id."""
    query = select(col(PlanProgress.action_id), col(PlanProgress.effect)).where(
        col(PlanProgress.centre_id) == act.actor.centre_id, col(PlanProgress.case_id) == case_id
    )
    return {str(action): effect for action, effect in (await act.session.execute(query)).all()}


async def find_facts(act: Act, plan_id: UUID) -> dict[str, Any]:
    """Return what decides on the next step of a version, as the screens see it."""
    found: dict[str, Any] = json.loads(await show(act.session, _FACTS_OF, plan_id=plan_id))
    return found


_DONE = "d.centre_id = w.centre_id AND d.case_id = w.case_id AND d.family_id = w.family_id"
# The statement ends before the id of the version, which the caller writes.
PLAN_FACTS = f"""
    SELECT w.state, c.state AS case_state, w.version_no, w.goals, w.valid_from, w.consulted_on,
           w.agreements, cardinality(w.participants) AS participants, app.today() AS today,
           (SELECT coalesce(json_agg(d.action_id), '[]') FROM plan_progress d
             WHERE {_DONE}) AS completed,
           (SELECT coalesce(json_agg(json_build_object('form', d.form,
                                                       'by', d.tasks_performed_by)), '[]')
              FROM {in_care("w")}) AS placements,
           {CONSENT_FACTS}
      FROM work_plan w JOIN family_case c ON c.centre_id = w.centre_id AND c.id = w.case_id
     WHERE w.centre_id = app.centre() AND w.id = """
_FACTS_OF = View(f"SELECT row_to_json(f) FROM ({PLAN_FACTS} :plan_id::uuid) f")

# Since when plan `x` is not coordinated: a child was placed in care while it is carried out.
UNCOORDINATED_SINCE = f"""(SELECT min(d.starts_on) FROM {in_care("x")}
    AND d.id <> ALL (x.placements_covered))"""


def _uncovered(form: str) -> str:
    """Say when a child was placed in this form of care after the version took effect."""
    return (
        f"p.state = 'active' AND EXISTS (SELECT FROM {in_care('p')}"
        f" AND d.form = '{form}' AND d.id <> ALL (p.placements_covered))"
    )


_HEADER = f"""
    p.id, p.version, p.case_id, p.family_id, p.version_no, p.state, p.valid_from, p.reason,
    p.activated_on, p.superseded_on, p.last_reviewed_on, p.actions_done,
    {person("p.created_by")} AS created_by, app.z(p.created_at) AS created_at
"""
_OF_PLAN = "d.centre_id = p.centre_id AND d.case_id = p.case_id AND d.family_id = p.family_id"
PLAN = One(
    f"""
    SELECT {_HEADER}, p.goals, p.participants, p.resources, p.signed_by,
           CASE WHEN p.consulted_on IS NOT NULL THEN json_build_object(
               'consulted_on', p.consulted_on, 'by', {person("p.consulted_by")},
               'opinion', p.consultation_opinion) END AS consultation,
           (SELECT coalesce(json_agg(json_build_object('partner', s ->> 'partner',
                'name', s ->> 'name', 'by', {person("(s ->> 'by')::uuid")},
                'agreed_on', s ->> 'agreed_on', 'reference', s ->> 'reference',
                'remarks', s ->> 'remarks')), '[]')
              FROM jsonb_array_elements(p.agreements) s) AS agreements,
           (SELECT coalesce(json_agg(json_build_object('action_id', d.action_id,
                'done_on', d.done_on, 'effect', d.effect, 'note', d.note) ORDER BY d.id), '[]')
              FROM plan_progress d WHERE {_OF_PLAN}
               AND p.goals @? ('$[*].actions[*].id ? (@ == "' || d.action_id || '")')::jsonpath
           ) AS progress,
           (SELECT coalesce(json_agg(json_build_object('id', d.id, 'reviewed_on', d.reviewed_on,
                'remarks', d.remarks) ORDER BY d.reviewed_on DESC, d.id DESC), '[]')
              FROM (SELECT d.* FROM goal_review d WHERE {_OF_PLAN} AND d.plan_id = p.id
                     ORDER BY d.id DESC LIMIT 50) d) AS reviews,
           {warnings((E3, _uncovered("family")), (E4, _uncovered("institution")))} AS warnings
      FROM work_plan p
     WHERE p.centre_id = app.centre() AND p.id = :id::uuid
       AND app.note_reading(p.family_id, 'work_plan', p.id)
    """,
    facts=f"{PLAN_FACTS} r.id",
)
PLANS = Many(
    f"""
    SELECT {_HEADER} FROM work_plan p
     WHERE p.centre_id = app.centre() AND p.case_id = :case_id::uuid
    """,
    (Key("p.version_no", "bigint"), Key("p.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)
