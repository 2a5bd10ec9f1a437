"""Notices on data processing: versions of the centre's text, and to whom each was handed."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, created
from app.api.deps import creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.notices import (
    DataNoticeIn,
    DataNoticeOut,
    NoticeHandingIn,
    NoticeHandingOut,
)
from app.domain.act import Act
from app.domain.errors import NotFound
from app.domain.families.rules import FamilyErased
from app.domain.notices import queries, rules, service

router = capability("notices")


@router.post(
    "/data-notices",
    operation_id="publish_data_notice",
    status_code=201,
    response_model=DataNoticeOut,
    responses=problems(KeyReused),
)
async def publish_data_notice(
    body: DataNoticeIn, act: Annotated[Act, creates(*rules.PUBLISHERS)]
) -> Response:
    """Publish the next version of the centre's notice (art. 13 ust. 1 RODO); earlier ones stay."""
    notice = await service.publish(act, body)
    return await created(act, queries.NOTICE, f"data-notices/{notice.id}", id=notice.id)


@router.get(
    "/data-notices", operation_id="list_data_notices", response_model=PageOut[DataNoticeOut]
)
async def list_data_notices(
    request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List the versions of the centre's notice, the latest first."""
    return await reader.many(request, queries.NOTICES, page)


@router.get(
    "/data-notices/{notice_id}",
    operation_id="show_data_notice",
    response_model=DataNoticeOut,
    responses=problems(NotFound),
)
async def show_data_notice(notice_id: UUID, reader: Annotated[Reader, reads()]) -> Response:
    """Show a version of the centre's notice, as it was handed over."""
    return await reader.one(queries.NOTICE, id=notice_id)


@router.post(
    "/members/{member_id}/notice-handings",
    operation_id="hand_data_notice",
    status_code=201,
    response_model=NoticeHandingOut,
    responses=problems(NotFound, KeyReused, FamilyErased, rules.HandedOutOfOrder),
)
async def hand_data_notice(
    member_id: UUID, body: NoticeHandingIn, act: Annotated[Act, creates(*rules.HANDERS)]
) -> Response:
    """Record that a notice was handed to a member of a family: which version, when and how."""
    handing = await service.hand_over(act, member_id, body)
    return await created(act, queries.HANDING, f"notice-handings/{handing.id}", id=handing.id)


@router.get(
    "/notice-handings/{handing_id}",
    operation_id="show_notice_handing",
    response_model=NoticeHandingOut,
    responses=problems(NotFound),
)
async def show_notice_handing(
    handing_id: UUID, reader: Annotated[Reader, reads(*rules.HANDERS)]
) -> Response:
    """Show to whom and when a notice was handed; the reading is noted."""
    return await reader.one(queries.HANDING, id=handing_id)


@router.get(
    "/families/{family_id}/notice-handings",
    operation_id="list_notice_handings",
    response_model=PageOut[NoticeHandingOut],
    responses=problems(NotFound),
)
async def list_notice_handings(
    request: Request,
    family_id: UUID,
    reader: Annotated[Reader, reads(*rules.HANDERS)],
    page: PageOf,
) -> Response:
    """List which notices were handed to the members of a family (art. 5 ust. 2 RODO)."""
    return await reader.many(request, queries.HANDINGS, page, family_id=family_id)
