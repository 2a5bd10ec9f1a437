"""How families are found."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.session import show
from app.db.views import Key, Many, One, View, constants
from app.domain.act import Act
from app.domain.centres.tables import Centre
from app.domain.directory.rules import B12
from app.domain.families.rules import MASKED_FROM, ParentalAuthority
from app.domain.families.tables import FamilySearch, Person


def seen_family(subject: str) -> str:
    """Say what a list of a family stands within: a family that is seen, and noted as read."""
    return (
        "family f WHERE f.centre_id = app.centre() AND f.id = :family_id::uuid"
        f" AND app.note_reading(f.id, '{subject}', f.id)"
    )


async def list_members(act: Act, family_id: UUID) -> list[Person]:
    """Return everybody who belongs or belonged to the family, the eldest first."""
    query = (
        select(Person)
        .where(col(Person.centre_id) == act.actor.centre_id, col(Person.family_id) == family_id)
        .order_by(col(Person.born_on), col(Person.id))
    )
    return list((await act.session.execute(query)).scalars())


class Member(NamedTuple):
    """What the rules need of a member."""

    id: UUID
    parental_authority: ParentalAuthority
    participates: bool
    left_on: date | None


# Everybody who belongs or belonged to a family, for `members_of`.
MEMBERS = """ARRAY(SELECT ROW (p.id, p.parental_authority::text, p.participates, p.left_on)
    FROM person p WHERE p.centre_id = app.centre() AND p.family_id = :family_id::uuid)"""


def members_of(rows: Iterable[Sequence[Any]]) -> list[Member]:
    """Read the members as `MEMBERS` tells them."""
    return [Member(row[0], ParentalAuthority(row[1]), row[2], row[3]) for row in rows]


async def centre_gmina(act: Act) -> str:
    """Return the gmina of the centre (TERYT)."""
    query = select(col(Centre.gmina)).where(col(Centre.id) == act.actor.centre_id)
    return (await act.session.execute(query)).scalar_one()


async def find_search(act: Act, search_id: UUID) -> FamilySearch | None:
    """Return a search that was made at this centre."""
    return await act.session.get(FamilySearch, (act.actor.centre_id, search_id))


async def find_candidates(
    act: Act,
    search_id: UUID,
    words: Sequence[str],
    numbers: tuple[str | None, str | None],
    born_on: date | None,
    limit: int,
    noted: tuple[Sequence[str], str | None],
) -> str:
    """Return the answer to a search as JSON; `numbers` are a PESEL and the digits of a phone.

    `noted` is what the audit says of it: the names of the criteria, and their keyed hash.
    """
    pesel, phone = numbers
    body: str = await show(
        act.session,
        SEARCH,
        search_id=search_id,
        words=list(words),
        pesel=act.blind_index("pesel", pesel) if pesel else None,
        phone=phone,
        born_on=born_on,
        limit=limit,
        criteria=noted[0],
        mark=noted[1],
    )
    return body


# `own` is the family as the caller's own row security shows it; only its columns tell more than
# surname and place. Whom to ask: the social worker who serves the district, else the manager.
SEARCH = View(f"""
SELECT json_build_object('search_id', :search_id::uuid,
                         'candidates', coalesce(json_agg(row_to_json(r)), '[]')) FROM (
    SELECT own.id IS NOT NULL AS in_scope, own.id, c.surname, own.street, c.town,
           d.name AS district, (
               SELECT a.full_name FROM district_worker w
                 JOIN account a ON a.centre_id = w.centre_id AND a.id = w.account_id AND a.active
                WHERE w.centre_id = app.centre() AND w.district_id = c.district_id
                  AND w.valid_from <= app.today()
                  AND (w.valid_to IS NULL OR w.valid_to > app.today())
                ORDER BY w.valid_from, a.full_name LIMIT 1) AS ask,
           c.score, c.matched, app.handle(:search_id::uuid, c.family_id) AS handle
      FROM app.find_families(:words::text[], :pesel::text, :born_on::date, :phone::text) c
      LEFT JOIN family own ON own.centre_id = app.centre() AND own.id = c.family_id
      LEFT JOIN district d ON d.centre_id = app.centre() AND d.id = c.district_id
     WHERE own.id IS NOT NULL OR c.score >= {MASKED_FROM}
     ORDER BY c.score DESC, own.id IS NULL, c.surname, c.family_id LIMIT :limit::bigint) r
