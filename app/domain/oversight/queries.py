"""How the audit is shown: a family's entries, and what of the last days is out of the ordinary."""

import json
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.db.session import show
from app.db.views import Key, Many, One, View, constants
from app.domain.act import Act
from app.domain.centres.tables import CentreSettings
from app.domain.families.queries import seen_family
from app.domain.identity.queries import person
from app.domain.oversight.rules import (
    ACTIONS,
    DAYS_BACK,
    NOTED,
    SEARCHES_A_DAY,
    AuditAction,
    AuditOutcome,
    AuditPurpose,
    UnusualSign,
)
from app.domain.oversight.tables import AccessSign

_ACTIONS = constants(
    ((verb, action, action.pl, action.en) for verb, action in ACTIONS.items()),
    "k",
    ("verb", "action", "pl", "en"),
)
_PURPOSES = constants(((p, p.pl, p.en) for p in AuditPurpose), "u", ("purpose", "pl", "en"))
_SIGNS = constants(((s, s.pl, s.en) for s in UnusualSign), "g", ("sign", "pl", "en"))
_DAY = "(e.at AT TIME ZONE 'Europe/Warsaw')::date"
_AGENT = f"""json_build_object('person', {person("e.account_id")},
    'on_behalf_of', {person("e.on_behalf_of")})"""
_CHANGES = """(SELECT coalesce(json_agg(json_build_object('field', v.key,
    'before', v.value #>> '{0}', 'after', v.value #>> '{1}',
    'sensitive', json_typeof(v.value) = 'null') ORDER BY v.key), '[]')
    FROM json_each(e.detail -> 'values') v)"""

FAMILY_AUDIT = Many(
    f"""
    SELECT e.id, app.z(e.at) AS recorded,
           coalesce(k.action, '{AuditAction.EXECUTE}') AS action,
           json_build_object('pl', coalesce(k.pl, e.verb), 'en', coalesce(k.en, e.verb))
             AS action_label,
           '{AuditOutcome.SUCCESS}' AS outcome, e.operation, {_AGENT} AS agent,
           json_build_object('type', e.subject, 'id', e.subject_id) AS entity,
           e.purpose AS purpose_of_event,
           json_build_object('pl', coalesce(u.pl, e.purpose), 'en', coalesce(u.en, e.purpose))
             AS purpose_label, {_CHANGES} AS changes
      FROM audit_entry e LEFT JOIN {_ACTIONS} ON k.verb = e.verb
      LEFT JOIN {_PURPOSES} ON u.purpose = e.purpose
     WHERE e.centre_id = app.centre() AND e.family_id = :family_id::uuid
       AND e.subject <> 'audit_entry'
       AND (:person_id::uuid IS NULL OR e.account_id = :person_id::uuid)
       AND (:day_from::date IS NULL OR {_DAY} >= :day_from::date)
       AND (:day_to::date IS NULL OR {_DAY} <= :day_to::date)
    """,
    (Key("e.id", "uuid"),),
    descending=True,
    within=seen_family("audit_entry"),
)


def _setting(name: str) -> str:
    default = CentreSettings.model_fields[name].default
    return f"coalesce(s.{name}, '{default}') AS {name}"


_WEEKDAYS = ", ".join(f"'{day}'" for day in CentreSettings.model_fields["working_weekdays"].default)
_SETTINGS = f"""(SELECT {_setting("unusual_families_a_day")}, {_setting("works_from")},
       {_setting("works_to")}, coalesce(s.working_weekdays, ARRAY[{_WEEKDAYS}]) AS weekdays
  FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT t.* FROM centre_settings t
     WHERE t.centre_id = app.centre() AND t.valid_from <= app.today()
     ORDER BY t.valid_from DESC LIMIT 1) s ON true)"""
# The seals say from which place on entries can be of a day: what was sealed before is older.
_SINCE = f"coalesce(:day_from::date, app.today() - {DAYS_BACK})"
_BEFORE = f"""coalesce((SELECT b.upto FROM audit_seal b
    WHERE b.centre_id = app.centre() AND b.at < ({_SINCE})::timestamp AT TIME ZONE 'Europe/Warsaw'
    ORDER BY b.number DESC LIMIT 1), 0)"""
