"""The worklist of one person: everything in one statement, whatever the size of the centre."""

from app.db.views import View, constants
from app.domain.access.queries import covered
from app.domain.cases.rules import ASSISTED
from app.domain.deadlines.queries import COLUMNS, EXPLAINED, OPEN, SOON
from app.domain.emergencies.queries import EMERGENCY
from app.domain.events.rules import EventType
from app.domain.families.rules import ADULT_AT, FamilyRole
from app.domain.oversight.queries import ACCESS_SIGN
from app.domain.webhooks.queries import A_WEBHOOK
from app.domain.webhooks.rules import UNREACHED_HOURS
from app.domain.worklist.rules import (
    NEWS,
    NEWS_DAYS,
    RESPONSIBLE,
    UNTOLD,
    WAITING,
    WaitingKind,
)

_SHOWN = 100
_W = WaitingKind

_RESPONSIBLE = constants(RESPONSIBLE.items(), "who", ("kind", "role"))
_STATES = constants(
    ((state, role, action, action.pl, action.en) for state, role, action in WAITING),
    "w",
    ("state", "role", "action", "pl", "en"),
)
_KINDS = constants(((kind, kind.pl, kind.en) for kind in _W), "w", ("kind", "pl", "en"))
_NEWS = constants(NEWS, "n", ("type", "role"))
_EVENTS = constants(((e, e.pl, e.en) for e in EventType), "k", ("kind", "pl", "en"))
_UNTOLD = ", ".join(f"'{state}'" for state in sorted(UNTOLD))
_ASSISTED = ", ".join(f"'{state}'" for state in sorted(ASSISTED))
_CASE = "JOIN family_case c ON c.centre_id = x.centre_id AND c.id = x.case_id"
# This person's own, and of whom they cover today (2.5a).
_OURS = "{0}.social_worker_id = ANY ((SELECT app.acting_for())::uuid[])"
_MINE = _OURS.format("c")


def _role(role: str) -> str:
    return f"'{role}' = ANY (:roles::text[])"


# What is counted is narrow; what is shown of it is joined to a hundred rows at most. A manager
# looks through the centre by date; whoever sees some families goes by their cases.
_SOON = f"""d.centre_id = app.centre() AND NOT app.in_emergency(d.family_id)
       AND {OPEN} AND d.due_on <= app.today() + {SOON}"""
_DUE = f"""
    SELECT d.id, d.due_on, d.due_on < app.today() AS overdue
      FROM deadline d JOIN {_RESPONSIBLE} ON who.kind = d.kind
     WHERE {_SOON} AND {_role("manager")} AND (who.role = 'manager' OR d.due_on < app.today())
    UNION ALL
    SELECT d.id, d.due_on, d.due_on < app.today() AS overdue
      FROM deadline d JOIN {_RESPONSIBLE} ON who.kind = d.kind
      JOIN family_case c ON c.centre_id = d.centre_id AND c.id = d.case_id
     WHERE {_SOON} AND :roles::text[] <> ARRAY['manager']
       AND who.role = ANY (:roles::text[]) AND who.role <> 'manager'
       AND (who.role <> 'social_worker' OR {_MINE})
       AND NOT ({_role("manager")} AND d.due_on < app.today())
"""


def _task(kind: WaitingKind, table: str, since: str, condition: str) -> str:
    """Select the rows of a table that wait for this person."""
    return f"""
    SELECT '{kind}' AS kind, c.id AS case_id, c.family_id, c.state AS case_state,
           x.id AS subject_id, {since} AS since
      FROM {table} x {_CASE} WHERE x.centre_id = app.centre()
       AND NOT app.in_emergency(x.family_id) AND {condition}"""


