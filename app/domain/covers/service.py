"""Setting a cover and ending it early; its days alone decide whom it lets in."""

from uuid import UUID

from app.domain.act import Act
from app.domain.assignments.rules import require_override_reason
from app.domain.caseload.rules import Duty, Period
from app.domain.caseload.service import lend_places, return_places
from app.domain.centres.queries import settings_on
from app.domain.covers import queries, rules
from app.domain.covers.tables import Cover, CoverFields, EarlyCoverEndFields
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.staff.queries import roles_of, standing_of
from app.domain.staff.service import lock_worker
from app.domain.vetting.rules import require_can_act


async def set_cover(act: Act, said: CoverFields) -> Cover:
    """Let somebody cover for an absent worker from a day to a day, both included (2.5a)."""
    settings = await settings_on(act, said.from_)
    override = said.override_local_limit
    rules.require_may_set(
        act.actor.roles,
        own=said.absent_id == act.actor.account_id,
        own_allowed=settings.workers_set_own_cover,
        override=override,
    )
    require_override_reason(override=override, reason=said.override_reason)
    days = rules.require_days(said.from_, said.to, act.today)
    await _require_may_cover(act, said.absent_id, said.covering_id, days)
    cover = Cover(
        absent_id=said.absent_id,
        covering_id=said.covering_id,
        starts_on=days.starts_on,
        ends_on=days.end,
        reason=said.reason,
        note=said.note,
        override_reason=said.override_reason if override else None,
        takes_places=settings.covered_families_count,
    )
    act.add(cover)
    tell(act, OfficeEventType.COVER_SET, cover.id)
    await act.flush()
    if cover.takes_places:
        limits = {
            Duty.ASSISTANCE: settings.family_limit,
            Duty.COORDINATION: settings.coordinator_family_limit,
        }
        await lend_places(act, cover.absent_id, cover.id, limits, override=override)
    return cover


async def _require_may_cover(act: Act, absent: UUID, covering: UUID, days: Period) -> None:
    """Lock both people, always in the same order, and judge them and their other covers."""
    known = {who: await _worker(act, who) for who in sorted({absent, covering})}
    rules.require_may_cover(known[absent], known[covering], days)
    require_can_act(await standing_of(act, covering, days.starts_on))
    others = await queries.list_days(act, absent, covering)
    rules.require_no_chain(absent, covering, days, others)


async def _worker(act: Act, account_id: UUID) -> rules.Worker:
    profile = await lock_worker(act, account_id)
    roles = await roles_of(act, account_id)
    return rules.Worker(account_id, profile.state, roles, profile.suspended_from)


async def end_cover(act: Act, cover_id: UUID, if_match: int, said: EarlyCoverEndFields) -> Cover:
    """End a cover before its last day: rights and places end with it (2.5a)."""
    found = await act.find(Cover, cover_id)
    settings = await settings_on(act, act.today)
    own = found.absent_id == act.actor.account_id
    rules.require_may_set(act.actor.roles, own=own, own_allowed=settings.workers_set_own_cover)
    cover = await act.lock(Cover, cover_id, if_match)
    on = said.on or act.today
    rules.require_early_end(Period(cover.starts_on, cover.ends_on), on, act.today)
    cover.ends_on, cover.ended_early = max(on, cover.starts_on), True
    await return_places(act, cover.id, on)
    tell(act, OfficeEventType.COVER_ENDED, cover.id)
    return cover