HAVING app.note_search(:search_id::uuid, count(*), :criteria::text[], :mark::text)
""")

_MEMBER = """
    p.id, p.version, p.family_id, p.first_name, p.last_name, p.role, p.born_on, p.pesel,
    p.parental_authority, p.participates, p.phone, p.left_on, p.left_reason
"""
_WARNED = constants([(B12.id, B12.basis, B12.pl, B12.en)], "k", ("rule", "legal_basis", "pl", "en"))
_WARNINGS = f"""(
    SELECT coalesce(json_agg(json_build_object('rule', k.rule, 'legal_basis', k.legal_basis,
                                               'text', json_build_object('pl', k.pl, 'en', k.en))),
                    '[]')
      FROM {_WARNED}
     WHERE f.district_id IS NOT NULL AND f.created_by IS NOT NULL AND NOT EXISTS (
         SELECT FROM district_worker w
          WHERE w.centre_id = f.centre_id AND w.district_id = f.district_id
            AND w.account_id = f.created_by AND w.valid_from <= app.today()
            AND (w.valid_to IS NULL OR w.valid_to > app.today())))"""

# Who may not see holds is told nothing of one: not that there is none either (art. 23 RODO).
_HELD = """CASE WHEN 'manager' = ANY (app.roles()) THEN EXISTS (
           SELECT FROM legal_hold h WHERE h.centre_id = f.centre_id AND h.family_id = f.id
              AND h.lifted_on IS NULL) END"""

FAMILY = One(f"""
SELECT f.id, f.version, f.surname, f.street, f.postcode, f.town, f.gmina, f.homeless,
       f.last_registration_gmina, f.phone, f.district_id, d.name AS district, f.erased_on,
       app.z(f.created_at) AS created_at, {_WARNINGS} AS warnings,
       {_HELD} AS under_legal_hold, (
           SELECT coalesce(json_agg(row_to_json(m)), '[]') FROM (
               SELECT {_MEMBER} FROM person p
                WHERE p.centre_id = f.centre_id AND p.family_id = f.id
                ORDER BY p.left_on NULLS FIRST, p.born_on, p.id) m) AS members
  FROM family f LEFT JOIN district d ON d.centre_id = f.centre_id AND d.id = f.district_id
 WHERE f.centre_id = app.centre() AND f.id = :id::uuid
   AND app.note_reading(f.id, 'family', f.id)
""")

MEMBER = One(f"""
SELECT {_MEMBER} FROM person p
 WHERE p.centre_id = app.centre() AND p.id = :id::uuid
   AND app.note_reading(p.family_id, 'person', p.id)
""")

# The live case is the one of the partial unique index `family_case_one_live`.
_LIVE = """c.centre_id = f.centre_id AND c.family_id = f.id
   AND c.state NOT IN ('no_need', 'refused', 'redirected', 'archived')"""
FAMILIES = Many(
    f"""
SELECT f.* FROM family f
 WHERE f.centre_id = app.centre() AND NOT app.in_emergency(f.id)
   AND (:district_id::uuid IS NULL OR f.district_id = :district_id::uuid)
   AND (:state::text IS NULL
        OR EXISTS (SELECT FROM family_case c WHERE {_LIVE} AND c.state = :state::text))
""",
    (Key("f.sort_name", "text"), Key("f.id", "uuid")),
    noted="family",
    around=f"""
SELECT f.id, f.version, f.sort_name, f.surname, f.street, f.town, f.district_id,
       d.name AS district, c.id AS case_id, c.state AS case_state
  FROM ({{page}}) f LEFT JOIN district d ON d.centre_id = f.centre_id AND d.id = f.district_id
  LEFT JOIN family_case c ON {_LIVE}
 ORDER BY f.sort_name, f.id""",
)

CASES = View("""
SELECT json_build_object('items', (
    SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (
        SELECT c.id, c.state, c.opened_on, c.closed_on FROM family_case c
         WHERE c.centre_id = f.centre_id AND c.family_id = f.id
         ORDER BY c.opened_on DESC, c.id DESC LIMIT 100) r))
  FROM family f WHERE f.centre_id = app.centre() AND f.id = :id::uuid
   AND app.note_reading(f.id, 'family', f.id)
""")
