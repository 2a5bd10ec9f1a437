"""How requests are shown."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.deadlines.queries import SOON
from app.domain.families.tables import Family, Person

_COLUMNS = f"""
    SELECT q.id, q.version, q.person_id, p.family_id, p.first_name, p.last_name, q.received_on,
           q.channel, q.requester, q.representation_ref, q.identity_confirmed, q.note, q.state,
           q.due_on, CASE WHEN q.state <> 'open' THEN NULL
                          WHEN q.due_on < app.today() THEN 'overdue'
                          WHEN q.due_on <= app.today() + {SOON} THEN 'due_soon'
                          ELSE 'upcoming' END AS standing,
           q.extended_on, q.extension_reason, q.closed_on, q.handed_over_by, q.refusal_ground,
           q.refusal_reason, q.kind, q.erasure_ground, q.representative_id,
           q.kept_family_ids, app.z(q.created_at) AS created_at
      FROM rights_request q JOIN person p ON p.centre_id = q.centre_id AND p.id = q.person_id
     WHERE q.centre_id = app.centre()
"""
REQUEST = One(
    f"{_COLUMNS} AND q.id = :id::uuid AND app.note_reading(p.family_id, 'rights_request', q.id)",
    facts="SELECT r.state, r.kind, r.extended_on, r.due_on, app.today() AS today",
)
REQUESTS = Many(
    f"{_COLUMNS} AND (:state::text IS NULL OR q.state = :state::text)"
    " AND (:kind::text IS NULL OR q.kind = :kind::text)",
    (Key("q.due_on", "date"), Key("q.id", "uuid")),
    noted="rights_request",
)


async def other_files(act: Act, person: Person) -> Sequence[UUID]:
    """Return the other files of the centre in which the same PESEL stands, if not erased yet."""
    if person.pesel_index is None:
        return ()
    query = (
        select(col(Person.family_id))
        .join(Family, col(Family.id) == col(Person.family_id))
        .where(
            col(Person.centre_id) == act.actor.centre_id,
            col(Family.centre_id) == act.actor.centre_id,
            col(Person.pesel_index) == person.pesel_index,
            col(Person.family_id) != person.family_id,
            col(Family.erased_on).is_(None),
        )
        .distinct()
        .order_by(col(Person.family_id))
    )
    return (await act.session.scalars(query)).all()
