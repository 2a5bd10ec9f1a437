"""How assessments are found, and how they are shown."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.session import show
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.assessments.rules import AssessmentState, ChildInCare
from app.domain.assessments.tables import Assessment
from app.domain.cases.queries import SEEN_CASE
from app.domain.centres.rules import E8
from app.domain.identity.queries import person
from app.domain.placements.queries import open_placements, warnings
from app.domain.placements.rules import CareForm
from app.domain.placements.tables import FosterFamily


async def last_assessment(act: Act, case_id: UUID) -> Assessment | None:
    """Return the assessment of a case whose period ended last; a discarded draft is none."""
    query = (
        select(Assessment)
        .where(
            col(Assessment.centre_id) == act.actor.centre_id,
            col(Assessment.case_id) == case_id,
            col(Assessment.state).not_in({AssessmentState.DRAFT, AssessmentState.DISCARDED}),
        )
        .order_by(col(Assessment.period_to).desc(), col(Assessment.id).desc())
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none()


def _minors(family: str, on: str) -> str:
    """Select the children who are not of age on a day: those to be heard (A8)."""
    return f"""(SELECT coalesce(json_agg(p.id ORDER BY p.born_on, p.id), '[]') FROM person p
        WHERE p.centre_id = app.centre() AND p.family_id = {family} AND p.role = 'child'
          AND p.left_on IS NULL
          AND (p.born_on IS NULL OR p.born_on + interval '18 years' > {on}))"""


_MINORS = View(f"SELECT {_minors(':family_id::uuid', ':on::date')}")


async def minors(act: Act, family_id: UUID, on: date) -> list[str]:
    """Return the ids of the children of a family who are not of age on a day."""
    found: list[str] = json.loads(await show(act.session, _MINORS, family_id=family_id, on=on))
    return found


async def children_in_care(act: Act, family_id: UUID, on: date) -> list[ChildInCare]:
    """Return the children in family care on a day with their coordinators (E8)."""
    placed = [p for p in await open_placements(act, family_id, on) if p.form is CareForm.FAMILY]
    query = select(col(FosterFamily.id), col(FosterFamily.coordinator_id)).where(
        col(FosterFamily.centre_id) == act.actor.centre_id,
        col(FosterFamily.id).in_([p.foster_family_id for p in placed]),
    )
    coordinators = {row.id: row.coordinator_id for row in await act.session.execute(query)}
    return [
        ChildInCare(
            p.person_id, coordinators.get(p.foster_family_id) if p.foster_family_id else None
        )
        for p in placed
    ]


# The due date that a hand-over settled, or the one that still runs; and whether it is kept.
_DUE = """coalesce(a.due_on, (SELECT d.due_on FROM deadline d WHERE d.centre_id = a.centre_id
    AND d.case_id = a.case_id AND d.family_id = a.family_id AND d.kind = 'periodic_assessment'
    AND d.settled_on IS NULL AND d.dropped_on IS NULL AND a.handed_over_on IS NULL))"""
_HEADER = f"""
    a.id, a.version, a.case_id, a.family_id, a.kind, a.state, a.period_from, a.period_to,
    a.conclusion, a.signed_on, a.handed_over_on, a.received_on, {_DUE} AS due_on,
    coalesce(a.handed_over_on, app.today()) <= {_DUE} AS in_time,
    {person("a.created_by")} AS created_by, app.z(a.created_at) AS created_at
"""
_FACTS = f"""
    SELECT a.state, c.state AS case_state, a.goals, a.spheres, a.involvement, a.children,
           a.supporting_family_considered, a.conclusion, a.conclusions_text,
           {_minors("a.family_id", "a.period_to")} AS children_of_family,
           coalesce((SELECT s.supporting_family_required FROM centre_settings s
             WHERE s.centre_id = a.centre_id AND s.valid_from <= app.today()
             ORDER BY s.valid_from DESC LIMIT 1), true) AS supporting_family_required
      FROM assessment a JOIN family_case c ON c.centre_id = a.centre_id AND c.id = a.case_id
     WHERE a.centre_id = app.centre() AND a.id = """

_UNCOORDINATED = f"'{E8.id}' = ANY (a.warnings)"
ASSESSMENT = One(
    f"""
    SELECT {_HEADER}, a.goals, a.spheres, a.involvement, a.children,
           a.supporting_family_considered, a.supporting_family_note, a.conclusions_text,
           {person("a.signed_by")} AS signed_by, a.withdrawal_reason,
           (SELECT coalesce(json_agg(json_build_object('id', p.id, 'full_name', p.full_name,
                'role', t ->> 'role') ORDER BY t ->> 'role' DESC, p.full_name), '[]')
              FROM jsonb_array_elements(a.recipients) t
              JOIN account p ON p.centre_id = a.centre_id AND p.id = (t ->> 'account_id')::uuid
           ) AS recipients,
           {person("a.received_by")} AS received_by, {warnings((E8, _UNCOORDINATED))} AS warnings
      FROM assessment a
     WHERE a.centre_id = app.centre() AND a.id = :id::uuid
       AND app.note_reading(a.family_id, 'assessment', a.id)
    """,
    facts=_FACTS + "r.id",
)
ASSESSMENTS = Many(
    f"""
    SELECT {_HEADER} FROM assessment a
     WHERE a.centre_id = app.centre() AND a.case_id = :case_id::uuid
    """,
    (Key("a.period_to", "date"), Key("a.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)


_ONE_FACTS = View(f"SELECT row_to_json(f) FROM ({_FACTS}:id::uuid) f")


async def facts(act: Act, assessment_id: UUID) -> dict[str, Any]:
    """Return what the rules of signing need to know, as the view gives it."""
    found: dict[str, Any] = json.loads(await show(act.session, _ONE_FACTS, id=assessment_id))
    return found
