"""Presenting the offer of help."""

from uuid import UUID

from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.interviews.queries import find_interview
from app.domain.offers import rules
from app.domain.offers.tables import Offer, OfferFields


async def present_offer(act: Act, case_id: UUID, said: OfferFields) -> Offer:
    """Record the offer that was presented to the family after the interview."""
    case = await lock_case(act, case_id)
    interview = await find_interview(act, case_id)
    done_on = interview.done_on if interview else None
    rules.require_after_interview(said.presented_on, done_on, act.today)
    rules.require_forms_named(said.forms, said.other_form)
    advance(act, case, CaseAction.PRESENT_OFFER)
    offer = Offer(**said.model_dump(), case_id=case.id, family_id=case.family_id)
    act.add(offer)
    emit(
        act,
        EventType.OFFER_PRESENTED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=offer.id,
        on=said.presented_on,
    )
    return offer
