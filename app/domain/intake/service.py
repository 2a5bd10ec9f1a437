"""Receiving signals: the first opens the case, and each starts the clock of an interview."""

from datetime import date
from uuid import UUID

from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants_for, end_social_work, grant
from app.domain.act import Act
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.queries import list_open
from app.domain.deadlines.rules import DeadlineKind, interview_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families.rules import require_not_erased
from app.domain.families.tables import Family
from app.domain.intake import queries, rules
from app.domain.intake.tables import Signal, SignalCheckFields, SignalFields


async def receive_signal(
    act: Act,
    family_id: UUID,
    said: SignalFields,
    *,
    social_worker_id: UUID | None = None,
    previous_case_id: UUID | None = None,
) -> Signal:
    """Record a signal and open the family's case; refuse where a case is open already."""
    rules.require_received(said.received_on, act.today)
    family = await act.lock(Family, family_id)
    require_not_erased(family.erased_on)
    serving = await queries.list_serving(act, family.district_id)
    worker = rules.choose_social_worker(social_worker_id, act.actor, said.source, serving)
    if worker not in serving:
        rules.require_social_worker(await queries.find_roles(act, worker))
    if previous_case_id is not None:
        await _end_previous(act, family_id, previous_case_id)
    case = await _open_case(act, family_id, worker, said, previous_case_id)
    signal = Signal(
        **said.model_dump(include=set(SignalFields.model_fields)),
        case_id=case.id,
        family_id=family_id,
        social_worker_id=worker,
        warnings=list[str](rules.warnings(worker, serving)),
    )
    act.add(signal)
    _tell(act, EventType.SIGNAL_RECEIVED, signal, said.received_on)
    return signal


async def add_signal(act: Act, case_id: UUID, said: SignalFields) -> Signal:
    """Add another signal to a case that has not ended; it has a deadline of its own (B1, B2)."""
    case = await lock_case(act, case_id)
    rules.require_received(said.received_on, act.today)
    advance(act, case, CaseAction.ADD_SIGNAL)
    signal = Signal(
        **said.model_dump(include=set(SignalFields.model_fields)),
        case_id=case.id,
        family_id=case.family_id,
        social_worker_id=case.social_worker_id,
        further=True,
    )
    act.add(signal)
    deadlines.start(
        act,
        case,
        DeadlineKind.SIGNAL_CHECK,
        started_on=said.received_on,
        due_on=interview_due(said.received_on, urgent=said.urgent),
        subject_id=signal.id,
    )
    act.touch(case)
    _tell(act, EventType.SIGNAL_RECEIVED, signal, said.received_on)
    return signal


async def check_signal(act: Act, signal_id: UUID, if_match: int, said: SignalCheckFields) -> None:
    """Record what was found about another signal, where no interview answers it (B2)."""
    found = await act.find(Signal, signal_id)
    case = await lock_case(act, found.case_id)
    signal = await act.lock(Signal, signal_id, if_match)
    rules.require_further(further=signal.further)
    kind = DeadlineKind.SIGNAL_CHECK
    rules.require_unchecked(waits=bool(await list_open(act, case, kind, signal.id)))
    rules.require_check(signal.received_on, said.checked_on, act.today)
    signal.checked_how, signal.finding = said.how, said.finding
    await deadlines.settle(act, case, kind, said.checked_on, signal.id)
    act.touch(case)
    _tell(act, EventType.SIGNAL_CHECKED, signal, said.checked_on)


def _tell(act: Act, kind: EventType, signal: Signal, on: date) -> None:
    emit(
        act,
        kind,
        family_id=signal.family_id,
        case_id=signal.case_id,
        subject_id=signal.id,
        on=on,
    )


async def _open_case(
    act: Act, family_id: UUID, worker: UUID, said: SignalFields, previous: UUID | None
) -> Case:
    case = Case(
        family_id=family_id,
        state=CaseState.SIGNAL_RECEIVED,
        opened_on=said.received_on,
        social_worker_id=worker,
        previous_case_id=previous,
    )
    act.add(case)
    await act.flush()
    deadlines.start(
        act,
        case,
        DeadlineKind.INTERVIEW,
        started_on=said.received_on,
        due_on=interview_due(said.received_on, urgent=said.urgent),
    )
    grant(
        act,
        account_id=worker,
        family_id=family_id,
        reason=GrantReason.CASEWORK,
        source_id=case.id,
        valid_from=act.today,
    )
    return case


async def _end_previous(act: Act, family_id: UUID, case_id: UUID) -> None:
    """Link a relapse: monitoring of the previous case ends, and with it the rights it gave."""
    previous = await lock_case(act, case_id)
    rules.require_same_family(family_id, previous.family_id)
    if not rules.is_relapse(previous.state):
        return
    advance(act, previous, CaseAction.OPEN_RELAPSE)
    await deadlines.drop(act, previous)
    await deadlines.drop(act, previous, DeadlineKind.SIGNAL_CHECK)  # the new signal is in its place
    await end_social_work(act, family_id)
    await end_grants_for(act, family_id, GrantReason.MONITORING, act.today)
    emit(
        act,
        EventType.CASE_ARCHIVED,
        family_id=family_id,
        case_id=previous.id,
        subject_id=previous.id,
    )
    await act.flush()
