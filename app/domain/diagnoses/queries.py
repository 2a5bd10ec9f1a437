"""How diagnoses are found, and how they are shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.cases.queries import SEEN_CASE
from app.domain.diagnoses.tables import Diagnosis
from app.domain.families.rules import FamilyRole
from app.domain.families.tables import Person
from app.domain.identity.queries import person


async def latest_diagnosis(act: Act, case_id: UUID) -> Diagnosis | None:
    """Return the version of a case's diagnosis that is in force."""
    query = (
        select(Diagnosis)
        .where(
            col(Diagnosis.centre_id) == act.actor.centre_id,
            col(Diagnosis.case_id) == case_id,
        )
        .order_by(col(Diagnosis.version_no).desc())
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def children_born(act: Act, family_id: UUID, day: date) -> dict[UUID, date | None]:
    """Return the dates of birth of those who belong to the family as its children on a day."""
    query = select(col(Person.id), col(Person.born_on)).where(
        col(Person.centre_id) == act.actor.centre_id,
        col(Person.family_id) == family_id,
        col(Person.role) == FamilyRole.CHILD,
        or_(col(Person.left_on).is_(None), col(Person.left_on) > day),
    )
    return {row.id: row.born_on for row in await act.session.execute(query)}


_HEADER = f"""
    d.id, d.version, d.case_id, d.family_id, d.version_no, d.made_on, d.reason,
    NOT EXISTS (SELECT FROM diagnosis l WHERE l.centre_id = d.centre_id
                 AND l.case_id = d.case_id AND l.version_no > d.version_no) AS in_force,
    {person("d.created_by")} AS made_by,
    app.z(d.created_at) AS created_at
"""
_DIAGNOSIS = f"""
    SELECT {_HEADER}, d.spheres, d.parenting, d.strengths, d.resources_held,
           d.resources_at_risk, d.resources_missing, d.crisis_causes, d.children,
           d.supporting_persons, d.notes
      FROM diagnosis d WHERE d.centre_id = app.centre() AND d.id = :id::uuid
"""
# What a command answers its author is no reading of the file; opening it later is one.
RECORDED_DIAGNOSIS = One(_DIAGNOSIS)
DIAGNOSIS = One(f"{_DIAGNOSIS} AND app.note_reading(d.family_id, 'diagnosis', d.id)")
DIAGNOSES = Many(
    f"""SELECT {_HEADER} FROM diagnosis d
         WHERE d.centre_id = app.centre() AND d.case_id = :case_id::uuid""",
    (Key("d.version_no", "bigint"), Key("d.id", "uuid")),
    descending=True,
    within=SEEN_CASE,
)