# Of people only: a machine client reads by its purpose, at any hour; the audit has it.
_SEEN = f"""
    SELECT e.account_id, e.family_id, {_DAY} AS day, min(e.at) AS first_at, max(e.at) AS last_at,
           (array_agg(e.id ORDER BY e.id DESC))[1] AS entry_id, count(*) AS times,
           bool_or((e.at AT TIME ZONE 'Europe/Warsaw')::time NOT BETWEEN s.works_from::time
                   AND s.works_to::time OR trim(lower(to_char({_DAY}, 'day'))) <> ALL (s.weekdays))
             AS off_hours,
           bool_or(e.purpose = '{AuditPurpose.EMERGENCY}') AS no_link
      FROM {_SETTINGS} s, audit_entry e
      JOIN account w ON w.centre_id = app.centre() AND w.id = e.account_id
     WHERE e.centre_id = app.centre() AND e.position > {_BEFORE} AND {_DAY} >= {_SINCE}
       AND (:day_to::date IS NULL OR {_DAY} <= :day_to::date)
       AND e.family_id IS NOT NULL AND e.verb = 'read'
       AND e.subject <> 'audit_entry'
     GROUP BY e.account_id, e.family_id, {_DAY}"""
# A search names no family: it is counted by itself (K1).
_SEARCHED = f"""
    SELECT e.account_id, count(*) AS times, min(e.at) AS first_at, max(e.at) AS last_at,
           (array_agg(e.id ORDER BY e.id DESC))[1] AS entry_id
      FROM audit_entry e JOIN account w ON w.centre_id = app.centre() AND w.id = e.account_id
     WHERE e.centre_id = app.centre() AND e.position > {_BEFORE} AND {_DAY} >= {_SINCE}
       AND (:day_to::date IS NULL OR {_DAY} <= :day_to::date) AND e.verb = 'search'
     GROUP BY e.account_id, {_DAY} HAVING count(*) > {SEARCHES_A_DAY}"""
# The last word of a full name; the other half of a double surname counts as well.
_OWN_NAME = r"""EXISTS (SELECT FROM account a, unnest(regexp_split_to_array(
        app.plain(regexp_replace(a.full_name, '^.* ', '')), '-')) own,
        (SELECT f.surname AS name FROM family f
          WHERE f.centre_id = app.centre() AND f.id = v.family_id
         UNION SELECT p.last_name FROM person p
          WHERE p.centre_id = app.centre() AND p.family_id = v.family_id) n
    WHERE a.centre_id = app.centre() AND a.id = v.account_id
      AND own = ANY (regexp_split_to_array(app.plain(n.name), '-')))"""
_FOUND = f"""
    WITH seen AS MATERIALIZED ({_SEEN}),
    busy AS (SELECT v.account_id, v.day, count(*) AS families,
                    (array_agg(v.entry_id ORDER BY v.entry_id DESC))[1] AS entry_id,
                    min(v.first_at) AS first_at, max(v.last_at) AS last_at
               FROM seen v GROUP BY v.account_id, v.day)
    SELECT '{UnusualSign.OWN_NAME}' AS sign, 1 AS rank, v.account_id, v.family_id, v.times,
           v.first_at, v.last_at, v.entry_id FROM seen v WHERE {_OWN_NAME}
    UNION ALL SELECT '{UnusualSign.OUTSIDE_HOURS}', 2, v.account_id, v.family_id, v.times,
           v.first_at, v.last_at, v.entry_id FROM seen v WHERE v.off_hours
    UNION ALL SELECT '{UnusualSign.NO_LINK}', 3, v.account_id, v.family_id, v.times,
           v.first_at, v.last_at, v.entry_id FROM seen v WHERE v.no_link
    UNION ALL SELECT '{UnusualSign.MANY_FAMILIES}', 4, d.account_id, NULL, d.families,
           d.first_at, d.last_at, d.entry_id FROM busy d, {_SETTINGS} s
     WHERE d.families > s.unusual_families_a_day::bigint
    UNION ALL SELECT '{UnusualSign.MANY_SEARCHES}', 4, q.account_id, NULL, q.times,
           q.first_at, q.last_at, q.entry_id FROM ({_SEARCHED}) q"""
