"""How families are found."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.domain.act import Act
from app.domain.families.tables import Person


async def list_members(act: Act, family_id: UUID) -> list[Person]:
    """Return everybody who belongs or belonged to the family, the eldest first."""
    query = (
        select(Person)
        .where(col(Person.centre_id) == act.actor.centre_id, col(Person.family_id) == family_id)
        .order_by(col(Person.born_on), col(Person.id))
    )
    return list((await act.session.execute(query)).scalars())
