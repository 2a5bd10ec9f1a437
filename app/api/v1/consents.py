"""The family's consent: given, refused, withdrawn."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import Allowed, PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.consents import (
    ConsentIn,
    ConsentOut,
    ConsentRefusalIn,
    ConsentRefusalOut,
    ConsentSummaryOut,
    RiskAnswerIn,
    WithdrawalIn,
)
from app.domain.act import Act
from app.domain.actor import Actor
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.consents import queries, rules, service
from app.domain.errors import NotFound
from app.domain.intake.rules import READERS
from app.domain.workflow import IllegalStep

router = capability("consents")


def _allowed(actor: Actor) -> Allowed:
    return lambda facts: rules.allowed(facts, actor.roles)


@router.get(
    "/consents/{consent_id}",
    operation_id="show_consent",
    response_model=ConsentOut,
    responses=problems(NotFound),
)
async def show_consent(consent_id: UUID, reader: Annotated[Reader, reads(*READERS)]) -> Response:
    """Show a consent; reading it is recorded."""
    return await reader.one(queries.CONSENT, _allowed(reader.actor), id=consent_id)


@router.get(
    "/cases/{case_id}/consents",
    operation_id="list_consents",
    response_model=PageOut[ConsentSummaryOut],
)
async def list_consents(
    request: Request, case_id: UUID, reader: Annotated[Reader, reads(*READERS)], page: PageOf
) -> Response:
    """List the consents of a case, the oldest first."""
    return await reader.many(request, queries.CONSENTS, page, case_id=case_id)


@router.post(
    "/cases/{case_id}/consents",
    operation_id="record_consent",
    status_code=201,
    response_model=ConsentOut,
    responses=problems(
        *(KeyReused, NotFound, IllegalStep, rules.OfferFirst, rules.AnsweredBeforeOffer),
        *(rules.AnsweredInFuture, rules.OralConsent, rules.ConsentDocumentMissing),
        rules.SignerWithoutAuthority,
    ),
)
async def record_consent(
    case_id: UUID,
    body: ConsentIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.RECORD_CONSENT))],
) -> Response:
    """Record the consent of one or more holders of parental authority."""
    consent = await service.record_consent(act, case_id, body, body.signer_ids)
    location = f"consents/{consent.id}"
    return await created(act, queries.CONSENT, location, _allowed(act.actor), id=consent.id)


@router.get(
    "/consent-refusals/{refusal_id}",
    operation_id="show_consent_refusal",
    response_model=ConsentRefusalOut,
    responses=problems(NotFound),
)
async def show_consent_refusal(
    refusal_id: UUID, reader: Annotated[Reader, reads(*READERS)]
) -> Response:
    """Show a refusal of the offer; reading it is recorded."""
    return await reader.one(queries.REFUSAL, id=refusal_id)


@router.post(
    "/cases/{case_id}/consent-refusals",
    operation_id="record_consent_refusal",
    status_code=201,
    response_model=ConsentRefusalOut,
    responses=problems(
        *(KeyReused, NotFound, IllegalStep, rules.OfferFirst, rules.AnsweredBeforeOffer),
        *(rules.AnsweredInFuture, rules.AnsweredByStranger),
    ),
)
async def record_consent_refusal(
    case_id: UUID,
    body: ConsentRefusalIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.RECORD_REFUSAL))],
) -> Response:
    """Record that the family refuses, and whether the court must be told."""
    refusal = await service.record_refusal(act, case_id, body)
    location = f"consent-refusals/{refusal.id}"
    return await created(act, queries.REFUSAL, location, id=refusal.id)


@router.post(
    "/consents/{consent_id}/withdrawal",
    operation_id="withdraw_consent",
    response_model=ConsentOut,
    responses=problems(
        *(NotFound, IllegalStep, rules.NotASigner, rules.WithdrawnBeforeSigned),
        *(rules.AnsweredInFuture, rules.RiskNotDescribed, rules.NobodyContinues),
    ),
)
async def withdraw_consent(
    consent_id: UUID,
    body: WithdrawalIn,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.WITHDRAW_CONSENT))],
    version: IfMatch,
) -> Response:
    """Record that a person takes their consent back, with the review of the risk."""
    await service.withdraw_consent(act, consent_id, version, body)
    return await changed(act, queries.CONSENT, _allowed(act.actor), id=consent_id)


@router.post(
    "/consents/{consent_id}/risk-answer",
    operation_id="answer_risk",
    response_model=ConsentOut,
    responses=problems(NotFound, rules.NoRiskOpen),
)
async def answer_risk(
    consent_id: UUID,
    body: RiskAnswerIn,
    act: Annotated[Act, acts(*rules.RISK_ANSWERERS)],
    version: IfMatch,
) -> Response:
    """Record what was done about the risk to the children that a withdrawal has found (2.4)."""
    await service.answer_risk(act, consent_id, version, body)
    return await changed(act, queries.CONSENT, _allowed(act.actor), id=consent_id)
