"""How foster families, coordinations and placements are found."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import col

from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.centres.rules import COORDINATOR_CASELOAD
from app.domain.families.rules import FamilyRole
from app.domain.families.tables import Person
from app.domain.identity.queries import can_act
from app.domain.law import Rule
from app.domain.placements.rules import G3, G19, NOTICE_DAYS
from app.domain.placements.tables import Coordination, Placement


async def role_of_member(act: Act, family_id: UUID, person_id: UUID) -> FamilyRole | None:
    """Return what somebody is in a family that they have not left; None: not a member."""
    query = select(col(Person.role)).where(
        col(Person.centre_id) == act.actor.centre_id,
        col(Person.id) == person_id,
        col(Person.family_id) == family_id,
        col(Person.left_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none()


def in_care(outer: str) -> str:
    """Write the open placements `d` of the children of a row's family, of any of its cases.

    A child who has left the family is no longer its own.
    """
    return (
        "person b JOIN placement d ON d.centre_id = b.centre_id AND d.person_id = b.id"
        f" AND d.ended_on IS NULL WHERE b.centre_id = {outer}.centre_id"
        f" AND b.family_id = {outer}.family_id AND b.left_on IS NULL"
    )


async def is_in_care(act: Act, person_id: UUID) -> bool:
    """Tell whether somebody's placement is open."""
    query = select(col(Placement.id)).where(
        col(Placement.centre_id) == act.actor.centre_id,
        col(Placement.person_id) == person_id,
        col(Placement.ended_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none() is not None


async def open_placements(act: Act, family_id: UUID, on: date) -> list[Placement]:
    """Return the placements of a family's children that last on a day, of any of its cases."""
    query = (
        select(Placement)
        .join(
            Person,
            and_(
                col(Person.centre_id) == col(Placement.centre_id),
                col(Person.id) == col(Placement.person_id),
            ),
        )
        .where(
            col(Person.centre_id) == act.actor.centre_id,
            col(Person.family_id) == family_id,
            or_(col(Person.left_on).is_(None), col(Person.left_on) > on),
            col(Placement.starts_on) <= on,
            or_(col(Placement.ended_on).is_(None), col(Placement.ended_on) > on),
        )
        .order_by(col(Placement.starts_on), col(Placement.id))
    )
    return list((await act.session.execute(query)).scalars())


async def lock_placements_with(act: Act, foster_family_id: UUID) -> list[Placement]:
    """Lock the open placements with a foster family."""
    query = (
        select(Placement)
        .where(
            col(Placement.centre_id) == act.actor.centre_id,
            col(Placement.foster_family_id) == foster_family_id,
            col(Placement.ended_on).is_(None),
        )
        .order_by(col(Placement.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list((await act.session.execute(query)).scalars())


async def open_coordination(act: Act, foster_family_id: UUID) -> Coordination | None:
    """Return the coordination of a foster family that has not ended."""
    query = select(Coordination).where(
        col(Coordination.centre_id) == act.actor.centre_id,
        col(Coordination.foster_family_id) == foster_family_id,
        col(Coordination.ended_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none()


def warnings(*found: tuple[Rule, str]) -> str:
    """Write the list of warnings of a row: each rule with the condition under which it speaks."""
    each = ", ".join(f"CASE WHEN {when} THEN {_warning(rule)} END" for rule, when in found)
    return (
        "(SELECT coalesce(json_agg(w.said), '[]')"
        f" FROM unnest(ARRAY[{each}]::json[]) AS w (said) WHERE w.said IS NOT NULL)"
    )


def _warning(rule: Rule) -> str:
    said = (rule.id, str(rule.basis), rule.pl, rule.en)
    code, basis, pl, en = ("'" + word.replace("'", "''") + "'" for word in said)
    return (
        f"json_build_object('rule', {code}, 'legal_basis', {basis},"
        f" 'text', json_build_object('pl', {pl}, 'en', {en}))"
    )


_FOSTER_FAMILY = """
    SELECT f.id, f.version, f.register_number, f.town, f.kind, f.coordinator_id,
           f.children_in_care, app.z(f.created_at) AS created_at
      FROM foster_family f WHERE f.centre_id = app.centre()
"""
FOSTER_FAMILY = One(f"{_FOSTER_FAMILY} AND f.id = :id::uuid")
FOSTER_FAMILIES = Many(
    f"{_FOSTER_FAMILY} AND (:coordinator_id::uuid IS NULL"
    " OR f.coordinator_id = :coordinator_id::uuid)",
    (Key("f.town", "text"), Key("f.id", "uuid")),
)

_NOT_ASKED = "k.opinion_asked_on IS NULL OR k.opinion_asked_on > k.starts_on"
_COORDINATION = f"""
    SELECT k.id, k.version, k.foster_family_id, k.coordinator_id, k.application_received_on,
           k.opinion_asked_on, k.starts_on, k.ended_on, app.z(k.created_at) AS created_at,
           {warnings((G3, _NOT_ASKED))} AS warnings
      FROM coordination k WHERE k.centre_id = app.centre()
"""
COORDINATION = One(f"{_COORDINATION} AND k.id = :id::uuid")
COORDINATIONS = Many(
    f"{_COORDINATION} AND k.foster_family_id = :foster_family_id::uuid",
    (Key("k.starts_on", "date"), Key("k.id", "uuid")),
    descending=True,
    within="foster_family f WHERE f.id = :foster_family_id::uuid",
)

_LATE = f"coalesce(p.notice_received_on, app.today()) > p.starts_on + {NOTICE_DAYS}"
_PLACEMENT = f"""
    SELECT p.id, p.version, p.case_id, p.family_id, p.person_id, p.form, p.starts_on,
           p.legal_basis, p.reference, p.foster_family_id, p.tasks_performed_by,
           p.institution_name, p.educator_name, p.educator_contact, p.notice_received_on,
           p.ended_on, p.outcome, p.outcome_note,
           (SELECT f.coordinator_id FROM foster_family f WHERE f.centre_id = p.centre_id
             AND f.id = p.foster_family_id AND p.ended_on IS NULL) AS coordinator_id,
           app.z(p.created_at) AS created_at, {warnings((G19, _LATE))} AS warnings
      FROM placement p WHERE p.centre_id = app.centre()
"""
PLACEMENT = One(
    f"{_PLACEMENT} AND p.id = :id::uuid AND app.note_reading(p.family_id, 'placement', p.id)"
)
PLACEMENTS = Many(
    f"{_PLACEMENT} AND p.case_id = :case_id::uuid",
    (Key("p.starts_on", "date"), Key("p.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)

_LIMIT = f"""coalesce((SELECT s.coordinator_family_limit FROM centre_settings s
    WHERE s.centre_id = app.centre() AND s.valid_from <= app.today()
    ORDER BY s.valid_from DESC LIMIT 1), {COORDINATOR_CASELOAD.steps[-1][1]})"""
COORDINATORS = View(f"""
    SELECT json_build_object('items', coalesce(json_agg(row_to_json(r) ORDER BY r.full_name, r.id),
                                               '[]'))
      FROM (SELECT a.id, a.full_name, n.families, l.most AS "limit",
                   CASE WHEN {can_act("a")} THEN greatest(l.most - n.families, 0) ELSE 0 END AS free
              FROM account a
              CROSS JOIN (SELECT {_LIMIT} AS most) l
              CROSS JOIN LATERAL (SELECT count(*) AS families FROM place t
                 WHERE t.centre_id = a.centre_id AND t.worker_id = a.id
                   AND t.duty = 'coordination' AND t.starts_on <= app.today()
                   AND (t.ends_on IS NULL OR t.ends_on > app.today())) n
             WHERE a.centre_id = app.centre() AND a.active
               AND 'foster_care_coordinator' = ANY (a.roles) LIMIT 500) r
""")
