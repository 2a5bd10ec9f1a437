"""How emergency accesses are found, and whose file a search has named."""

from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.emergencies.tables import EmergencyAccess
from app.domain.families.tables import Family
from app.domain.identity.queries import person

_BEHIND = text("SELECT app.family_behind(CAST(:search AS uuid), :handle)")
_SEE = text("SELECT app.see_emergencies()")


async def family_behind(act: Act, search_id: UUID, handle: str) -> UUID | None:
    """Return the family that a search has named by a handle, in one's scope or not."""
    values = {"search": search_id, "handle": handle}
    found: UUID | None = (await act.session.execute(_BEHIND, values)).scalar_one()
    return found


async def sees(act: Act, family_id: UUID) -> bool:
    """Tell whether the family is in this person's sight."""
    return await act.session.get(Family, (act.actor.centre_id, family_id)) is not None


async def find_open(act: Act, family_id: UUID) -> EmergencyAccess | None:
    """Return this person's access to a family that is open now."""
    query = select(EmergencyAccess).where(
        col(EmergencyAccess.centre_id) == act.actor.centre_id,
        col(EmergencyAccess.account_id) == act.actor.account_id,
        col(EmergencyAccess.family_id) == family_id,
        col(EmergencyAccess.ends_at) > act.now,
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def open_eyes(act: Act) -> None:
    """Let the rest of this act see what has just been opened."""
    await act.session.execute(_SEE)


# The family's name is shown to whoever may see the family now; the rest is the access itself.
EMERGENCY = f"""e.id, e.version, {person("e.account_id")} AS opened_by, e.family_id,
           (SELECT f.surname FROM family f WHERE f.centre_id = e.centre_id AND f.id = e.family_id)
             AS family_surname,
           e.reason, e.justification, app.z(e.opened_at) AS opened_at, app.z(e.ends_at) AS ends_at,
           e.ended_early, app.z(e.reviewed_at) AS reviewed_at,
           {person("e.reviewed_by")} AS reviewed_by, e.outcome, e.review_note,
           app.z(e.created_at) AS created_at
      FROM emergency_access e WHERE e.centre_id = app.centre()"""
ACCESS = One(f"SELECT {EMERGENCY} AND e.id = :id::uuid")
ACCESSES = Many(
    f"SELECT {EMERGENCY} AND (:reviewed::boolean IS NULL"
    " OR (e.reviewed_at IS NOT NULL) = :reviewed::boolean)",
    (Key("e.id", "uuid"),),
    descending=True,
)
