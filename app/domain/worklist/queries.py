"""The worklist of one person: everything in one statement, whatever the size of the centre."""

from app.db.views import View, constants
from app.domain.access.queries import covered
from app.domain.actor import WITH_FAMILIES
from app.domain.deadlines.queries import COLUMNS, EXPLAINED, OPEN, SOON
from app.domain.emergencies.queries import EMERGENCY
from app.domain.events.rules import OPENS_ACCOUNTS, EventType
from app.domain.identity.queries import person
from app.domain.oversight.queries import ACCESS_SIGN
from app.domain.waiting.queries import IDLE, MINE, WAITING_ROWS, role
from app.domain.webhooks.queries import A_WEBHOOK
from app.domain.webhooks.rules import UNREACHED_HOURS
from app.domain.worklist.rules import NEWS, NEWS_DAYS, RESPONSIBLE

_SHOWN = 100

_RESPONSIBLE = constants(RESPONSIBLE.items(), "who", ("kind", "role"))
_NEWS = constants(NEWS, "n", ("type", "role"))
_EVENTS = constants(((e, e.pl, e.en) for e in EventType), "k", ("kind", "pl", "en"))
_OFFICE = constants(((e, e.pl, e.en) for e in sorted(OPENS_ACCOUNTS)), "k", ("kind", "pl", "en"))
_OPENS = ", ".join(f"'{kind}'" for kind in sorted(OPENS_ACCOUNTS))
# What is counted is narrow; what is shown of it is joined to a hundred rows at most. A manager
# looks through the centre by date; whoever sees some families goes by their cases.
_SOON = f"""d.centre_id = app.centre() AND NOT app.in_emergency(d.family_id)
       AND {OPEN} AND d.due_on <= app.today() + {SOON}"""
_DUE = f"""
    SELECT d.id, d.due_on, d.due_on < app.today() AS overdue
      FROM deadline d JOIN {_RESPONSIBLE} ON who.kind = d.kind
     WHERE {_SOON} AND {role("manager")} AND (who.role = 'manager' OR d.due_on < app.today())
    UNION ALL
    SELECT d.id, d.due_on, d.due_on < app.today() AS overdue
      FROM deadline d JOIN {_RESPONSIBLE} ON who.kind = d.kind
      JOIN family_case c ON c.centre_id = d.centre_id AND c.id = d.case_id
     WHERE {_SOON} AND :roles::text[] <> ARRAY['manager']
       AND who.role = ANY (:roles::text[]) AND who.role <> 'manager'
       AND (who.role <> 'social_worker' OR {MINE})
       AND NOT ({role("manager")} AND d.due_on < app.today())
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
     WHERE q.centre_id = app.centre() AND q.state = 'open' AND {role("manager")}
"""
# What only a manager looks at: who opened a file in an emergency, until it is reviewed (K11.1).
_EMERGENCIES = f"""
    SELECT {EMERGENCY} AND e.reviewed_at IS NULL AND {role("manager")} ORDER BY e.opened_at, e.id
"""
# Access out of the ordinary as the nightly job has noted it, not as the audit says; nobody is asked
# to judge their own (K9.1).
_TO_REVIEW = f"n.reviewed_at IS NULL AND n.account_id <> app.account() AND {role('manager')}"
_SIGNS = f"SELECT {ACCESS_SIGN} AND {_TO_REVIEW} ORDER BY n.day, n.id LIMIT {_SHOWN}"
# Machines that nothing has reached for a while: they know nothing of what has happened since (S5).
_UNREACHED = (
    f"SELECT {A_WEBHOOK} AND w.active AND {role('manager')}"
    f" AND p.failing_since < app.now() - interval '{UNREACHED_HOURS} hours'"
    f" ORDER BY p.failing_since, w.id LIMIT {_SHOWN}"
)
# Whose data authorisation ends soon with none to follow: the day after, they do nothing (K3).
_ENDING = f"""
    SELECT d.id, {person("d.account_id")} AS person, d.number, d.valid_to
      FROM data_authorisation d
      JOIN account a ON a.centre_id = d.centre_id AND a.id = d.account_id AND a.active
      JOIN staff_profile p ON p.centre_id = a.centre_id AND p.id = a.id AND p.state = 'active'
     WHERE d.centre_id = app.centre() AND {role("manager")}
       AND d.valid_to BETWEEN app.today() AND app.today() + {SOON}
       AND NOT EXISTS (SELECT FROM data_authorisation n WHERE n.centre_id = d.centre_id
             AND n.account_id = d.account_id AND n.valid_from <= d.valid_to + 1
             AND (n.valid_to IS NULL OR n.valid_to > d.valid_to))
     ORDER BY d.valid_to, d.id LIMIT {_SHOWN}"""
# What somebody else has done to an account that sees families: told to its person, and to the
# manager (S4.1). Nobody (None) is whoever runs the product.
_FAMILIES_SEEN = ", ".join(f"'{named}'" for named in sorted(WITH_FAMILIES))
_OPENED = f"""
    SELECT e.id, e.type, json_build_object('pl', k.pl, 'en', k.en) AS label,
           {person("e.subject_id")} AS person, {person("e.created_by")} AS by, e.on_date,
           app.z(e.created_at) AS recorded_at
      FROM office_event e JOIN {_OFFICE} ON k.kind = e.type
      JOIN account a ON a.centre_id = e.centre_id AND a.id = e.subject_id
     WHERE e.centre_id = app.centre() AND e.on_date > app.today() - {NEWS_DAYS}
       AND e.type IN ({_OPENS}) AND e.created_by IS DISTINCT FROM e.subject_id
       AND a.roles && ARRAY[{_FAMILIES_SEEN}]::text[]
       AND ({role("manager")} OR e.subject_id = app.account())
     ORDER BY e.id DESC LIMIT {_SHOWN}"""


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
  WITH {IDLE}, due AS MATERIALIZED ({_DUE}), waiting AS MATERIALIZED ({WAITING_ROWS}),
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
    'authorisations_ending', (SELECT coalesce(json_agg(row_to_json(s)), '[]')
                                FROM ({_ENDING}) s),
    'opened_accounts', (SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM ({_OPENED}) s),
    'unreached_webhooks', (SELECT coalesce(json_agg(row_to_json(s)), '[]')
                             FROM ({_UNREACHED}) s))
   WHERE app.note_list('worklist', (SELECT count(*) FROM due) + (SELECT count(*) FROM waiting)
                                   + (SELECT count(*) FROM news), NULL)
""")
