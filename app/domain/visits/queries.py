"""How visits are found, and how they are shown."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.db.views import Key, Many, One, View, constants
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.centres.tables import CentreSettings
from app.domain.families.tables import Person
from app.domain.identity.queries import person
from app.domain.visits.rules import WARNINGS
from app.domain.visits.tables import Visit


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


async def members_on(
    act: Act, family_id: UUID, asked: Collection[UUID], day: date
) -> frozenset[UUID]:
    """Return which of the persons asked for belong to the family on a day."""
    query = select(col(Person.id)).where(
        col(Person.centre_id) == act.actor.centre_id,
        col(Person.family_id) == family_id,
        col(Person.id).in_(asked),
        or_(col(Person.left_on).is_(None), col(Person.left_on) > day),
    )
    return frozenset((await act.session.execute(query)).scalars())


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
_VISIT = f"""
    SELECT {_HEADER}, v.present, v.others_present, v.arrangements_family,
           v.arrangements_assistant, v.plan_refs, v.notes,
           {person("v.social_worker_id")} AS social_worker,
           {person("v.confirmed_by")} AS confirmed_by, {_CORRECTIONS} AS corrections
      FROM visit v WHERE v.centre_id = app.centre() AND v.id = :id::uuid
"""
# What a command answers its author is no reading of the file; opening the visit later is one.
RECORDED_VISIT = One(_VISIT)
VISIT = One(f"{_VISIT} AND app.note_reading(v.family_id, 'visit', v.id)")
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


def _setting(name: str) -> str:
    default = CentreSettings.model_fields[name].default
    return f"coalesce(s.{name}, {default}) AS {name}"


_DAYS = CentreSettings.model_fields["contact_period_days"].default
# The facts that `rules.contact_standing` judges: everything that may lie in the present period.
CONTACTS = View(
    f"""
    SELECT row_to_json(r) FROM (
      SELECT c.id AS case_id, c.state, c.work_started_on, {_setting("contact_count")},
             {_setting("contact_period_days")},
             (SELECT max(v.held_on) FROM visit v WHERE v.centre_id = c.centre_id
               AND v.case_id = c.id AND v.family_id = c.family_id) AS last_contact_on,
             (SELECT coalesce(json_agg(v.held_on), '[]') FROM visit v
               WHERE v.centre_id = c.centre_id AND v.case_id = c.id AND v.family_id = c.family_id
                 AND v.held_on > app.today() - coalesce(s.contact_period_days, {_DAYS})) AS held,
             (SELECT coalesce(json_agg(f.planned_on), '[]') FROM failed_visit f
               WHERE f.centre_id = c.centre_id AND f.case_id = c.id AND f.family_id = c.family_id
                 AND f.planned_on > app.today() - coalesce(s.contact_period_days, {_DAYS})
             ) AS failed
        FROM family_case c
        LEFT JOIN LATERAL (
          SELECT t.contact_count, t.contact_period_days FROM centre_settings t
           WHERE t.centre_id = c.centre_id AND t.valid_from <= app.today()
           ORDER BY t.valid_from DESC LIMIT 1) s ON true
       WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid
         AND app.note_reading(c.family_id, 'family_case', c.id)) r
    """
)
