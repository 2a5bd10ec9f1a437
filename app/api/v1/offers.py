"""Offers of help."""

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.api.answers import Reader, capability, created
from app.api.deps import creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.offers import OfferIn, OfferOut
from app.domain.act import Act
from app.domain.cases.rules import WORKFLOW, CaseAction
from app.domain.errors import NotFound
from app.domain.intake.rules import READERS
from app.domain.offers import queries, service
from app.domain.offers.rules import InterviewNotCompleted, OfferOutOfOrder, OtherFormUnnamed
from app.domain.workflow import IllegalStep

router = capability("offers")


@router.get(
    "/offers/{offer_id}",
    operation_id="show_offer",
    response_model=OfferOut,
    responses=problems(NotFound),
)
async def show_offer(offer_id: UUID, reader: Annotated[Reader, reads(*READERS)]) -> Response:
    """Show an offer; reading it is recorded."""
    return await reader.one(queries.OFFER, id=offer_id)


@router.post(
    "/cases/{case_id}/offers",
    operation_id="present_offer",
    status_code=201,
    response_model=OfferOut,
    responses=problems(
        *(KeyReused, NotFound, IllegalStep, InterviewNotCompleted),
        *(OfferOutOfOrder, OtherFormUnnamed),
    ),
)
async def present_offer(
    case_id: UUID,
    body: OfferIn,
    act: Annotated[Act, creates(*WORKFLOW.roles(CaseAction.PRESENT_OFFER))],
) -> Response:
    """Record the offer that was presented to the family."""
    offer = await service.present_offer(act, case_id, body)
    return await created(act, queries.OFFER, f"offers/{offer.id}", id=offer.id)
