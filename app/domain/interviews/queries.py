"""How interviews are found and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from app.db.views import One, constants
from app.domain.act import Act
from app.domain.interviews.rules import WARNED_BY
from app.domain.interviews.tables import Interview, InterviewUpdate

_WARNED = constants(
    ((code, rule.id, rule.basis, code.pl, code.en) for code, rule in WARNED_BY.items()),
    "w",
    ("code", "rule", "legal_basis", "pl", "en"),
)
_WARNINGS = f"""(SELECT coalesce(json_agg(json_build_object('rule', w.rule,
    'legal_basis', w.legal_basis, 'text', json_build_object('pl', w.pl, 'en', w.en))), '[]')
  FROM {_WARNED} WHERE w.code = ANY (i.warnings))"""
_UPDATES = """(SELECT coalesce(json_agg(json_build_object('id', u.id,
    'updated_on', u.updated_on, 'what', u.what, 'created_by', u.created_by)
    ORDER BY u.updated_on, u.id), '[]')
  FROM interview_update u WHERE u.centre_id = i.centre_id AND u.interview_id = i.id)"""

INTERVIEW = One(
    f"""SELECT i.id, i.version, i.case_id, i.family_id, i.state, i.started_on, i.place,
    i.agreed_off_hours, i.manager_consent_ref, i.due_on, i.done_on, i.working_days,
    i.done_on > i.due_on AS late, i.living_situation, i.problems, i.diagnosis, i.need,
    i.need_reason, i.children_heard, {_UPDATES} AS updates, {_WARNINGS} AS warnings,
    i.created_by, app.z(i.created_at) AS created_at
  FROM interview i WHERE i.id = :id::uuid AND app.note_reading(i.family_id, 'interview', i.id)""",
    facts="""SELECT r.state, c.state AS case_state, app.today() AS today,
    coalesce((SELECT max(u.updated_on) FROM interview_update u
      WHERE u.centre_id = c.centre_id AND u.interview_id = r.id), r.done_on, r.started_on) AS last
  FROM family_case c WHERE c.centre_id = app.centre() AND c.id = r.case_id""",
)


async def find_interview(act: Act, case_id: UUID) -> Interview | None:
    """Return the interview of a case."""
    query = select(Interview).where(
        col(Interview.centre_id) == act.actor.centre_id, col(Interview.case_id) == case_id
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def last_update(act: Act, interview_id: UUID) -> date | None:
    """Return when the interview was last brought up to date."""
    query = select(func.max(col(InterviewUpdate.updated_on))).where(
        col(InterviewUpdate.centre_id) == act.actor.centre_id,
        col(InterviewUpdate.interview_id) == interview_id,
    )
    found: date | None = (await act.session.execute(query)).scalar_one()
    return found
