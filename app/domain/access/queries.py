"""How grants are found."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text
from sqlmodel import col

from app.domain.access.rules import GrantReason
from app.domain.access.tables import AccessGrant
from app.domain.act import Act
from app.domain.identity.queries import person


def covered(family: str) -> str:
    """Select whom the reader covers in what concerns the family of a column (2.5a), or NULL.

    Most people cover nobody: then no row asks for it.
    """
    covers = "cardinality((SELECT app.acting_for())::uuid[]) > 1"
    return f"CASE WHEN {covers} THEN {person(f'app.on_behalf_of({family})')} END"


async def list_open(act: Act, source_id: UUID) -> list[AccessGrant]:
    """Return the grants of one source that have not ended by today."""
    return await _open(act, col(AccessGrant.source_id) == source_id)


async def list_open_for(act: Act, family_id: UUID, *reasons: GrantReason) -> list[AccessGrant]:
    """Return the grants to one family for some reasons that have not ended by today."""
    family = col(AccessGrant.family_id) == family_id
    return await _open(act, family, col(AccessGrant.reason).in_(reasons))


async def list_given(act: Act, account_id: UUID, reason: GrantReason) -> list[AccessGrant]:
    """Return the grants of one person for a reason that have not ended by today."""
    given = col(AccessGrant.account_id) == account_id
    return await _open(act, given, col(AccessGrant.reason) == reason)


async def _open(act: Act, *conditions: ColumnElement[bool]) -> list[AccessGrant]:
    query = select(AccessGrant).where(
        *conditions,
        or_(col(AccessGrant.valid_to).is_(None), col(AccessGrant.valid_to) > act.today),
    )
    return list((await act.session.execute(query)).scalars())


_ACTING_FOR = text("SELECT app.acting_for()")


async def acting_for(act: Act) -> frozenset[UUID]:
    """Return this person and whom they cover today (2.5a)."""
    return frozenset((await act.session.execute(_ACTING_FOR)).scalar() or [act.actor.account_id])
