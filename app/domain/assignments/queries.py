"""How assignments are found, who has places, and which families nobody serves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.db.brief import Brief, Lock, inserted, same
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.assignments.rules import AssignmentEnd
from app.domain.assignments.tables import Assignment
from app.domain.caseload.queries import HELD, LOANS, held_beyond
from app.domain.caseload.rules import Duty
from app.domain.centres.queries import settings_in
from app.domain.centres.rules import CASELOAD
from app.domain.events.queries import told
from app.domain.events.rules import EventType
from app.domain.identity.queries import can_act
from app.domain.staff.queries import STANDING
from app.domain.vetting.rules import C10

STATUTORY = CASELOAD.on(date.max)


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

_SHOWN = f"""SELECT {_COLUMNS}, a.handover_note FROM {{0}} a {_WHO}
 WHERE a.id = :id::uuid AND app.note_reading(a.family_id, 'assignment', a.id)"""
ASSIGNMENT = One(_SHOWN.format("assignment"))
HISTORY = View(
    f"""SELECT json_build_object('items',
    (SELECT coalesce(json_agg(h ORDER BY h.starts_on DESC, h.id DESC), '[]') FROM (
       SELECT {_COLUMNS} FROM assignment a {_WHO}
        WHERE a.centre_id = c.centre_id AND a.case_id = c.id
        ORDER BY a.starts_on DESC, a.id DESC LIMIT 100) h), 'next_cursor', NULL)
  FROM family_case c WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid
   AND app.note_reading(c.family_id, 'family_case', c.id)"""
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the rules need to judge a transfer: the case, what lasts there, the next assistant."""

    family_id: UUID
    state: str
    version: int
    lasting: list[tuple[Any, ...]] | None
    places: list[tuple[Any, ...]]
    grants: list[tuple[Any, ...]]
    held: list[tuple[Any, ...]]
    worker_state: str | None
    worker_roles: list[str] | None
    suspended_from: date | None
    standing: str
    family_limit: int
    covering: list[UUID] | None
    loans: list[tuple[Any, ...]]
    held_by_covering: list[tuple[Any, ...]]


class Lasting(NamedTuple):
    """An assignment of the case that has not ended by the day of the transfer."""

    id: UUID
    assistant_id: UUID
    kind: str
    starts_on: date
    ends_on: date | None


_LOANS = LOANS.format(worker=":to_assistant_id::uuid")
_TAKER = STANDING.format(day="greatest(:on::date, app.today())", who=":to_assistant_id::uuid")
_TRANSFER_FACTS = f"""
SELECT l.told AS lasting,
       ARRAY(SELECT {HELD} FROM place p WHERE p.centre_id = app.centre()
              AND p.source_id = ANY (l.ids)
              AND (p.ends_on IS NULL OR p.ends_on > app.today())) AS places,
       ARRAY(SELECT ROW (g.id, g.valid_from) FROM access_grant g
              WHERE g.centre_id = app.centre() AND g.source_id = ANY (l.ids)
                AND (g.valid_to IS NULL OR g.valid_to > app.today())) AS grants,
       {held_beyond(":since::date", ":to_assistant_id::uuid", Duty.ASSISTANCE)} AS held,
       s.family_limit,
       ({_TAKER}) AS standing,
       ARRAY(SELECT ROW (l.id, l.covering_id, l.starts_on, l.ends_on)
               FROM ({_LOANS}) l) AS loans,
       ARRAY(SELECT ROW (p.worker_id, p.id, p.slot, p.starts_on, p.ends_on) FROM place p
              WHERE p.centre_id = app.centre() AND p.worker_id = ANY (:covering::uuid[])
                AND p.duty = '{Duty.ASSISTANCE.value}'
              ORDER BY p.starts_on, p.id) AS held_by_covering
  FROM (SELECT array_agg(a.id) AS ids, array_agg(ROW (a.id, a.assistant_id, a.kind::text,
               a.starts_on, a.ends_on)) AS told FROM assignment a
         WHERE a.centre_id = app.centre() AND a.case_id = :case_id::uuid
           AND a.family_id = :family_id::uuid
           AND (a.ends_on IS NULL OR a.ends_on > :on::date)) l
       {settings_in(":on::date", "family_limit")}"""
_ENDED = """UPDATE {table} x SET {column} = n.day{more}
  FROM unnest(:{name}_ids::uuid[], :{name}_days::date[]) AS n (id, day)
 WHERE x.centre_id = app.centre() AND x.id = n.id RETURNING x.id"""
TRANSFER = Brief(
    Lock("family_case", ":case_id::uuid", reads=("family_id", "state", "version")),
    Lock("staff_profile", ":to_assistant_id::uuid", ("state AS worker_state", "suspended_from")),
    Lock("account", ":to_assistant_id::uuid", ("roles AS worker_roles",), "NO KEY UPDATE"),
    Lock(
        "account",
        f"SELECT l.covering_id FROM ({_LOANS}) l",
        ("covering",),
        "NO KEY UPDATE",
        each=True,
    ),
    into=Transfer,
    creates=Assignment,
    facts=_TRANSFER_FACTS,
    written={
        "ended": _ENDED.format(
            table="assignment",
            column="ends_on",
            name="ended",
            more=f", end_reason = '{AssignmentEnd.TRANSFER.value}'",
        ),
        "closed": _ENDED.format(table="access_grant", column="valid_to", name="closed", more=""),
        "moved": """UPDATE place x SET ends_on = n.day, slot = n.slot
  FROM unnest(:moved_ids::uuid[], :moved_days::date[], :moved_slots::int[]) AS n (id, day, slot)
 WHERE x.centre_id = app.centre() AND x.id = n.id""",
        "written": inserted(
            "assignment",
            same("id", "case_id", "family_id", "replaces_id", "reason", "requested_by")
            | same("handover_note", "override_reason")
            | {"assistant_id": ":to_assistant_id", "starts_on": ":on", "kind": "'primary'"},
            after="ended",
        )
        + " RETURNING *",
        "taken": inserted(
            "place",
            {"id": ":place_id", "worker_id": ":to_assistant_id", "duty": "'assistance'"}
            | {"slot": ":slot", "starts_on": ":on", "source_id": ":id"},
        ),
        "lent": """INSERT INTO place (centre_id, id, worker_id, duty, slot, starts_on, ends_on,
       source_id, cover_id)
SELECT app.centre(), n.id, n.worker, 'assistance', n.slot, n.starts, n.ends, :id, n.cover
  FROM unnest(:lent_ids::uuid[], :lent_workers::uuid[], :lent_slots::int[], :lent_starts::date[],
              :lent_ends::date[], :lent_covers::uuid[])
       AS n (id, worker, slot, starts, ends, cover)""",
        "granted": inserted(
            "access_grant",
            {"id": ":grant_id", "account_id": ":to_assistant_id", "family_id": ":family_id"}
            | {"reason": "'assignment'", "source_id": ":id", "valid_from": ":on"},
        ),
        "told": told(EventType.ASSISTANT_CHANGED, on="told_on"),
        "touched": """UPDATE family_case x SET version = x.version
 WHERE x.centre_id = app.centre() AND x.id = :case_id""",
    },
    shown=_SHOWN.format("written"),
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
    CASE WHEN {can_act("w")} THEN greatest({_LIMIT} - {_PEAK}, 0) ELSE 0 END AS free_places
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