UNUSUAL = Many(
    f"""
    SELECT x.entry_id, x.rank, x.sign, json_build_object('pl', g.pl, 'en', g.en)
             AS label, {person("x.account_id")} AS person, x.family_id, f.surname
             AS family_surname, x.times, app.z(x.first_at) AS first_at, app.z(x.last_at) AS last_at
      FROM ({_FOUND}) x JOIN {_SIGNS} ON g.sign = x.sign
      LEFT JOIN family f ON f.centre_id = app.centre() AND f.id = x.family_id
     WHERE (:sign::text IS NULL OR x.sign = :sign::text)
    """,
    (Key("x.entry_id", "uuid"), Key("x.rank", "bigint")),
    descending=True,
    noted="audit_entry",
)


# The days as the signs' own statement counts them.
_NOTED = ", ".join(f"'{sign}'" for sign in NOTED)
_TO_NOTE = View(f"""
    SELECT coalesce(json_agg(row_to_json(n)), '[]') FROM (
        SELECT x.account_id, x.family_id, x.sign, x.day, x.times, x.first_at, x.last_at
          FROM (SELECT found.*, (found.first_at AT TIME ZONE 'Europe/Warsaw')::date AS day
                  FROM ({_FOUND}) found WHERE found.sign IN ({_NOTED})) x
         WHERE NOT EXISTS (SELECT FROM access_sign s
             WHERE s.centre_id = app.centre() AND s.account_id = x.account_id AND s.day = x.day
               AND s.sign = x.sign AND s.family_id IS NOT DISTINCT FROM x.family_id)
         ORDER BY x.day, x.entry_id, x.rank LIMIT :limit::bigint) n
""")
# Of two jobs at once the second waits, and then finds what the first has noted.
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('access_sign ' || app.centre(), 0))")


async def take_turn(act: Act) -> None:
    """Wait until nobody else notes the signs of this centre; they wait until the act's end."""
    await act.session.execute(_TURN)


async def signs_to_note(act: Act, day: date, limit: int) -> list[AccessSign]:
    """Return the signs of a day that are not noted yet, the oldest first."""
    found = await show(act.session, _TO_NOTE, day_from=day, day_to=day, limit=limit)
    return [
        AccessSign(
            account_id=UUID(sign["account_id"]),
            family_id=sign["family_id"] and UUID(sign["family_id"]),
            sign=UnusualSign(sign["sign"]),
            day=date.fromisoformat(sign["day"]),
            times=sign["times"],
            first_at=datetime.fromisoformat(sign["first_at"]),
            last_at=datetime.fromisoformat(sign["last_at"]),
        )
        for sign in json.loads(found)
    ]


ACCESS_SIGN = f"""n.id, n.version, n.sign, json_build_object('pl', g.pl, 'en', g.en) AS label,
           {person("n.account_id")} AS person, n.family_id,
           (SELECT f.surname FROM family f WHERE f.centre_id = n.centre_id AND f.id = n.family_id)
             AS family_surname,
           n.day, n.times, app.z(n.first_at) AS first_at, app.z(n.last_at) AS last_at,
           app.z(n.reviewed_at) AS reviewed_at, {person("n.reviewed_by")} AS reviewed_by,
           n.finding, n.review_note, app.z(n.created_at) AS created_at
      FROM access_sign n JOIN {_SIGNS} ON g.sign = n.sign WHERE n.centre_id = app.centre()"""
SIGN = One(
    f"SELECT {ACCESS_SIGN} AND n.id = :id::uuid"
    " AND app.note_reading(n.family_id, 'access_sign', n.id)"
)
SIGNS = Many(
    f"SELECT {ACCESS_SIGN} AND (:reviewed::boolean IS NULL"
    " OR (n.reviewed_at IS NOT NULL) = :reviewed::boolean)",
    (Key("n.day", "date"), Key("n.id", "uuid")),
    descending=True,
    noted="access_sign",
)
