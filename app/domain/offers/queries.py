"""How offers are found and shown."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db.views import One
from app.domain.act import Act
from app.domain.offers.tables import Offer

OFFER = One(
    """SELECT o.id, o.version, o.case_id, o.family_id, o.presented_on, o.forms, o.other_form,
    o.support, o.description, o.materials_handed, o.created_by, app.z(o.created_at) AS created_at
  FROM offer o WHERE o.id = :id::uuid AND app.note_reading(o.family_id, 'offer', o.id)"""
)


async def find_offer(act: Act, case_id: UUID) -> Offer | None:
    """Return the latest offer of a case."""
    query = (
        select(Offer)
        .where(col(Offer.centre_id) == act.actor.centre_id, col(Offer.case_id) == case_id)
        .order_by(col(Offer.presented_on).desc(), col(Offer.id).desc())
        .limit(1)
    )
    return (await act.session.execute(query)).scalar_one_or_none()
