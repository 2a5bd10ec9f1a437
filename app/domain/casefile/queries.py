"""The case file, lists of cases and deadlines, and the timeline: each one statement."""

from app.db.views import Key, Many, One, constants
from app.domain.access.queries import covered
from app.domain.cases.queries import SEEN_CASE
from app.domain.closures.queries import CLOSURE_COLUMNS
from app.domain.consents.queries import CONSENT_FACTS
from app.domain.deadlines.queries import COLUMNS, EXPLAINED, OPEN
from app.domain.events.rules import EventType
from app.domain.identity.queries import person
from app.domain.plans.queries import PLAN_FACTS


def _assignment(kinds: str) -> str:
    """Select the assistant who works with the family today; a substitute stands before."""
    return f"""(SELECT json_build_object('id', a.id, 'full_name', a.full_name)
      FROM assignment s JOIN account a ON a.centre_id = s.centre_id AND a.id = s.assistant_id
     WHERE s.centre_id = c.centre_id AND s.case_id = c.id AND s.kind IN ({kinds})
       AND (s.kind = 'primary' OR s.starts_on <= app.today())
       AND (s.ends_on IS NULL OR s.ends_on > app.today())
     ORDER BY s.kind = 'substitute' DESC, s.starts_on DESC LIMIT 1)"""


def _last(table: str, condition: str = "true") -> str:
    """Select the id of the case's latest row of a table."""
    return (
        f"(SELECT x.id FROM {table} x WHERE x.centre_id = c.centre_id AND x.case_id = c.id"
        f" AND x.family_id = c.family_id AND {condition} ORDER BY x.id DESC LIMIT 1)"
    )


_LINKS = f"""json_build_object(
  'signal', {_last("signal")}, 'interview', {_last("interview")}, 'offer', {_last("offer")},
  'consent', {_last("family_consent")}, 'referral', {_last("referral")},
  'first_visit', {_last("visit", "x.kind = 'first_joint'")},
  'diagnosis', {_last("diagnosis")},
  'active_plan', {_last("work_plan", "x.state = 'active'")},
  'draft_plan', {_last("work_plan", "x.state = 'draft'")},
  'assessment', {_last("assessment")}, 'motion', {_last("motion", "x.state = 'open'")},
  'monitoring', {_last("monitoring")})"""

_COORDINATORS = """(SELECT coalesce(json_agg(json_build_object('id', a.id, 'full_name', a.full_name)
      ORDER BY a.full_name), '[]')
   FROM account a WHERE a.centre_id = c.centre_id AND a.id IN (
     SELECT g.account_id FROM access_grant g
      WHERE g.centre_id = c.centre_id AND g.family_id = c.family_id AND g.reason = 'placement'
        AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today())))"""

_DEADLINES = f"""(SELECT coalesce(json_agg(row_to_json(x) ORDER BY x.due_on, x.id), '[]') FROM (
   SELECT {COLUMNS} FROM deadline d {EXPLAINED}
    WHERE d.centre_id = c.centre_id AND d.case_id = c.id AND d.family_id = c.family_id
      AND {OPEN}) x)"""

_CASE = f"""
    SELECT c.id, c.version, c.family_id, f.surname AS family_surname, c.state, c.basis,
           c.opened_on, c.previous_case_id, c.consent_withdrawn_on, c.work_started_on, c.closed_on,
           {person("c.social_worker_id")} AS social_worker, c.handover_reason,
           {_assignment("'primary', 'substitute'")} AS assistant,
           {_assignment("'primary'")} AS primary_assistant,
           {_COORDINATORS} AS coordinators, {_LINKS} AS links, {_DEADLINES} AS deadlines,
           app.z(c.created_at) AS created_at
      FROM family_case c JOIN family f ON f.centre_id = c.centre_id AND f.id = c.family_id
     WHERE c.centre_id = app.centre() AND c.id = :id::uuid
"""

# Named by the file's row `r`: inside the plan's facts `c` is the plan's own case.
_DRAFT_PLAN = """(SELECT x.id FROM work_plan x WHERE x.centre_id = app.centre()
  AND x.case_id = r.id AND x.family_id = r.family_id AND x.state = 'draft')"""
_FACTS = f"""
    SELECT c.state, {CONSENT_FACTS},
           EXISTS (SELECT FROM referral x WHERE x.centre_id = c.centre_id AND x.case_id = c.id
                    AND x.family_id = c.family_id) AS referral_drafted,
           EXISTS (SELECT FROM visit x WHERE x.centre_id = c.centre_id AND x.case_id = c.id
                    AND x.family_id = c.family_id AND x.kind = 'first_joint')
             AS first_visit_recorded,
           (SELECT row_to_json(x) FROM ({PLAN_FACTS} {_DRAFT_PLAN}) x) AS draft_plan,
           (SELECT row_to_json(x) FROM (SELECT {CLOSURE_COLUMNS}) x) AS closure
      FROM family_case c WHERE c.centre_id = app.centre() AND c.id = r.id
"""
CASE = One(f"{_CASE} AND app.note_reading(c.family_id, 'family_case', c.id)", facts=_FACTS)

CASES = Many(
    f"""
    SELECT c.id, c.version, c.family_id, f.surname AS family_surname, f.town, c.state,
           c.opened_on, c.work_started_on, c.closed_on,
           {person("c.social_worker_id")} AS social_worker,
           {_assignment("'primary', 'substitute'")} AS assistant,
           (SELECT min(d.due_on) FROM deadline d WHERE d.centre_id = c.centre_id
             AND d.case_id = c.id AND d.family_id = c.family_id AND {OPEN}) AS next_due_on
      FROM family_case c JOIN family f ON f.centre_id = c.centre_id AND f.id = c.family_id
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND (:state::text IS NULL OR c.state = :state::text)
    """,
    (Key("c.id", "uuid"),),
    descending=True,
    noted="family_case",
)

DEADLINES = Many(
    f"""
    SELECT d.* FROM deadline d
     WHERE d.centre_id = app.centre() AND {OPEN} AND NOT app.in_emergency(d.family_id)
       AND (:kind::text IS NULL OR d.kind = :kind::text)
       AND (:due_before::date IS NULL OR d.due_on < :due_before::date)
    """,
    (Key("d.due_on", "date"), Key("d.id", "uuid")),
    noted="deadline",
    around=f"""
    SELECT {COLUMNS}, f.surname AS family_surname, c.state AS case_state,
           {covered("d.family_id")} AS on_behalf_of
      FROM ({{page}}) d {EXPLAINED}
      JOIN family_case c ON c.centre_id = d.centre_id AND c.id = d.case_id
      JOIN family f ON f.centre_id = d.centre_id AND f.id = d.family_id
     ORDER BY d.due_on, d.id""",
)

_KINDS = constants(((t, t.pl, t.en) for t in EventType), "k", ("kind", "pl", "en"))
TIMELINE = Many(
    f"""
    SELECT e.id, e.type, json_build_object('pl', k.pl, 'en', k.en) AS label, e.on_date,
           app.z(e.created_at) AS recorded_at,
           {person("e.created_by")} AS by, e.subject_id
      FROM event e JOIN {_KINDS} ON k.kind = e.type
     WHERE e.centre_id = app.centre() AND e.case_id = :case_id::uuid
    """,
    (Key("e.id", "uuid"),),
    within=SEEN_CASE,
)