_TASKS = " UNION ALL ".join(
    (
        _task(
            _W.FIRST_VISIT_TO_CONFIRM,
            "visit",
            "x.held_on",
            f"{_role('social_worker')} AND x.kind = 'first_joint' AND x.confirmed_on IS NULL"
            f" AND c.state = 'assigned' AND ({_OURS.format('x')} OR {_MINE})",
        ),
        _task(
            _W.PLAN_TO_CONSULT,
            "work_plan",
            "x.valid_from",
            f"{_role('social_worker')} AND x.state = 'draft'"
            f" AND x.consulted_on IS NULL AND {_MINE}",
        ),
        _task(
            _W.PLAN_TO_AGREE,
            "work_plan",
            "x.valid_from",
            f"{_role('foster_care_coordinator')} AND x.state = 'draft'"
            """ AND NOT x.agreements @> '[{"partner": "coordinator"}]'""",
        ),
        _task(
            _W.ASSESSMENT_TO_RECEIVE,
            "assessment",
            "x.handed_over_on",
            f"{_role('manager')} AND x.state = 'handed_over'",
        ),
        _task(
            _W.MOTION_TO_DECIDE,
            "motion",
            "x.proposed_on",
            f"{_role('manager')} AND x.state = 'open'",
        ),
        _task(
            _W.SUBSTITUTE_NEEDED,
            "assignment",
            "p.suspended_from",
            f"{_role('manager')} AND x.kind = 'primary' AND p.state = 'suspended'"
            " AND p.suspended_from <= app.today()"
            " AND (x.ends_on IS NULL OR x.ends_on > app.today())"
            " AND NOT EXISTS (SELECT FROM assignment s WHERE s.centre_id = x.centre_id"
            " AND s.case_id = x.case_id AND s.family_id = x.family_id AND s.kind = 'substitute'"
            " AND s.starts_on <= app.today() AND (s.ends_on IS NULL OR s.ends_on > app.today()))",
        ).replace(
            "WHERE x.centre_id",
            "JOIN staff_profile p ON p.centre_id = x.centre_id AND p.id = x.assistant_id"
            " WHERE x.centre_id",
        ),
    )
)
# Who asks the members of a family for their data tells each adult what for (art. 13 ust. 1 RODO),
# once the centre has published a notice; any version of it will do.
_NOTICES = "FROM data_notice n WHERE n.centre_id = app.centre()"
_UNHANDED = f"""
    SELECT '{_W.NOTICE_TO_HAND}', c.id, c.family_id, c.state, p.id,
           greatest(c.opened_on, (SELECT min(n.published_on) {_NOTICES}))
      FROM family_case c JOIN person p ON p.centre_id = c.centre_id AND p.family_id = c.family_id
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND {_role("social_worker")} AND EXISTS (SELECT {_NOTICES}) AND {_MINE}
       AND c.state NOT IN ({_UNTOLD}) AND p.left_on IS NULL
       AND coalesce(p.born_on <= app.today() - interval '{ADULT_AT} years',
                    p.role <> '{FamilyRole.CHILD}')
       AND NOT EXISTS (SELECT FROM notice_handing h WHERE h.centre_id = p.centre_id
                          AND h.person_id = p.id AND h.family_id = p.family_id)"""

_WAITING = f"""
    SELECT t.kind, NULL AS action, json_build_object('pl', w.pl, 'en', w.en) AS label, t.case_id,
           t.family_id, t.case_state, t.subject_id, t.since
      FROM ({_TASKS} UNION ALL {_UNHANDED}) t JOIN {_KINDS} ON w.kind = t.kind
    UNION ALL
    SELECT '{_W.CONSENT_WITHDRAWN}', NULL, json_build_object('pl', '{_W.CONSENT_WITHDRAWN.pl}',
           'en', '{_W.CONSENT_WITHDRAWN.en}'), c.id, c.family_id, c.state, c.id,
           c.consent_withdrawn_on
      FROM family_case c
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND ({_role("assistant")} OR {_role("manager")})
       AND c.consent_withdrawn_on IS NOT NULL AND c.state IN ({_ASSISTED})
    UNION ALL
    SELECT '{_W.STATE}', w.action, json_build_object('pl', w.pl, 'en', w.en), c.id, c.family_id,
           c.state, c.id, coalesce((SELECT max(e.on_date) FROM event e
             WHERE e.centre_id = c.centre_id AND e.case_id = c.id), c.opened_on)
      FROM family_case c JOIN {_STATES} ON w.state = c.state
     WHERE c.centre_id = app.centre() AND NOT app.in_emergency(c.family_id)
       AND w.role = ANY (:roles::text[])
       AND c.consent_withdrawn_on IS NULL AND (w.role <> 'social_worker' OR {_MINE})
"""

_NEW = f"""
    SELECT e.id, e.type, json_build_object('pl', k.pl, 'en', k.en) AS label, e.case_id,
           e.family_id, e.subject_id, e.on_date, app.z(e.created_at) AS recorded_at
      FROM event e JOIN {_EVENTS} ON k.kind = e.type
     WHERE e.centre_id = app.centre() AND NOT app.in_emergency(e.family_id)
       AND e.on_date > app.today() - {NEWS_DAYS}
       AND e.created_by IS DISTINCT FROM app.account()
       AND EXISTS (SELECT FROM {_NEWS} WHERE n.type = e.type AND n.role = ANY (:roles::text[]))
"""


