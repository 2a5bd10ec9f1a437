"""Recording the family's consent, its refusal, withdrawal and renewal."""

from datetime import date
from typing import Any
from uuid import UUID

from app.domain.act import Act
from app.domain.cases.rules import BEFORE_ASSIGNMENT, CaseAction
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.cases.service import advance, lock_case
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.consents import queries, rules
from app.domain.consents.rules import ConsentAction, ConsentState
from app.domain.consents.tables import (
    Consent,
    ConsentFields,
    ConsentRefusal,
    ConsentRefusalFields,
    ConsentSignature,
    ConsentWithdrawal,
    RiskAnswerFields,
    WithdrawalFields,
)
from app.domain.deadlines import service as deadlines
from app.domain.deadlines.rules import DeadlineKind
from app.domain.events.rules import EventType
from app.domain.events.service import emit
from app.domain.families import service as families
from app.domain.families.queries import list_members
from app.domain.families.rules import authority_holders
from app.domain.families.tables import Person
from app.domain.offers.queries import find_offer


async def require_consent(act: Act, case: Case, on: date | None = None) -> None:
    """Refuse with ConsentRequired unless every participating holder's consent binds (A1).

    It is judged as of today, or as of the day on which was done what is recorded.
    """
    day = on or act.today
    holders = authority_holders(await list_members(act, case.family_id), day)
    signed = await queries.signed_ids(act, case.id, day)
    rules.require_consent_covers(holders, signed, case.consent_withdrawn_on, day)


async def record_consent(
    act: Act, case_id: UUID, said: ConsentFields, signers: list[UUID]
) -> Consent:
    """Record a consent: the first moves the case, later ones join or renew it."""
    case = await lock_case(act, case_id)
    rules.require_after_offer(said.signed_on, await _presented_on(act, case), act.today)
    settings = await settings_on(act, said.signed_on)
    rules.require_form(
        said.form, said.document_ref, written_required=settings.written_consent_required
    )
    members = await list_members(act, case.family_id)
    rules.require_authority(signers, rules.may_sign(members))
    advance(act, case, CaseAction.RECORD_CONSENT)
    consent = await _add_consent(act, case, said, frozenset(signers))
    _take_part(members, frozenset(signers))
    signed = await queries.signed_ids(act, case.id, act.today)
    renewed = _renew(case, covered=rules.covers(authority_holders(members), signed))
    kind = EventType.CONSENT_RENEWED if renewed else EventType.CONSENT_GIVEN
    _tell(act, case, kind, consent.id, said.signed_on)
    return consent


async def record_refusal(act: Act, case_id: UUID, said: ConsentRefusalFields) -> ConsentRefusal:
    """Record that the family refuses the offer, and whether the court must be told."""
    case = await lock_case(act, case_id)
    rules.require_after_offer(said.refused_on, await _presented_on(act, case), act.today)
    members = await list_members(act, case.family_id)
    rules.require_members(said.by, frozenset(m.id for m in members if m.left_on is None))
    advance(act, case, CaseAction.RECORD_REFUSAL)
    refusal = ConsentRefusal(**said.model_dump(), case_id=case.id, family_id=case.family_id)
    act.add(refusal)
    _tell(act, case, EventType.CONSENT_REFUSED, refusal.id, said.refused_on)
    return refusal


async def withdraw_consent(
    act: Act, consent_id: UUID, version: int, said: WithdrawalFields
) -> Consent:
    """Record that a person takes their consent back (2.4): all of their signatures end.

    Where the consent of those who still take part covers, the work goes on; else it stands still.
    """
    found = await act.find(Consent, consent_id)
    case = await lock_case(act, found.case_id)
    consent = await act.lock(Consent, consent_id, version)
    rules.WORKFLOW.step(consent.state, ConsentAction.WITHDRAW)
    CASE_WORKFLOW.step(case.state, CaseAction.WITHDRAW_CONSENT)
    signed = await _take_back(act, case, consent_id, said)
    await _judge_rest(act, case, said, signed)
    _tell(act, case, EventType.CONSENT_WITHDRAWN, consent_id, said.withdrawn_on)
    return consent


