"""Giving a family its assistant, passing it on, standing in, and ending it all."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from app.db.brief import Values
from app.db.idempotency import KeptAnswer
from app.db.types import new_id
from app.domain.access.rules import GrantReason
from app.domain.access.service import end_grants, grant
from app.domain.act import Act, BriefAct, require_version
from app.domain.actor import Role
from app.domain.assignments import queries, rules
from app.domain.assignments.queries import Lasting, Transfer
from app.domain.assignments.rules import AssignmentEnd, AssignmentKind
from app.domain.assignments.tables import (
    AcceptanceFields,
    Assignment,
    EarlyEndFields,
    OverrideFields,
    SubstitutionFields,
    TransferFields,
)
from app.domain.caseload.rules import Duty, Held, Lent, Loan, Period, lend_among, take_among
from app.domain.caseload.service import leave_place, take_place
from app.domain.cases.rules import WORKFLOW, CaseAction, CaseState
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.consents.service import require_consent
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, days_due, months_due
from app.domain.errors import NotFound, Stale
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.referrals.rules import DecisionKind
from app.domain.referrals.service import open_referral, record_decision
from app.domain.staff.queries import roles_of, standing_of
from app.domain.staff.rules import StaffState, require_may_assist
from app.domain.staff.service import lock_worker
from app.domain.vetting.rules import require_can_act


async def accept_referral(
    act: Act, referral_id: UUID, if_match: int, said: AcceptanceFields
) -> Assignment:
    """Accept the application and give the family an assistant (B6, A1, C10, C12)."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.ASSIGN)
    await require_consent(act, case)
    starts_on = said.starts_on or act.today
    rules.require_start(starts_on, referral.submitted_on, act.today)
    assignment = Assignment(
        case_id=case.id,
        family_id=case.family_id,
        assistant_id=said.assistant_id,
        kind=AssignmentKind.PRIMARY,
        starts_on=starts_on,
        letter_no=said.letter_no,
    )
    await _begin(act, assignment, said)
    case.work_started_on = starts_on
    await record_decision(act, case, referral, DecisionKind.ACCEPTED)
    await _start_clocks(act, case, starts_on)
    _tell(act, EventType.ASSISTANT_ASSIGNED, assignment)
    return assignment


async def _begin(act: Act, assignment: Assignment, said: OverrideFields) -> None:
    """Put an assignment into force with its place and its right, if the assistant may have it."""
    override = said.override_local_limit
    rules.require_override_reason(override=override, reason=said.override_reason)
    assignment.override_reason = said.override_reason if override else None
    await _require_may_assist(act, assignment)
    act.add(assignment)
    await act.flush()
    settings = await settings_on(act, assignment.starts_on)
    await take_place(
        act,
        worker_id=assignment.assistant_id,
        duty=Duty.ASSISTANCE,
        starts_on=assignment.starts_on,
        ends_on=assignment.ends_on,
        source_id=assignment.id,
        limit=settings.family_limit,
        override=override,
    )
    _grant(act, assignment)


async def _require_may_assist(act: Act, assignment: Assignment) -> None:
    """Refuse a person who is no assistant, is not at work, or could not act (C1, C10, K3)."""
    profile = await lock_worker(act, assignment.assistant_id)
    on = max(assignment.starts_on, act.today)  # what has happened since is not undone
    require_may_assist(profile.state, await roles_of(act, profile.id), profile.suspended_from, on)
    require_can_act(await standing_of(act, profile.id, on))


def _grant(act: Act, assignment: Assignment) -> None:
    substitute = assignment.kind is AssignmentKind.SUBSTITUTE
    grant(
        act,
        account_id=assignment.assistant_id,
        family_id=assignment.family_id,
        reason=GrantReason.SUBSTITUTION if substitute else GrantReason.ASSIGNMENT,
        source_id=assignment.id,
        valid_from=assignment.starts_on,
        valid_to=assignment.ends_on,
    )


