"""Everything about a person, in one statement; it is an entry of the audit for each family."""

from app.db.views import View
from app.domain.disclosure.rules import RecordKind

_KEYS = {"family": "id", "rights_request": "person_id"}


def _records(kind: RecordKind) -> str:
    key = _KEYS.get(kind, "family_id")
    among = "SELECT id FROM same" if kind is RecordKind.RIGHTS_REQUEST else "SELECT id FROM files"
    return (
        f"'{kind}', (SELECT coalesce(json_agg(to_jsonb(x) ORDER BY x.created_at, x.id), '[]')"
        f" FROM {kind} x WHERE x.centre_id = app.centre() AND x.{key} IN ({among}))"
    )


_RECORDS = ",\n    ".join(map(_records, RecordKind))
# Of the person by the request, and wherever else in the centre the same PESEL stands. `changed` are
# the columns that were written again since the person left: what stands in them is of after.
PACKAGE = View(f"""
  WITH asked AS MATERIALIZED (
    SELECT q.id, q.person_id, q.received_on, p.pesel_index
      FROM rights_request q JOIN person p ON p.centre_id = q.centre_id AND p.id = q.person_id
     WHERE q.centre_id = app.centre() AND q.id = :id::uuid),
  same AS MATERIALIZED (
    SELECT p.id, p.family_id, p.left_on, p.left_reason FROM asked a
      JOIN person p ON p.centre_id = app.centre() AND p.id = a.person_id
    UNION
    SELECT p.id, p.family_id, p.left_on, p.left_reason FROM asked a
      JOIN person p ON p.centre_id = app.centre() AND p.pesel_index = a.pesel_index),
  files AS MATERIALIZED (
    SELECT s.family_id AS id, CASE WHEN bool_and(s.left_on IS NOT NULL) THEN max(s.left_on) END
           AS left_on FROM same s GROUP BY s.family_id)
  SELECT json_build_object(
    'request_id', a.id, 'received_on', a.received_on, 'prepared_on', app.today(),
    'centre', (SELECT row_to_json(c) FROM (
      SELECT name, address, phone, email FROM centre WHERE id = app.centre()) c),
    'same', (SELECT json_agg(s.id) FROM same s),
    'files', (SELECT json_agg(f.id ORDER BY f.id) FROM files f),
    'memberships', (SELECT json_agg(row_to_json(s)) FROM same s),
    'changed', (SELECT coalesce(json_object_agg(c.subject_id, c.columns), '{{}}') FROM (
      SELECT e.subject_id, array_agg(DISTINCT u.name) AS columns
        FROM files f JOIN audit_entry e ON e.centre_id = app.centre() AND e.family_id = f.id
       CROSS JOIN unnest(e.changed) u (name)
       WHERE e.verb = 'update'
         AND (e.at AT TIME ZONE 'Europe/Warsaw')::date >= f.left_on GROUP BY e.subject_id) c),
    'members', (SELECT json_agg(row_to_json(m)) FROM (
      SELECT p.id, p.first_name, p.last_name, p.role, p.pesel, p.phone, p.born_on FROM person p
       WHERE p.centre_id = app.centre() AND p.family_id IN (SELECT id FROM files)
       ORDER BY p.born_on, p.id) m),
    'recipients', (SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (
      SELECT g.reason, min(g.valid_from) AS since,
             CASE WHEN bool_and(g.valid_to IS NOT NULL) THEN max(g.valid_to) END AS until
        FROM access_grant g
       WHERE g.centre_id = app.centre() AND g.family_id IN (SELECT id FROM files)
         AND g.valid_to IS DISTINCT FROM g.valid_from
       GROUP BY g.reason ORDER BY min(g.valid_from), g.reason) r),
    'records', json_build_object(
    {_RECORDS}))
    FROM asked a
   WHERE (SELECT bool_and(app.note_export(f.id, 'rights_request', a.id, 'subject_access'))
            FROM files f)
""")