async def answer_risk(act: Act, consent_id: UUID, version: int, said: RiskAnswerFields) -> Consent:
    """Record what was done about the risk that withdrawals of this consent have found (2.4)."""
    found = await act.find(Consent, consent_id)
    case = await lock_case(act, found.case_id)
    consent = await act.lock(Consent, consent_id, version)
    withdrawals = await queries.lock_open_risks(act, consent_id)
    rules.require_open_risk(len(withdrawals))
    for withdrawal in withdrawals:
        withdrawal.risk_handled, withdrawal.risk_handled_on = said.risk_handled, act.today
    act.touch(consent)
    act.touch(case)
    _tell(act, case, EventType.RISK_ANSWERED, consent_id, act.today)
    return consent


async def change_member(
    act: Act, person_id: UUID, if_match: int, changes: dict[str, Any]
) -> Person:
    """Change what is known of a member; who has consented does not cease to take part by that."""
    before = (await act.find(Person, person_id)).participates
    person = await families.change_member(act, person_id, if_match, changes)
    if before and not person.participates:
        rules.require_unbound(bound=await queries.is_bound(act, person_id))
    return person


async def _take_back(
    act: Act, case: Case, consent_id: UUID, said: WithdrawalFields
) -> frozenset[UUID]:
    """End the person's signatures and keep their withdrawal; return who is still bound."""
    in_force = await queries.list_signed(act, case.id)
    here = (s.person_id for s in in_force if s.consent_id == consent_id)
    rules.require_signer(said.signer_id, here)
    theirs = [s for s in in_force if s.person_id == said.signer_id]
    latest = max(s.signed_on for s in theirs)
    rules.require_withdrawal_date(said.withdrawn_on, latest, act.today)
    rules.require_risk_described(risk_to_children=said.risk_to_children, note=said.risk_note)
    await _end_signatures(act, theirs, said.withdrawn_on)
    stated = said.model_dump(include=set(WithdrawalFields.model_fields))
    act.add(
        ConsentWithdrawal(
            **stated, consent_id=consent_id, case_id=case.id, family_id=case.family_id
        )
    )
    return frozenset(s.person_id for s in in_force) - {said.signer_id}


async def _judge_rest(
    act: Act, case: Case, said: WithdrawalFields, signed: frozenset[UUID]
) -> None:
    """Let the others go on, or stop the work: before an assignment the case is refused again."""
    if said.continues_without:
        (await act.lock(Person, said.signer_id)).participates = False
        holders = authority_holders(await list_members(act, case.family_id))
        rules.require_others_continue(holders, signed)
        return
    if case.state in BEFORE_ASSIGNMENT:
        await deadlines.drop(act, case, DeadlineKind.DECISION)
    advance(act, case, CaseAction.WITHDRAW_CONSENT)
    case.consent_withdrawn_on = case.consent_withdrawn_on or said.withdrawn_on


async def _presented_on(act: Act, case: Case) -> date | None:
    offer = await find_offer(act, case.id)
    return offer.presented_on if offer else None


async def _add_consent(
    act: Act, case: Case, said: ConsentFields, signers: frozenset[UUID]
) -> Consent:
    stated = said.model_dump(include=set(ConsentFields.model_fields))
    consent = Consent(
        **stated, case_id=case.id, family_id=case.family_id, signers_left=len(signers)
    )
    act.add(consent)
    await act.flush()
    for signer in sorted(signers):
        act.add(
            ConsentSignature(
                case_id=case.id,
                family_id=case.family_id,
                consent_id=consent.id,
                person_id=signer,
                signed_on=said.signed_on,
            )
        )
    await act.flush()
    return consent


def _take_part(members: list[Person], signers: frozenset[UUID]) -> None:
    for member in members:
        if member.id in signers and not member.participates:
            member.participates = True


def _renew(case: Case, *, covered: bool) -> bool:
    """Let the work go on after a withdrawal, once the consent covers again."""
    renewed = covered and case.consent_withdrawn_on is not None
    if renewed:
        case.consent_withdrawn_on = None
    return renewed


async def _end_signatures(act: Act, signatures: list[ConsentSignature], on: date) -> None:
    for signature in signatures:
        signature.withdrawn_on = on
        consent = await act.lock(Consent, signature.consent_id)
        consent.signers_left -= 1
        if consent.signers_left == 0:
            consent.state = ConsentState.WITHDRAWN
        await act.flush()


def _tell(act: Act, case: Case, kind: EventType, subject_id: UUID, on: date) -> None:
    emit(act, kind, family_id=case.family_id, case_id=case.id, subject_id=subject_id, on=on)
