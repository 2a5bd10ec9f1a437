"""How grants are found."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from app.domain.access.rules import GrantReason
from app.domain.access.tables import AccessGrant
from app.domain.act import Act


async def list_open(act: Act, source_id: UUID) -> list[AccessGrant]:
    """Return the grants of one source that have not ended by today."""
    return await _open(act, col(AccessGrant.source_id) == source_id)


async def list_open_for(act: Act, family_id: UUID, reason: GrantReason) -> list[AccessGrant]:
    """Return the grants to one family for one reason that have not ended by today."""
    family = col(AccessGrant.family_id) == family_id
    return await _open(act, family, col(AccessGrant.reason) == reason)


async def _open(act: Act, *conditions: ColumnElement[bool]) -> list[AccessGrant]:
    query = select(AccessGrant).where(
        *conditions,
        or_(col(AccessGrant.valid_to).is_(None), col(AccessGrant.valid_to) > act.today),
    )
    return list((await act.session.execute(query)).scalars())