# Requests of persons are the manager's alone, who answers within their month (art. 12 ust. 3 RODO).
_REQUESTS = f"""
    SELECT q.id, q.person_id, p.family_id, p.last_name, q.received_on, q.due_on,
           CASE WHEN q.due_on < app.today() THEN 'overdue'
                WHEN q.due_on <= app.today() + {SOON} THEN 'due_soon'
                ELSE 'upcoming' END AS standing
      FROM rights_request q JOIN person p ON p.centre_id = q.centre_id AND p.id = q.person_id
     WHERE q.centre_id = app.centre() AND q.state = 'open' AND {_role("manager")}
"""
# What only a manager looks at: who opened a file in an emergency, until it is reviewed (K11.1).
_EMERGENCIES = f"""
    SELECT {EMERGENCY} AND e.reviewed_at IS NULL AND {_role("manager")} ORDER BY e.opened_at, e.id
"""
# Access out of the ordinary as the nightly job has noted it, not as the audit says; nobody is asked
# to judge their own (K9.1).
_TO_REVIEW = f"n.reviewed_at IS NULL AND n.account_id <> app.account() AND {_role('manager')}"
_SIGNS = f"SELECT {ACCESS_SIGN} AND {_TO_REVIEW} ORDER BY n.day, n.id LIMIT {_SHOWN}"
# Machines that nothing has reached for a while: they know nothing of what has happened since (S5).
_UNREACHED = (
    f"SELECT {A_WEBHOOK} AND w.active AND {_role('manager')}"
    f" AND p.failing_since < app.now() - interval '{UNREACHED_HOURS} hours'"
    f" ORDER BY p.failing_since, w.id LIMIT {_SHOWN}"
)


def _shown(rows: str, order: str) -> str:
    return (
        "(SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM"
        f" (SELECT r.*, f.surname AS family_surname, {covered('r.family_id')} AS on_behalf_of"
        f" FROM {rows} r"
        " JOIN family f ON f.centre_id = app.centre() AND f.id = r.family_id"
        f" ORDER BY {order} LIMIT {_SHOWN}) s)"
    )


def _listed(condition: str) -> str:
    return f"""(SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM (
      SELECT {COLUMNS}, f.surname AS family_surname, c.state AS case_state,
             {covered("d.family_id")} AS on_behalf_of
        FROM (SELECT due.id FROM due WHERE {condition}
               ORDER BY due.due_on, due.id LIMIT {_SHOWN}) n
        JOIN deadline d ON d.centre_id = app.centre() AND d.id = n.id {EXPLAINED}
        JOIN family_case c ON c.centre_id = d.centre_id AND c.id = d.case_id
        JOIN family f ON f.centre_id = d.centre_id AND f.id = d.family_id
       ORDER BY d.due_on, d.id) s)"""


WORKLIST = View(f"""
  WITH due AS MATERIALIZED ({_DUE}), waiting AS MATERIALIZED ({_WAITING}),
       news AS MATERIALIZED ({_NEW}), emergencies AS MATERIALIZED ({_EMERGENCIES})
  SELECT json_build_object(
    'today', app.today(),
    'counts', json_build_object(
      'overdue', (SELECT count(*) FROM due WHERE overdue),
      'due', (SELECT count(*) FROM due WHERE NOT overdue),
      'waiting', (SELECT count(*) FROM waiting), 'new', (SELECT count(*) FROM news),
      'emergencies', (SELECT count(*) FROM emergencies),
      'access_signs', (SELECT count(*) FROM access_sign n
                        WHERE n.centre_id = app.centre() AND {_TO_REVIEW})),
    'overdue', {_listed("overdue")}, 'due', {_listed("NOT overdue")},
    'waiting', {_shown("waiting", "r.since, r.case_id, r.kind")},
    'new', {_shown("news", "r.id DESC")},
    'rights_requests', (SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM
      (SELECT * FROM ({_REQUESTS}) q ORDER BY q.due_on, q.id LIMIT {_SHOWN}) s),
    'emergencies', (SELECT coalesce(json_agg(row_to_json(s)), '[]')
                      FROM (SELECT * FROM emergencies LIMIT {_SHOWN}) s),
    'access_signs', (SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM ({_SIGNS}) s),
    'unreached_webhooks', (SELECT coalesce(json_agg(row_to_json(s)), '[]')
                             FROM ({_UNREACHED}) s))
   WHERE app.note_list('worklist', (SELECT count(*) FROM due) + (SELECT count(*) FROM waiting)
                                   + (SELECT count(*) FROM news), NULL)
""")
