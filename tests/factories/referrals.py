"""Applications put on a case directly, for tests of the decisions on them."""

from datetime import date
from typing import Any
from uuid import UUID

from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.referrals.rules import ReferralUrgency
from app.domain.referrals.tables import Referral
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import HERE, Town, World

CONTENT = {
    "problems": ["bezradność opiekuńczo-wychowawcza", "zadłużenie mieszkania"],
    "proposed_scope": "Wsparcie w organizacji dnia dzieci i w rozmowach z wierzycielami.",
    "urgency": "urgent",
    "other_services": ["poradnia psychologiczno-pedagogiczna"],
}
NOT_SUBMITTED = frozenset({CaseState.DIAGNOSED, CaseState.OFFER_PRESENTED, CaseState.CONSENT_GIVEN})


async def make_referral(
    world: World, state: CaseState, town: Town = HERE, **changes: Any
) -> tuple[UUID, MadeCase]:
    """Make a case in a state with its application; submitted today unless the state is earlier."""
    made = await make_case(world, state, town)
    return await add_referral(
        world, made, town, submitted=state not in NOT_SUBMITTED, **changes
    ), made


async def add_referral(
    world: World, made: MadeCase, town: Town = HERE, *, submitted: bool, **changes: Any
) -> UUID:
    """Add an application to a case that is there."""
    day: date | None = world.clock.today if submitted else None
    values = CONTENT | {"urgency": ReferralUrgency.URGENT, "submitted_on": day} | changes
    async with world.acting(town, town.social_worker) as act:
        referral = Referral(case_id=made.case, family_id=made.family, **values)
        act.add(referral)
        return referral.id


async def withdraw_consent(world: World, made: MadeCase) -> None:
    """Let the family have withdrawn its consent today; the case keeps its state."""
    async with world.acting() as act:
        (await act.find(Case, made.case)).consent_withdrawn_on = act.today
