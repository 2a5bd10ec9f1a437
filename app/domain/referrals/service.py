"""The way of the application: drafted, submitted, analysed, decided."""

from typing import Any
from uuid import UUID

from app.domain.access.service import end_social_work
from app.domain.act import Act
from app.domain.cases.rules import CaseAction
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.consents.service import require_consent
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind, days_due
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.referrals import rules
from app.domain.referrals.rules import DecisionKind
from app.domain.referrals.tables import (
    RedirectionFields,
    Referral,
    ReferralDecision,
    ReferralFields,
    RefusalFields,
    ReturnFields,
)


async def draft_referral(act: Act, case_id: UUID, said: ReferralFields) -> Referral:
    """Draft the application of a case (B5)."""
    case = await lock_case(act, case_id)
    rules.require_something_to_apply_for(case.state)
    referral = Referral(case_id=case.id, family_id=case.family_id, **said.model_dump())
    act.add(referral)
    _tell(act, EventType.APPLICATION_DRAFTED, referral)
    await act.flush()
    return referral


async def change_referral(
    act: Act, referral_id: UUID, if_match: int, changes: dict[str, Any]
) -> None:
    """Change a draft or a returned application."""
    case, referral = await open_referral(act, referral_id, if_match)
    state = rules.referral_state(
        case.state,
        submitted=referral.submitted_on is not None,
        assigned=case.work_started_on is not None,
    )
    rules.require_editable(state)
    referral.sqlmodel_update(changes)
    emit(
        act,
        EventType.APPLICATION_CHANGED,
        family_id=referral.family_id,
        subject_id=referral.id,
    )


async def open_referral(act: Act, referral_id: UUID, if_match: int) -> tuple[Case, Referral]:
    """Return an application and its case, both locked: the case first, as in every act."""
    found = await act.find(Referral, referral_id)
    case = await lock_case(act, found.case_id)
    return case, await act.lock(Referral, referral_id, if_match)


async def submit_referral(act: Act, referral_id: UUID, if_match: int) -> None:
    """Hand the application in; the manager's time begins (B5, A1)."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.SUBMIT_APPLICATION)
    await require_consent(act, case)
    referral.submitted_on = act.today
    referral.analysis_begun_on = referral.decided_on = None
    settings = await settings_on(act, act.today)
    due_on = days_due(act.today, settings.decision_days)
    deadlines.start(act, case, DeadlineKind.DECISION, started_on=act.today, due_on=due_on)
    _tell(act, EventType.APPLICATION_SUBMITTED, referral)


async def begin_analysis(act: Act, referral_id: UUID, if_match: int) -> None:
    """Take the application up (art. 11(4))."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.BEGIN_ANALYSIS)
    referral.analysis_begun_on = act.today
    _tell(act, EventType.ANALYSIS_BEGUN, referral)


async def return_referral(act: Act, referral_id: UUID, if_match: int, said: ReturnFields) -> None:
    """Give the application back for completion, with what is missing (B8)."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.RETURN_APPLICATION)
    reason = rules.require_reason(said.reason)
    await record_decision(
        act, case, referral, DecisionKind.RETURNED, reason=reason, missing=said.missing
    )
    _tell(act, EventType.APPLICATION_RETURNED, referral)


async def refuse_referral(act: Act, referral_id: UUID, if_match: int, said: RefusalFields) -> None:
    """Refuse an assistant, with the reason (B8); the case ends."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.REFUSE_APPLICATION)
    reason = rules.require_reason(said.reason)
    await record_decision(act, case, referral, DecisionKind.REFUSED, reason=reason)
    await deadlines.drop(act, case)
    await end_social_work(act, case.family_id)
    _tell(act, EventType.APPLICATION_REFUSED, referral)


async def redirect_referral(
    act: Act, referral_id: UUID, if_match: int, said: RedirectionFields
) -> None:
    """Ask another unit of the gmina or the commissioned entity instead (B6); the case ends."""
    case, referral = await open_referral(act, referral_id, if_match)
    advance(act, case, CaseAction.REDIRECT_APPLICATION)
    reason = rules.require_reason(said.reason)
    await record_decision(
        act,
        case,
        referral,
        DecisionKind.REDIRECTED,
        reason=reason,
        route=said.route,
        target=said.target,
    )
    await deadlines.drop(act, case)
    await end_social_work(act, case.family_id)
    _tell(act, EventType.APPLICATION_REDIRECTED, referral)


async def record_decision(
    act: Act, case: Case, referral: Referral, kind: DecisionKind, **said: Any
) -> None:
    """Keep a decision on record; what was due is done."""
    referral.decided_on = act.today
    act.add(
        ReferralDecision(
            case_id=case.id,
            family_id=case.family_id,
            referral_id=referral.id,
            kind=kind,
            decided_on=act.today,
            **said,
        )
    )
    await deadlines.settle(act, case, DeadlineKind.DECISION, act.today)


def _tell(act: Act, kind: EventType, referral: Referral) -> None:
    emit(
        act,
        kind,
        family_id=referral.family_id,
        case_id=referral.case_id,
        subject_id=referral.id,
    )
