"""How assignments are found, who has places, and which families nobody serves."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.assignments.rules import AssignmentKind
from app.domain.assignments.tables import Assignment
from app.domain.centres.rules import CASELOAD
from app.domain.vetting.rules import C10

STATUTORY = CASELOAD.on(date.max)


async def open_assignment(act: Act, case_id: UUID) -> Assignment | None:
    """Return the primary assignment that has no end."""
    query = select(Assignment).where(
        col(Assignment.centre_id) == act.actor.centre_id,
        col(Assignment.case_id) == case_id,
        col(Assignment.kind) == AssignmentKind.PRIMARY,
        col(Assignment.ends_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def list_lasting(act: Act, case_id: UUID, day: date) -> list[Assignment]:
    """Return what holds on a day or begins later, the substitutes first."""
    query = (
        select(Assignment)
        .where(
            col(Assignment.centre_id) == act.actor.centre_id,
            col(Assignment.case_id) == case_id,
            or_(col(Assignment.ends_on).is_(None), col(Assignment.ends_on) > day),
        )
        .order_by(col(Assignment.kind).desc(), col(Assignment.starts_on))
    )
    return list((await act.session.execute(query)).scalars())


async def assistant_on(act: Act, case_id: UUID, day: date) -> UUID | None:
    """Return who is in charge of a case on a day: the substitute, else the primary assistant."""
    lasting = await list_lasting(act, case_id, day)
    return next((found.assistant_id for found in lasting if found.starts_on <= day), None)


_IN_FORCE = "{0}.starts_on <= app.today() AND ({0}.ends_on IS NULL OR {0}.ends_on > app.today())"
_COLUMNS = """a.id, a.version, a.case_id, a.family_id, a.kind,
    json_build_object('id', w.id, 'full_name', w.full_name) AS assistant, a.starts_on,
    a.ends_on - 1 AS last_day, a.end_reason, a.replaces_id, a.letter_no, a.requested_by, a.absence,
    a.reason, a.override_reason, app.z(a.created_at) AS created_at"""
_WHO = "JOIN account w ON w.centre_id = a.centre_id AND w.id = a.assistant_id"

ASSIGNMENT = One(
    f"""SELECT {_COLUMNS}, a.handover_note FROM assignment a {_WHO}
 WHERE a.id = :id::uuid AND app.note_reading(a.family_id, 'assignment', a.id)"""
)
HISTORY = View(
    f"""SELECT json_build_object('items',
    (SELECT coalesce(json_agg(h ORDER BY h.starts_on DESC, h.id DESC), '[]') FROM (
       SELECT {_COLUMNS} FROM assignment a {_WHO}
        WHERE a.centre_id = c.centre_id AND a.case_id = c.id
        ORDER BY a.starts_on DESC, a.id DESC LIMIT 100) h), 'next_cursor', NULL)
  FROM family_case c WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid
   AND app.note_reading(c.family_id, 'family_case', c.id)"""
)

_OWN_PLACES = "{0}.centre_id = p.centre_id AND {0}.worker_id = p.id AND {0}.duty = 'assistance'"
_HELD = f"""(SELECT count(*) FROM place q WHERE {_OWN_PLACES.format("q")}
    AND q.starts_on <= {{0}} AND (q.ends_on IS NULL OR q.ends_on > {{0}}))"""
# The most families at once from today on: what a new family without an end would meet.
_PEAK = f"""(SELECT max({_HELD.format("d.day")}) FROM (SELECT app.today() AS day
    UNION SELECT o.starts_on FROM place o
     WHERE {_OWN_PLACES.format("o")} AND o.starts_on > app.today()) d)"""
_LIMIT = f"""least({STATUTORY}, coalesce((SELECT s.family_limit FROM centre_settings s
    WHERE s.centre_id = app.centre() AND s.valid_from <= app.today()
    ORDER BY s.valid_from DESC LIMIT 1), {STATUTORY}))"""
_SUSPENDED = "(p.state = 'suspended' AND p.suspended_from <= app.today())"

ASSISTANTS = Many(
    f"""SELECT p.id, w.full_name, {_HELD.format("app.today()")} AS families,
    {_LIMIT} AS family_limit, {_SUSPENDED} AS suspended, p.suspended_from,
    CASE WHEN {_SUSPENDED} THEN 0 ELSE greatest({_LIMIT} - {_PEAK}, 0) END AS free_places
  FROM staff_profile p JOIN account w ON w.centre_id = p.centre_id AND w.id = p.id
 WHERE p.centre_id = app.centre() AND 'assistant' = ANY (w.roles)
   AND p.state IN ('active', 'suspended')""",
    (Key("w.full_name", "text"), Key("p.id", "uuid")),
)

# Families whose assistant in charge today is suspended under art. 13: each needs a substitute.
WITHOUT_SUBSTITUTE = f"""SELECT a.id, a.case_id, a.family_id, f.surname AS family_surname, f.town,
    json_build_object('id', w.id, 'full_name', w.full_name) AS assistant, a.kind,
    p.suspended_from, '{C10.id}' AS rule, '{C10.basis}' AS legal_basis
  FROM assignment a {_WHO}
  JOIN staff_profile p ON p.centre_id = a.centre_id AND p.id = a.assistant_id
  JOIN family f ON f.centre_id = a.centre_id AND f.id = a.family_id
 WHERE a.centre_id = app.centre() AND {_IN_FORCE.format("a")} AND {_SUSPENDED}
   AND (a.kind = 'substitute' OR NOT EXISTS (SELECT FROM assignment s
     WHERE s.centre_id = a.centre_id AND s.case_id = a.case_id AND s.kind = 'substitute'
       AND {_IN_FORCE.format("s")}))"""
FAMILIES_WITHOUT_SUBSTITUTE = Many(
    f"{WITHOUT_SUBSTITUTE} AND a.assistant_id = :staff_id::uuid",
    (Key("a.id", "uuid"),),
    within="staff_profile p WHERE p.id = :staff_id::uuid",
    noted="assignment",
)
