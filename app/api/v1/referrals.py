"""Applications for an assistant, and the manager's decisions on them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.patches import PATCHED
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.referrals import (
    RedirectionIn,
    ReferralIn,
    ReferralOut,
    ReferralPatch,
    ReferralSummaryOut,
    RefusalIn,
    ReturnIn,
)
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.errors import NotFound, Stale
from app.domain.referrals import queries, rules, service
from app.domain.referrals.rules import (
    DecisionNeedsReason,
    NothingToApplyFor,
    ReferralExists,
    ReferralNotEditable,
    ReferralState,
)
from app.domain.retention.rules import FileErasedAlready
from app.domain.workflow import IllegalStep

router = capability("referrals")
MANAGER = tuple(rules.DECIDERS)
SOCIAL_WORKER = tuple(rules.WRITERS)


async def _shown(act: Act, referral_id: UUID) -> Response:
    """Answer with the application as it stands after the command."""
    roles = act.actor.roles
    return await changed(
        act, queries.REFERRAL, lambda facts: rules.allowed(facts, roles), id=referral_id
    )


@router.post(
    "/cases/{case_id}/referrals",
    operation_id="draft_referral",
    status_code=201,
    response_model=ReferralOut,
    responses=problems(NotFound, KeyReused, NothingToApplyFor, ReferralExists),
)
async def draft_referral(
    case_id: UUID, body: ReferralIn, act: Annotated[Act, creates(*SOCIAL_WORKER)]
) -> Response:
    """Draft the case's application for an assistant (art. 11(3)); a case has one."""
    referral = await service.draft_referral(act, case_id, body)
    roles = act.actor.roles
    return await created(
        act,
        queries.REFERRAL,
        f"referrals/{referral.id}",
        lambda facts: rules.allowed(facts, roles),
        id=referral.id,
    )


@router.get("/referrals", operation_id="list_referrals", response_model=PageOut[ReferralSummaryOut])
async def list_referrals(
    request: Request,
    reader: Annotated[Reader, reads(*rules.READERS)],
    page: PageOf,
    state: Annotated[ReferralState | None, Query(description="Only those in this state")] = None,
) -> Response:
    """List the applications of the families that you see, the latest first."""
    return await reader.many(request, queries.REFERRALS, page, state=state)


@router.get(
    "/referrals/{referral_id}",
    operation_id="show_referral",
    response_model=ReferralOut,
    responses=problems(NotFound),
)
async def show_referral(
    referral_id: UUID, reader: Annotated[Reader, reads(*rules.READERS)]
) -> Response:
    """Show an application with its decisions and what can be done next."""
    roles = reader.actor.roles
    return await reader.one(
        queries.REFERRAL, lambda facts: rules.allowed(facts, roles), id=referral_id
    )


@router.patch(
    "/referrals/{referral_id}",
    operation_id="change_referral",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, ReferralNotEditable, FileErasedAlready),
)
async def change_referral(
    referral_id: UUID,
    body: Annotated[ReferralPatch, PATCHED],
    act: Annotated[Act, acts(*SOCIAL_WORKER)],
    version: IfMatch,
) -> Response:
    """Change a draft or a returned application."""
    await service.change_referral(act, referral_id, version, body.changes())
    return await _shown(act, referral_id)


@router.post(
    "/referrals/{referral_id}/submission",
    operation_id="submit_referral",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, IllegalStep, ConsentRequired),
)
async def submit_referral(
    referral_id: UUID, act: Annotated[Act, acts(*SOCIAL_WORKER)], version: IfMatch
) -> Response:
    """Submit the application to the manager; the family's consent must be in force."""
    await service.submit_referral(act, referral_id, version)
    return await _shown(act, referral_id)


@router.post(
    "/referrals/{referral_id}/analysis",
    operation_id="begin_analysis",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, IllegalStep),
)
async def begin_analysis(
    referral_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.BEGIN_ANALYSIS))],
    version: IfMatch,
) -> Response:
    """Begin the analysis of a submitted application."""
    await service.begin_analysis(act, referral_id, version)
    return await _shown(act, referral_id)


@router.post(
    "/referrals/{referral_id}/return",
    operation_id="return_referral",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, IllegalStep, DecisionNeedsReason),
)
async def return_referral(
    referral_id: UUID,
    body: ReturnIn,
    act: Annotated[Act, acts(*MANAGER)],
    version: IfMatch,
) -> Response:
    """Return the application for completion: why, and what is missing."""
    await service.return_referral(act, referral_id, version, body)
    return await _shown(act, referral_id)


@router.post(
    "/referrals/{referral_id}/refusal",
    operation_id="refuse_referral",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, IllegalStep, DecisionNeedsReason),
)
async def refuse_referral(
    referral_id: UUID,
    body: RefusalIn,
    act: Annotated[Act, acts(*MANAGER)],
    version: IfMatch,
) -> Response:
    """Refuse an assistant, with the reason; the case ends."""
    await service.refuse_referral(act, referral_id, version, body)
    return await _shown(act, referral_id)


@router.post(
    "/referrals/{referral_id}/redirection",
    operation_id="redirect_referral",
    response_model=ReferralOut,
    responses=problems(NotFound, Stale, IllegalStep, DecisionNeedsReason),
)
async def redirect_referral(
    referral_id: UUID,
    body: RedirectionIn,
    act: Annotated[Act, acts(*MANAGER)],
    version: IfMatch,
) -> Response:
    """Ask another unit of the gmina or the commissioned entity instead; the case ends."""
    await service.redirect_referral(act, referral_id, version, body)
    return await _shown(act, referral_id)
