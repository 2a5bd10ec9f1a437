"""Giving and ending rights to a family."""

from datetime import date, timedelta
from uuid import UUID

from app.domain.access import queries
from app.domain.access.rules import GrantReason
from app.domain.access.tables import AccessGrant
from app.domain.act import Act


def grant(
    act: Act,
    *,
    account_id: UUID,
    family_id: UUID,
    reason: GrantReason,
    source_id: UUID,
    valid_from: date,
    valid_to: date | None = None,
) -> None:
    """Let a person see a family from a day until before another; `source_id` is what gives it."""
    act.add(
        AccessGrant(
            account_id=account_id,
            family_id=family_id,
            reason=reason,
            source_id=source_id,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    )


async def end_grants(act: Act, source_id: UUID, on: date) -> None:
    """End every right that a source gave: the first day without it is `on`."""
    for found in await queries.list_open(act, source_id):
        found.valid_to = max(on, found.valid_from)


async def end_grants_for(act: Act, family_id: UUID, reason: GrantReason, on: date) -> None:
    """End every right to a family that was given for one reason, whatever gave it."""
    for found in await queries.list_open_for(act, family_id, reason):
        found.valid_to = max(on, found.valid_from)


async def end_social_work_of(act: Act, family_id: UUID, account_id: UUID) -> None:
    """End what somebody's social work gave them, from today: the case is another's (K11)."""
    reasons = (GrantReason.RECORDED, GrantReason.CASEWORK)
    for found in await queries.list_open_for(act, family_id, *reasons):
        if found.account_id == account_id:
            found.valid_to = max(act.today, found.valid_from)


async def end_social_work(act: Act, family_id: UUID) -> None:
    """End the rights of social work when its case ends or the family leaves the district (K11).

    The family is seen until the evening, to finish what is in hand; no right is made longer.
    """
    reasons = (GrantReason.RECORDED, GrantReason.CASEWORK)
    for found in await queries.list_open_for(act, family_id, *reasons):
        found.valid_to = max(act.today + timedelta(days=1), found.valid_from)