async def _start_clocks(act: Act, case: Case, starts_on: date) -> None:
    """Start what is due after the assignment: the first visit (B10) and the assessment (E6)."""
    settings = await settings_on(act, starts_on)
    for kind, due_on in (
        (DeadlineKind.FIRST_VISIT, days_due(starts_on, settings.first_visit_days)),
        (DeadlineKind.PERIODIC_ASSESSMENT, months_due(starts_on, settings.assessment_months)),
    ):
        deadlines.start(act, case, kind, started_on=starts_on, due_on=due_on)


async def transfer_case(
    act: BriefAct, case_id: UUID, if_match: int, said: TransferFields
) -> KeptAnswer:
    """Pass the family on to another assistant; the assessment's clock runs on (2.5, E6)."""

    def judge(known: Transfer) -> Values:
        require_version(known.version, if_match)
        before = _require_transfer(act, known, said)
        _require_taker(known, max(said.on, act.today))
        return {
            **_rows(known, before, said, whole=since == date.min),
            "told_on": min(said.on, act.today),
        }

    given = {"case_id": case_id} | dict(said)
    for since in (said.on, date.min):
        with suppress(Crowded):
            return await act.give(queries.TRANSFER, judge, since=since, **given)
    raise Stale(current=if_match)


class Crowded(Exception):
    """More must be read or locked: all places, to renumber them, or who has begun to cover."""


def _require_transfer(act: BriefAct, known: Transfer, said: TransferFields) -> Lasting:
    """Return the assignment that ends, or refuse the transfer (2.5, C13)."""
    WORKFLOW.take(CaseState(known.state), CaseAction.TRANSFER, act.actor.roles)
    rules.require_informed(family_informed=said.family_informed)
    lasting = (Lasting(*row) for row in known.lasting or ())
    open_ones = (a for a in lasting if a.kind == AssignmentKind.PRIMARY and a.ends_on is None)
    before = next(open_ones, None)
    rules.require_another(before.assistant_id if before else None, said.to_assistant_id)
    assert before is not None, "require_another has refused"
    rules.require_transfer_day(said.on, before.starts_on, act.today)
    rules.require_override_reason(override=said.override_local_limit, reason=said.override_reason)
    return before


def _require_taker(known: Transfer, on: date) -> None:
    """Refuse a follower who is no assistant, is not at work, or could not act (C1, C10, K3)."""
    if known.worker_state is None or known.worker_roles is None:
        raise NotFound
    roles = frozenset(Role(role) for role in known.worker_roles)
    require_may_assist(StaffState(known.worker_state), roles, known.suspended_from, on)
    require_can_act(known.standing)


def _rows(known: Transfer, before: Lasting, said: TransferFields, *, whole: bool) -> Values:
    """Say what is written: all that lasts ends, also who stood in, and the follower begins."""
    ended = [Lasting(*row) for row in known.lasting or ()]
    left = {p.id: p._replace(ends_on=p.period.given_up(said.on)) for p in _held(known.places)}
    held = [left.get(place.id, place) for place in _held(known.held)]
    moved, slot = take_among(
        held, Period(said.on), limit=known.family_limit, override=said.override_local_limit
    )
    if moved and not whole:
        raise Crowded
    changed = left | moved
    lent = _lent(known, said, changed)
    return {
        "id": new_id(),
        "place_id": new_id(),
        "grant_id": new_id(),
        "event_id": new_id(),
        "replaces_id": before.id,
        "override_reason": said.override_reason if said.override_local_limit else None,
        "slot": slot,
        "ended_ids": [a.id for a in ended],
        "ended_days": [max(said.on, a.starts_on) for a in ended],
        "closed_ids": [grant for grant, _ in known.grants],
        "closed_days": [max(said.on, valid_from) for _, valid_from in known.grants],
        "moved_ids": list(changed),
        "moved_days": [place.ends_on for place in changed.values()],
        "moved_slots": [place.slot for place in changed.values()],
        "lent_ids": [new_id() for _ in lent],
        "lent_workers": [each.loan.covering_id for each in lent],
        "lent_slots": [each.slot for each in lent],
        "lent_starts": [each.days.starts_on for each in lent],
        "lent_ends": [each.days.ends_on for each in lent],
        "lent_covers": [each.loan.cover_id for each in lent],
    }


