"""The first visit, its confirmation, and the rules of cooperation."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.cooperation import (
    CooperationAgreementIn,
    CooperationAgreementOut,
    FirstVisitIn,
)
from app.api.v1.schemas.visits import VisitOut
from app.api.v1.visits import CONTENT, VISITORS
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.consents.rules import ConsentRequired
from app.domain.cooperation import queries, rules, service
from app.domain.errors import NotFound, Stale
from app.domain.visits.queries import RECORDED_VISIT
from app.domain.visits.rules import (
    JointVisitRequired,
    VisitBeforeAssignment,
    VisitConfirmed,
    VisitInFuture,
)
from app.domain.workflow import IllegalStep

router = capability("visits")


@router.post(
    "/cases/{case_id}/first-visit",
    operation_id="record_first_visit",
    status_code=201,
    response_model=VisitOut,
    responses=problems(
        NotFound,
        KeyReused,
        IllegalStep,
        ConsentRequired,
        rules.FirstVisitRecorded,
        rules.SocialWorkerMissing,
        rules.NotASocialWorker,
        rules.RulesNotDiscussed,
        *CONTENT,
    ),
)
async def record_first_visit(
    case_id: UUID,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.RECORD_FIRST_VISIT))],
    body: FirstVisitIn,
) -> Response:
    """Record the first visit with the rules of cooperation; the social worker confirms it."""
    visit = await service.record_first_visit(act, case_id, body)
    return await created(act, RECORDED_VISIT, f"visits/{visit.id}", id=visit.id)


@router.post(
    "/visits/{visit_id}/confirmation",
    operation_id="confirm_first_visit",
    response_model=VisitOut,
    responses=problems(
        NotFound,
        Stale,
        IllegalStep,
        rules.NotTheFirstVisit,
        rules.NotTheNamedSocialWorker,
        VisitConfirmed,
    ),
)
async def confirm_first_visit(
    visit_id: UUID,
    act: Annotated[Act, acts(*WORKFLOW.roles(CaseAction.CONFIRM_FIRST_VISIT))],
    version: IfMatch,
) -> Response:
    """Confirm that you were there: the case moves on, the assistant's diagnosis is due."""
    await service.confirm_first_visit(act, visit_id, version)
    return await changed(act, RECORDED_VISIT, id=visit_id)


@router.post(
    "/cases/{case_id}/cooperation-agreements",
    operation_id="agree_cooperation_rules",
    status_code=201,
    response_model=CooperationAgreementOut,
    responses=problems(
        NotFound,
        KeyReused,
        IllegalStep,
        ConsentRequired,
        JointVisitRequired,
        VisitInFuture,
        VisitBeforeAssignment,
    ),
)
async def agree_cooperation_rules(
    case_id: UUID, act: Annotated[Act, creates(*VISITORS)], body: CooperationAgreementIn
) -> Response:
    """Agree on new rules of cooperation; the earlier versions stay as they were."""
    agreement = await service.agree_rules(act, case_id, body, body.agreed_on)
    location = f"cooperation-agreements/{agreement.id}"
    return await created(act, queries.AGREEMENT, location, id=agreement.id)


@router.get(
    "/cases/{case_id}/cooperation-agreements",
    operation_id="list_cooperation_agreements",
    response_model=PageOut[CooperationAgreementOut],
)
async def list_cooperation_agreements(
    case_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the versions of the rules of cooperation, the one in force first."""
    return await reader.many(request, queries.AGREEMENTS, page, case_id=case_id)


@router.get(
    "/cooperation-agreements/{agreement_id}",
    operation_id="show_cooperation_agreement",
    response_model=CooperationAgreementOut,
    responses=problems(NotFound),
)
async def show_cooperation_agreement(
    agreement_id: UUID, reader: Annotated[Reader, reads()]
) -> Response:
    """Show one version of the rules of cooperation."""
    return await reader.one(queries.AGREEMENT, id=agreement_id)
