"""Noting the signs of the last days, and what the manager found when looking at one."""

from datetime import date
from uuid import UUID

from app.domain.act import Act
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.families.tables import Family
from app.domain.oversight import queries, rules
from app.domain.oversight.tables import AccessSign, SignReviewFields


async def note_signs(act: Act, day: date) -> int:
    """Note the signs of a day that are not noted yet, a thousand at most; return how many (K9.1).

    A second run finds what the first has left, and then nothing.
    """
    await queries.take_turn(act)
    signs = await queries.signs_to_note(act, day, rules.MOST_NOTED)
    act.add(*signs)
    for sign in signs:
        tell(act, OfficeEventType.ACCESS_SIGN_NOTED, sign.id)
    return len(signs)


async def review(act: Act, sign_id: UUID, if_match: int, said: SignReviewFields) -> AccessSign:
    """Note that the manager has looked at a sign, and what was found."""
    sign = await act.lock(AccessSign, sign_id, if_match)
    rules.require_review(sign.reviewed_at, sign.account_id, act.actor.account_id)
    erased = sign.family_id and (await act.find(Family, sign.family_id)).erased_on
    sign.reviewed_at, sign.reviewed_by = act.now, act.actor.account_id
    # Of a file that was erased meanwhile the finding stays, and no words are added (17.1).
    sign.finding, sign.review_note = said.finding, None if erased else said.note
    tell(act, OfficeEventType.ACCESS_SIGN_REVIEWED, sign.id)
    return sign
