"""What stands against a closure, and how closures and archived cases are shown."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.session import show
from app.db.views import One, View
from app.domain.act import Act
from app.domain.cases.rules import E14
from app.domain.closures.rules import FINAL_MONTHS, UNMONITORED, ClosureFacts
from app.domain.closures.tables import Closure
from app.domain.consents.queries import RISK_OPEN
from app.domain.identity.queries import person
from app.domain.motions.rules import ClosureReason
from app.domain.placements.queries import warnings

_OF_CASE = "x.centre_id = c.centre_id AND x.case_id = c.id AND x.family_id = c.family_id"

# The latest assessment, if it is a final one and speaks of how the work stands: younger than half a
# year (E6), and than the last time that the work went on after a suspension or a withdrawal.
_WENT_ON = f"""greatest(
        (SELECT max(x.ended_on) FROM suspension x WHERE {_OF_CASE} AND c.state <> 'suspended'),
        (SELECT max(s.signed_on) FROM consent_withdrawal x JOIN consent_signature s
            ON s.centre_id = x.centre_id AND s.case_id = x.case_id AND s.family_id = x.family_id
           AND s.signed_on >= x.withdrawn_on AND s.withdrawn_on IS NULL
         WHERE {_OF_CASE} AND NOT x.continues_without))"""
_FINAL = f"""(SELECT a.id FROM (SELECT x.id, x.kind, x.handed_over_on FROM assessment x
        WHERE {_OF_CASE} AND x.state IN ('handed_over', 'received')
        ORDER BY x.handed_over_on DESC, x.id DESC LIMIT 1) a
       WHERE a.kind = 'final' AND a.handed_over_on >= coalesce({_WENT_ON}, a.handed_over_on)
         AND a.handed_over_on + interval '{FINAL_MONTHS} months' >= app.today())"""
# One definition of the facts: for the list of blockers, the command that they block, and the case
# file. The outer row must be a case called `c`.
CLOSURE_COLUMNS = f"""c.state, c.consent_withdrawn_on IS NOT NULL AS consent_withdrawn,
      EXISTS (SELECT FROM motion x WHERE {_OF_CASE} AND x.kind = 'closure' AND x.state = 'open')
        AS motion_open,
      (SELECT x.closure_reason FROM motion x WHERE {_OF_CASE} AND x.kind = 'closure'
        AND x.state = 'open') AS motion_reason,
      coalesce((SELECT s.final_assessment_required FROM centre_settings s
        WHERE s.centre_id = c.centre_id AND s.valid_from <= app.today()
        ORDER BY s.valid_from DESC LIMIT 1), true) AS final_required,
      {_FINAL} AS final_assessment,
      greatest((SELECT max(x.held_on) FROM visit x WHERE {_OF_CASE}),
        (SELECT max(x.handed_over_on) FROM assessment x WHERE {_OF_CASE})) AS worked_until,
      EXISTS (SELECT FROM assessment x WHERE {_OF_CASE} AND x.state IN ('draft', 'signed'))
        AS assessment_unfinished,
      EXISTS (SELECT FROM work_plan x WHERE {_OF_CASE} AND x.state = 'draft') AS plan_in_draft,
      EXISTS (SELECT FROM consent_withdrawal x WHERE {_OF_CASE} AND {RISK_OPEN}) AS risk_open"""
_FACTS = f"""
  SELECT row_to_json(f) FROM (SELECT {CLOSURE_COLUMNS} FROM family_case c
    WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid {{}}) f
"""
CLOSURE_FACTS = View(_FACTS.format(""))
BLOCKERS = View(_FACTS.format("AND app.note_reading(c.family_id, 'family_case', c.id)"))


async def closure_facts(act: Act, case_id: UUID) -> ClosureFacts:
    """Return what stands against closing a case that the act has locked, as the view gives it."""
    return ClosureFacts.of(json.loads(await show(act.session, CLOSURE_FACTS, case_id=case_id)))


async def closed_because(act: Act, case_id: UUID) -> ClosureReason | None:
    """Return why a case was closed; None: it was not."""
    query = select(col(Closure.reason)).where(
        col(Closure.centre_id) == act.actor.centre_id, col(Closure.case_id) == case_id
    )
    return (await act.session.execute(query)).scalar_one_or_none()


_POINTLESS = ", ".join(f"'{reason.value}'" for reason in sorted(UNMONITORED))
_UNMONITORED = f"NOT x.monitoring AND x.reason NOT IN ({_POINTLESS})"
CLOSURE = One(f"""
    SELECT x.id, x.version, x.case_id, x.family_id, x.reason, x.reason_text, x.reported_as,
           x.closed_on, x.effects, x.recommendations, x.monitoring, x.risk_handled, x.motion_id,
           x.final_assessment_id, c.state AS case_state, c.version AS case_version,
           {warnings((E14, _UNMONITORED))} AS warnings,
           {person("x.created_by")} AS closed_by,
           app.z(x.created_at) AS created_at
      FROM closure x JOIN family_case c ON c.centre_id = x.centre_id AND c.id = x.case_id
     WHERE x.centre_id = app.centre() AND x.case_id = :case_id::uuid
       AND app.note_reading(x.family_id, 'closure', x.id)
""")
ARCHIVED = One("""
    SELECT x.id, x.version, x.case_id, x.family_id, x.archived_on, x.retention_category,
           x.retention_until, app.z(x.created_at) AS created_at
      FROM archived_case x WHERE x.centre_id = app.centre() AND x.case_id = :case_id::uuid
       AND app.note_reading(x.family_id, 'archived_case', x.id)
""")
