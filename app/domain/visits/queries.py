"""How visits are found, and how they are shown."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.brief import Brief, Lock, inserted, same
from app.db.views import Key, Many, One, View, constants
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.centres.queries import settings_in
from app.domain.consents.queries import signed
from app.domain.events.queries import told
from app.domain.events.rules import EventType
from app.domain.families.queries import MEMBERS
from app.domain.identity.queries import person
from app.domain.visits.rules import WARNINGS
from app.domain.visits.tables import OrdinaryVisitFields, Visit


async def contact_days(
    act: Act, case_id: UUID, before: date, days: int, except_id: UUID
) -> list[date]:
    """Return the days of the case's other visits within so many days before a day."""
    query = select(col(Visit.held_on)).where(
        col(Visit.centre_id) == act.actor.centre_id,
        col(Visit.case_id) == case_id,
        col(Visit.held_on) < before,
        col(Visit.held_on) >= before - timedelta(days=days),
        col(Visit.id) != except_id,
    )
    return list((await act.session.execute(query)).scalars())


_WARNED = constants(
    ((w.rule.id, w.rule.basis, w.pl, w.en) for w in WARNINGS),
    "w",
    ("rule", "legal_basis", "pl", "en"),
)
_WARNINGS = f"""(SELECT coalesce(json_agg(json_build_object('rule', w.rule,
    'legal_basis', w.legal_basis, 'text', json_build_object('pl', w.pl, 'en', w.en))), '[]')
    FROM {_WARNED} WHERE w.rule = ANY (v.warnings))"""


_HEADER = f"""
    v.id, v.version, v.case_id, v.family_id, v.kind, v.held_on, v.begins, v.ends, v.place,
    v.place_text, v.tasks, v.topics, v.next_visit_on, v.confirmed_on, v.recorded_on,
    {person("v.created_by")} AS recorded_by, {_WARNINGS} AS warnings
"""
_CORRECTIONS = f"""(SELECT coalesce(json_agg(json_build_object('corrected_on', k.corrected_on,
    'corrected_by', {person("k.created_by")}, 'reason', k.reason,
    'previous', k.previous) ORDER BY k.id), '[]') FROM visit_correction k
    WHERE k.centre_id = v.centre_id AND k.visit_id = v.id)"""


def _shown(table: str) -> str:
    """Write a visit as it is shown, from its table or from what a statement has just written."""
    return f"""
    SELECT {_HEADER}, v.present, v.others_present, v.arrangements_family,
           v.arrangements_assistant, v.plan_refs, v.notes,
           {person("v.social_worker_id")} AS social_worker,
           {person("v.confirmed_by")} AS confirmed_by, {_CORRECTIONS} AS corrections
      FROM {table} v WHERE v.centre_id = app.centre() AND v.id = :id::uuid
"""


# What a command answers its author is no reading of the file; opening the visit later is one.
RECORDED_VISIT = One(_shown("visit"))
VISIT = One(f"{_shown('visit')} AND app.note_reading(v.family_id, 'visit', v.id)")
VISITS = Many(
    f"""SELECT {_HEADER} FROM visit v
         WHERE v.centre_id = app.centre() AND v.case_id = :case_id::uuid""",
    (Key("v.held_on", "date"), Key("v.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)

_FAILED = f"""
    SELECT v.id, v.version, v.case_id, v.family_id, v.planned_on, v.reason, v.note,
           {person("v.created_by")} AS recorded_by, app.z(v.created_at) AS created_at
      FROM failed_visit v WHERE v.centre_id = app.centre()
"""
FAILED_VISIT = One(
    f"{_FAILED} AND v.id = :id::uuid AND app.note_reading(v.family_id, 'failed_visit', v.id)"
)
FAILED_VISITS = Many(
    f"{_FAILED} AND v.case_id = :case_id::uuid",
    (Key("v.planned_on", "date"), Key("v.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)


_CONTACT = ("contact_count", "contact_period_days")
# The facts that `rules.contact_standing` judges: everything that may lie in the present period.
CONTACTS = View(
    f"""
    SELECT row_to_json(r) FROM (
      SELECT c.id AS case_id, c.state, c.work_started_on, s.contact_count, s.contact_period_days,
             (SELECT max(v.held_on) FROM visit v WHERE v.centre_id = c.centre_id
               AND v.case_id = c.id AND v.family_id = c.family_id) AS last_contact_on,
             (SELECT coalesce(json_agg(v.held_on), '[]') FROM visit v
               WHERE v.centre_id = c.centre_id AND v.case_id = c.id AND v.family_id = c.family_id
                 AND v.held_on > app.today() - s.contact_period_days) AS held,
             (SELECT coalesce(json_agg(f.planned_on), '[]') FROM failed_visit f
               WHERE f.centre_id = c.centre_id AND f.case_id = c.id AND f.family_id = c.family_id
                 AND f.planned_on > app.today() - s.contact_period_days) AS failed
        FROM family_case c {settings_in("app.today()", *_CONTACT)}
       WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid
         AND app.note_reading(c.family_id, 'family_case', c.id)) r
    """
)


@dataclass(frozen=True, slots=True)
class Recording:
    """What the rules need to judge a visit: of the case, of its day, of the settings then."""

    family_id: UUID
    state: str
    work_started_on: date | None
    consent_withdrawn_on: date | None
    members: list[tuple[Any, ...]]
    signed: list[UUID]
    contacts: list[date]
    joint_first_visit_required: bool
    contact_count: int
    contact_period_days: int
    works_from: time
    works_to: time
    working_weekdays: list[str]


_OF_THE_DAY = ("joint_first_visit_required", *_CONTACT, *("works_from", "works_to"))
RECORD_VISIT = Brief(
    Lock(
        "family_case",
        ":case_id::uuid",
        reads=("family_id", "state", "work_started_on", "consent_withdrawn_on"),
    ),
    into=Recording,
    creates=Visit,
    # The period is worked out beside the visits: in their own condition row security would
    # judge each visit first, because subtraction is not leakproof.
    facts=f"""
    SELECT {MEMBERS} AS members, {signed(":held_on::date")} AS signed, s.*,
           ARRAY(SELECT v.held_on FROM visit v
                  WHERE v.centre_id = app.centre() AND v.case_id = :case_id::uuid
                    AND v.family_id = :family_id::uuid AND v.held_on < :held_on::date
                    AND v.held_on >= d.first) AS contacts
      FROM (SELECT) c {settings_in(":held_on::date", *_OF_THE_DAY, "working_weekdays")}
     CROSS JOIN LATERAL (SELECT :held_on::date - s.contact_period_days AS first OFFSET 0) d""",
    written={
        "written": inserted(
            "visit",
            same(*OrdinaryVisitFields.model_fields, "id", "case_id", "family_id")
            | same("recorded_on", "warnings"),
        )
        + " RETURNING *",
        "told": told(EventType.VISIT_RECORDED, on="held_on"),
    },
    shown=_shown("written"),
)
