"""How linked identities and waiting sign-ins are found."""

from sqlalchemy import select
from sqlmodel import col

from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.federation.tables import FederatedSignIn, LinkedIdentity

_LINK = (
    "l.id, l.version, l.account_id, l.issuer, l.subject, app.z(l.removed_at) AS removed_at,"
    " app.z(l.created_at) AS created_at FROM linked_identity l WHERE l.account_id = :of::uuid"
)
LINK = One(f"SELECT {_LINK} AND l.id = :id::uuid")
LINKS = Many(
    f"SELECT {_LINK}",
    (Key("l.id", "uuid"),),
    descending=True,
    within="account a WHERE a.centre_id = app.centre() AND a.id = :of::uuid",
)


async def find_link(act: Act, issuer: str, subject: str) -> LinkedIdentity | None:
    """Return the link of an identity that is not removed."""
    query = select(LinkedIdentity).where(
        col(LinkedIdentity.issuer) == issuer,
        col(LinkedIdentity.subject) == subject,
        col(LinkedIdentity.removed_at).is_(None),
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def lock_waiting(act: Act, state_hash: str) -> FederatedSignIn | None:
    """Return a waiting sign-in, locked: its state is used once."""
    query = select(FederatedSignIn).where(col(FederatedSignIn.state_hash) == state_hash)
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()
