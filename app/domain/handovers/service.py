"""Handing a case over to another social worker."""

from uuid import UUID

from app.domain.access.rules import GrantReason
from app.domain.access.service import end_social_work_of, grant
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.handovers import rules
from app.domain.handovers.tables import HandoverFields
from app.domain.identity.tables import Account
from app.domain.intake.rules import require_social_worker
from app.domain.staff.queries import find_facts
from app.domain.staff.rules import is_authorised, require_at_work
from app.domain.staff.service import lock_worker


async def hand_over(act: Act, case_id: UUID, if_match: int, said: HandoverFields) -> None:
    """Give a case to another social worker, with its tasks, deadlines and rights (B12, K11).

    Whoever had it sees the family no longer, unless they serve its district.
    """
    case = await lock_case(act, case_id, if_match)
    advance(act, case, CaseAction.HAND_OVER)
    rules.require_another(case.social_worker_id, said.social_worker_id)
    await _require_taker(act, said.social_worker_id)
    await end_social_work_of(act, case.family_id, case.social_worker_id)
    case.social_worker_id, case.handover_reason = said.social_worker_id, said.reason
    _let_see(act, case)
    emit(
        act,
        EventType.SOCIAL_WORKER_CHANGED,
        family_id=case.family_id,
        case_id=case.id,
        subject_id=case.id,
    )


async def _require_taker(act: Act, account_id: UUID) -> None:
    """Refuse who is no social worker at work and able to act; their state can't change now."""
    profile = await lock_worker(act, account_id)
    account = await act.find(Account, account_id)
    require_social_worker(account.roles)
    require_at_work(profile.state, profile.suspended_from, act.today)
    authorised = is_authorised(await find_facts(act, account_id), act.today)
    rules.require_may_act(active=account.active, authorised=authorised)


def _let_see(act: Act, case: Case) -> None:
    grant(
        act,
        account_id=case.social_worker_id,
        family_id=case.family_id,
        reason=GrantReason.CASEWORK,
        source_id=case.id,
        valid_from=act.today,
    )
