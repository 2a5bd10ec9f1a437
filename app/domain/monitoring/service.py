"""Closing with what follows it; checking on a family; ending the monitoring."""

from datetime import date
from uuid import UUID

from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants, end_social_work, grant
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.closures import service as closures
from app.domain.closures.queries import closed_because
from app.domain.closures.rules import require_monitorable
from app.domain.closures.tables import ArchivingFields, Closure, ClosureFields
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind
from app.domain.errors import NotFound
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.identity.tables import Account
from app.domain.monitoring import queries, rules
from app.domain.monitoring.tables import (
    CheckFields,
    Monitoring,
    MonitoringCheck,
    MonitoringEndFields,
)
from app.domain.staff.queries import standing_of
from app.domain.staff.rules import require_may_assist
from app.domain.staff.service import lock_worker
from app.domain.vetting.rules import require_can_act

DUE = DeadlineKind.MONITORING_CHECK


async def close_case(
    act: Act,
    case_id: UUID,
    if_match: int,
    said: ClosureFields,
    monitoring_assistant_id: UUID | None = None,
) -> Closure:
    """End the work with a family and, where the manager wants it, begin to monitor it at once."""
    case, closure = await closures.close(act, case_id, if_match, said)
    if closure.monitoring:
        await _begin(act, case, monitoring_assistant_id, closure.closed_on)
    return closure


async def start_monitoring(
    act: Act, case_id: UUID, if_match: int, assistant_id: UUID | None
) -> Monitoring:
    """Begin to monitor a family whose case was closed without it."""
    case = await lock_case(act, case_id, if_match)
    reason = await closed_because(act, case.id)
    if reason is not None:
        require_monitorable(reason)
    return await _begin(act, case, assistant_id, act.today)


async def _begin(act: Act, case: Case, assistant_id: UUID | None, starts_on: date) -> Monitoring:
    advance(act, case, CaseAction.START_MONITORING)
    await act.flush()
    assistant = await _assistant(act, case, assistant_id)
    settings = await settings_on(act, starts_on)
    monitoring = Monitoring(
        case_id=case.id,
        family_id=case.family_id,
        assistant_id=assistant,
        starts_on=starts_on,
        planned_end=rules.planned_end(starts_on, settings.monitoring_months),
        interval_months=settings.monitoring_interval_months,
        warnings=await _warnings(act, assistant, settings.monitored_family_limit),
    )
    act.add(monitoring)
    await act.flush()
    _grant(act, monitoring, starts_on)
    _await_check(act, case, monitoring, starts_on, _days(monitoring))
    _tell(act, EventType.MONITORING_STARTED, monitoring, starts_on)
    return monitoring


async def _warnings(act: Act, assistant_id: UUID, limit: int) -> list[str]:
    """Return what to warn of where somebody is to monitor one family more (C14)."""
    return rules.warnings(1 + await queries.families_monitored(act, assistant_id), limit)


def _grant(act: Act, monitoring: Monitoring, since: date) -> None:
    grant(
        act,
        account_id=monitoring.assistant_id,
        family_id=monitoring.family_id,
        reason=GrantReason.MONITORING,
        source_id=monitoring.id,
        valid_from=since,
    )


async def transfer_monitoring(
    act: Act, case_id: UUID, if_match: int, assistant_id: UUID
) -> Monitoring:
    """Let another assistant monitor the family from today; what is due stays due."""
    case = await lock_case(act, case_id, if_match)
    advance(act, case, CaseAction.TRANSFER_MONITORING)
    monitoring = await _of(act, case)
    if monitoring.assistant_id == assistant_id:
        raise rules.MonitorsAlready
    monitoring.assistant_id = await _assistant(act, case, assistant_id)
    limit = (await settings_on(act, act.today)).monitored_family_limit
    monitoring.warnings = await _warnings(act, assistant_id, limit)
    await end_grants(act, monitoring.id, act.today)
    await act.flush()
    _grant(act, monitoring, act.today)
    act.touch(case)
    _tell(act, EventType.MONITORING_PASSED_ON, monitoring, act.today)
    return monitoring


async def _assistant(act: Act, case: Case, assistant_id: UUID | None) -> UUID:
    """Return who will monitor: the person named, or who worked with the family last (C10)."""
    chosen = assistant_id or await queries.last_assistant(act, case.id)
    if chosen is None:
        raise rules.MonitoringAssistantMissing
    profile = await lock_worker(act, chosen)
    account = await act.find(Account, chosen)
    roles = [role for role in Role if role.value in account.roles]
    require_may_assist(profile.state, roles, profile.suspended_from, act.today)
    require_can_act(await standing_of(act, chosen, act.today))
    return chosen


def _days(monitoring: Monitoring) -> list[date]:
    return rules.check_days(
        monitoring.starts_on, monitoring.interval_months, monitoring.planned_end
    )


def _await_check(
    act: Act, case: Case, monitoring: Monitoring, since: date, days: list[date]
) -> None:
    """Put the first of the days on the case's list."""
    deadlines.start(act, case, DUE, started_on=since, due_on=days[0], subject_id=monitoring.id)


async def record_check(act: Act, case_id: UUID, said: CheckFields) -> MonitoringCheck:
    """Record a check on the family: it settles what was due, and the next one becomes due."""
    case = await lock_case(act, case_id)
    advance(act, case, CaseAction.CHECK)
    monitoring = await _of(act, case)
    rules.require_day(said.checked_on, monitoring.starts_on, act.today)
    rules.require_next(said.next_on, said.checked_on, monitoring.planned_end)
    check = MonitoringCheck(
        **said.model_dump(),
        case_id=case.id,
        family_id=case.family_id,
        monitoring_id=monitoring.id,
    )
    act.add(check)
    due = min((found.due_on for found in await list_open(act, case, DUE)), default=None)
    await deadlines.settle(act, case, DUE, said.checked_on)
    following = said.next_on or rules.next_check(_days(monitoring), said.checked_on, due)
    if following is not None:
        _await_check(act, case, monitoring, said.checked_on, [following])
    act.touch(case)
    _tell(act, EventType.MONITORING_CHECKED, check, said.checked_on)
    return check


async def end_monitoring(
    act: Act, case_id: UUID, if_match: int, said: MonitoringEndFields
) -> Monitoring:
    """End the monitoring: the assistant's right ends, the file goes to the archive (K8)."""
    case = await lock_case(act, case_id, if_match)
    advance(act, case, CaseAction.END_MONITORING)
    monitoring = await _of(act, case)
    rules.require_day(said.ended_on, monitoring.starts_on, act.today)
    rules.require_no_serious_risk(await queries.last_risk(act, monitoring.id))
    monitoring.ended_on = said.ended_on
    monitoring.outcome = said.outcome
    await deadlines.drop(act, case, on=said.ended_on)
    await end_grants(act, monitoring.id, said.ended_on)
    await end_social_work(act, case.family_id)
    _tell(act, EventType.MONITORING_ENDED, monitoring, said.ended_on)
    await closures.file_away(
        act,
        case,
        ArchivingFields(
            archived_on=said.ended_on,
            retention_category=said.retention_category,
            retention_until=said.retention_until,
        ),
    )
    return monitoring


async def _of(act: Act, case: Case) -> Monitoring:
    found = await queries.lock_monitoring(act, case.id)
    if found is None:
        raise NotFound
    return found


def _tell(act: Act, kind: EventType, row: Monitoring | MonitoringCheck, on: date) -> None:
    emit(act, kind, family_id=row.family_id, case_id=row.case_id, subject_id=row.id, on=on)
