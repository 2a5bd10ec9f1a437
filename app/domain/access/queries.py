"""How grants are found."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from app.domain.access.tables import AccessGrant
from app.domain.act import Act


async def list_open(act: Act, source_id: UUID) -> list[AccessGrant]:
    """Return the grants of one source that have not ended by today."""
    query = select(AccessGrant).where(
        col(AccessGrant.source_id) == source_id,
        or_(col(AccessGrant.valid_to).is_(None), col(AccessGrant.valid_to) > act.today),
    )
    return list((await act.session.execute(query)).scalars())