def _held(rows: Iterable[tuple[Any, ...]]) -> list[Held]:
    return [Held(*row) for row in rows]


def _lent(known: Transfer, said: TransferFields, changed: dict[UUID, Held]) -> list[Lent]:
    """Let who covers the follower take places too; whoever is not locked yet must be, first."""
    loans = [Loan(cover, who, Period(start, end)) for cover, who, start, end in known.loans]
    if not {loan.covering_id for loan in loans} <= set(known.covering or ()):
        raise Crowded
    held: dict[UUID, list[Held]] = {}
    for worker, place, *more in known.held_by_covering:
        held.setdefault(worker, []).append(changed.get(place) or Held(place, *more))
    override = said.override_local_limit
    lent, moved = lend_among(
        loans, held, Period(said.on), limit=known.family_limit, override=override
    )
    changed |= moved
    return lent


async def set_substitution(act: Act, case_id: UUID, said: SubstitutionFields) -> Assignment:
    """Let somebody stand in for the assistant; place and rights end by themselves (2.5)."""
    case = await lock_case(act, case_id)
    advance(act, case, CaseAction.SUBSTITUTE)
    days = rules.require_substitution_days(said.from_, said.to, act.today)
    lasting = await queries.list_lasting(act, case.id, days.starts_on)
    began = [a for a in lasting if a.starts_on <= days.starts_on]
    primary = next((a for a in began if a.kind is AssignmentKind.PRIMARY), None)
    others = [a for a in lasting if a.kind is AssignmentKind.SUBSTITUTE]
    rules.require_another(primary.assistant_id if primary else None, said.substitute_id)
    rules.require_no_other_substitute(days, [Period(a.starts_on, a.ends_on) for a in others])
    assignment = Assignment(
        case_id=case.id,
        family_id=case.family_id,
        assistant_id=said.substitute_id,
        kind=AssignmentKind.SUBSTITUTE,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        replaces_id=primary.id if primary else None,
        absence=said.reason,
        handover_note=said.handover_note,
    )
    await _begin(act, assignment, said)
    act.touch(case)
    _tell(act, EventType.SUBSTITUTION_SET, assignment)
    return assignment


async def end_substitution(
    act: Act, assignment_id: UUID, if_match: int, said: EarlyEndFields
) -> None:
    """End a substitution before its last day: place and rights end with it (2.5)."""
    found = await act.find(Assignment, assignment_id)
    case = await lock_case(act, found.case_id)
    assignment = await act.lock(Assignment, assignment_id, if_match)
    on = said.on or act.today
    days = Period(assignment.starts_on, assignment.ends_on)
    rules.require_early_end(assignment.kind, days, on, act.today)
    advance(act, case, CaseAction.SUBSTITUTE)
    await _end(act, assignment, on, AssignmentEnd.ENDED_EARLY)
    act.touch(case)
    _tell(act, EventType.SUBSTITUTION_ENDED, assignment)


async def end_all(act: Act, case: Case, on: date) -> None:
    """End every assignment of a closed case, with its place and its right, from a day on."""
    await _end_lasting(act, case, on, AssignmentEnd.CLOSURE)


async def _end_lasting(act: Act, case: Case, on: date, reason: AssignmentEnd) -> None:
    for assignment in await queries.list_lasting(act, case.id, on):
        await _end(act, assignment, on, reason)


async def _end(act: Act, assignment: Assignment, on: date, reason: AssignmentEnd) -> None:
    """End one assignment; what had not begun by then never does."""
    assignment.ends_on = max(on, assignment.starts_on)
    assignment.end_reason = reason
    await leave_place(act, assignment.id, on)
    await end_grants(act, assignment.id, on)
    await act.flush()


def _tell(act: Act, kind: EventType, assignment: Assignment) -> None:
    emit(
        act,
        kind,
        family_id=assignment.family_id,
        case_id=assignment.case_id,
        subject_id=assignment.id,
        on=min(assignment.starts_on, act.today),
    )
