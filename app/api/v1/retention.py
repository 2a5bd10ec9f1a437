"""Legal holds on families' files, and the records of files that were erased."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.retention import ErasedFileOut, LegalHoldIn, LegalHoldOut, LiftingIn
from app.domain.act import Act
from app.domain.errors import NotFound, Stale
from app.domain.retention import queries, rules, service

router = capability("retention")
KEEPERS = rules.KEEPERS


@router.post(
    "/families/{family_id}/legal-holds",
    operation_id="set_legal_hold",
    status_code=201,
    response_model=LegalHoldOut,
    responses=problems(NotFound, KeyReused, rules.HoldDayWrong, rules.FileErasedAlready),
)
async def set_legal_hold(
    family_id: UUID, body: LegalHoldIn, act: Annotated[Act, creates(*KEEPERS)]
) -> Response:
    """Hold a family's file for a proceeding (art. 17 ust. 3 lit. e RODO).

    While a hold stands, nothing of the file is destroyed or anonymised: neither at a person's
    request nor after the period of retention. Several proceedings may need one file.
    """
    hold = await service.set_hold(act, family_id, body)
    return await created(act, queries.HOLD, f"legal-holds/{hold.id}", id=hold.id)


@router.get(
    "/families/{family_id}/legal-holds",
    operation_id="list_family_legal_holds",
    response_model=PageOut[LegalHoldOut],
    responses=problems(NotFound),
)
async def list_family_legal_holds(
    request: Request, family_id: UUID, reader: Annotated[Reader, reads(*KEEPERS)], page: PageOf
) -> Response:
    """List the holds on a family's file, the latest first, lifted ones too."""
    return await reader.many(request, queries.HOLDS_OF_FAMILY, page, family_id=family_id)


@router.get("/legal-holds", operation_id="list_legal_holds", response_model=PageOut[LegalHoldOut])
async def list_legal_holds(
    request: Request,
    reader: Annotated[Reader, reads(*KEEPERS)],
    page: PageOf,
    lifted: Annotated[bool | None, Query(description="Only lifted, or only standing")] = None,
) -> Response:
    """List the holds of the centre, the latest first."""
    return await reader.many(request, queries.HOLDS, page, lifted=lifted)


@router.get(
    "/legal-holds/{hold_id}",
    operation_id="show_legal_hold",
    response_model=LegalHoldOut,
    responses=problems(NotFound),
)
async def show_legal_hold(hold_id: UUID, reader: Annotated[Reader, reads(*KEEPERS)]) -> Response:
    """Show a hold; the reading is noted."""
    return await reader.one(queries.HOLD, id=hold_id)


@router.post(
    "/legal-holds/{hold_id}/lifting",
    operation_id="lift_legal_hold",
    response_model=LegalHoldOut,
    responses=problems(NotFound, Stale, rules.HoldLiftedAlready, rules.HoldDayWrong),
)
async def lift_legal_hold(
    hold_id: UUID, body: LiftingIn, act: Annotated[Act, acts(*KEEPERS)], version: IfMatch
) -> Response:
    """Lift a hold: the proceeding no longer needs the file (art. 17 ust. 3 lit. e RODO)."""
    await service.lift_hold(act, hold_id, version, body)
    return await changed(act, queries.HOLD, id=hold_id)


@router.get(
    "/erased-files", operation_id="list_erased_files", response_model=PageOut[ErasedFileOut]
)
async def list_erased_files(
    request: Request, reader: Annotated[Reader, reads(*KEEPERS)], page: PageOf
) -> Response:
    """List the records of files that were anonymised, the latest first (art. 5 ust. 2 RODO)."""
    return await reader.many(request, queries.ERASED_FILES, page)


@router.get(
    "/erased-files/{erased_file_id}",
    operation_id="show_erased_file",
    response_model=ErasedFileOut,
    responses=problems(NotFound),
)
async def show_erased_file(
    erased_file_id: UUID, reader: Annotated[Reader, reads(*KEEPERS)]
) -> Response:
    """Show the record of a file that was anonymised; it stays for good."""
    return await reader.one(queries.ERASED, id=erased_file_id)
