"""Destruction lists: proposed by the periods, approved by the manager, carried out file by file."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.papers import PAPER, destruction_paper, sent
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.destruction import (
    DestructionFileOut,
    DestructionListHeaderOut,
    DestructionListOut,
    ListApprovalIn,
    ListExecutionIn,
)
from app.domain.act import Act
from app.domain.destruction import queries, rules, service
from app.domain.errors import NotFound, Stale
from app.domain.workflow import IllegalStep

router = capability("destruction")
DECIDING = rules.DECIDING
_CHANGED = (NotFound, Stale, IllegalStep)


def _shown(act: Act) -> dict[str, Any]:
    return {"allowed": lambda facts: service.allowed(facts, act.actor.roles)}


@router.post(
    "/destruction-lists",
    operation_id="propose_destruction_list",
    status_code=201,
    response_model=DestructionListOut,
    responses=problems(KeyReused, rules.NothingDue),
)
async def propose_destruction_list(act: Annotated[Act, creates(DECIDING)]) -> Response:
    """Put the files that are due on a list, at most a hundred, the longest due first (K8).

    Due is a file all of whose cases have ended and whose archival periods are all over; nobody
    chooses. A file under a legal hold (art. 17 ust. 3 lit. e RODO), of an unknown period, or on
    another list is left out. `housekeeping` proposes a list each night as well.
    """
    listed = await service.propose(act)
    location = f"destruction-lists/{listed.id}"
    return await created(act, queries.LIST, location, **_shown(act), id=listed.id)


@router.get(
    "/destruction-lists",
    operation_id="list_destruction_lists",
    response_model=PageOut[DestructionListHeaderOut],
)
async def list_destruction_lists(
    request: Request, reader: Annotated[Reader, reads(DECIDING)], page: PageOf
) -> Response:
    """List the destruction lists of the centre, the latest first."""
    return await reader.many(request, queries.LISTS, page)


@router.get(
    "/destruction-lists/{list_id}",
    operation_id="show_destruction_list",
    response_model=DestructionListOut,
    responses=problems(NotFound),
)
async def show_destruction_list(
    list_id: UUID, reader: Annotated[Reader, reads(DECIDING)]
) -> Response:
    """Show a list; once carried out it is the record of the destruction (protokół brakowania)."""
    return await reader.one(
        queries.LIST, lambda facts: service.allowed(facts, reader.actor.roles), id=list_id
    )


@router.get(
    "/destruction-lists/{list_id}/record",
    operation_id="show_destruction_record",
    response_class=Response,
    responses=problems(NotFound, rules.ListNotCarriedOut) | {200: PAPER},
)
async def show_destruction_record(
    list_id: UUID, reader: Annotated[Reader, reads(DECIDING)]
) -> Response:
    """Write the record of a destruction (protokół zniszczenia): PDF/A, in Polish (K8).

    It holds ids, days, archival categories and counts, of each file and in all, and names nobody;
    a list has one once it is carried out.
    """
    found = json.loads(await reader.fetch(queries.RECORD, id=list_id))
    rules.require_carried_out(rules.ListState(found["state"]))
    return sent(await destruction_paper(found), "protokol-zniszczenia.pdf")


@router.get(
    "/destruction-lists/{list_id}/files",
    operation_id="list_destruction_files",
    response_model=PageOut[DestructionFileOut],
    responses=problems(NotFound),
)
async def list_destruction_files(
    request: Request, list_id: UUID, reader: Annotated[Reader, reads(DECIDING)], page: PageOf
) -> Response:
    """List the files on a list, with what became of each; the reading is noted."""
    return await reader.many(request, queries.FILES, page, list_id=list_id)


@router.post(
    "/destruction-lists/{list_id}/approval",
    operation_id="approve_destruction_list",
    response_model=DestructionListOut,
    responses=problems(*_CHANGED),
)
async def approve_destruction_list(
    list_id: UUID, body: ListApprovalIn, act: Annotated[Act, acts(DECIDING)], version: IfMatch
) -> Response:
    """Approve a list: from now on its files may be destroyed, by `housekeeping` or by hand (K8)."""
    await service.approve(act, list_id, version, body)
    return await changed(act, queries.LIST, **_shown(act), id=list_id)


@router.post(
    "/destruction-lists/{list_id}/withdrawal",
    operation_id="withdraw_destruction_list",
    response_model=DestructionListOut,
    responses=problems(*_CHANGED),
)
async def withdraw_destruction_list(
    list_id: UUID, act: Annotated[Act, acts(DECIDING)], version: IfMatch
) -> Response:
    """Withdraw a list: what is still on it stays, and may be proposed again (K8)."""
    await service.withdraw(act, list_id, version)
    return await changed(act, queries.LIST, **_shown(act), id=list_id)


@router.post(
    "/destruction-lists/{list_id}/execution",
    operation_id="carry_out_destruction_list",
    response_model=DestructionListOut,
    responses=problems(*_CHANGED),
)
async def carry_out_destruction_list(
    list_id: UUID, body: ListExecutionIn, act: Annotated[Act, acts(DECIDING)], version: IfMatch
) -> Response:
    """Destroy the next files of an approved list (K8); call again while `files_left` is not 0.

    Each file is anonymised whole, as by `grant_erasure`, and leaves its record. One that is held,
    in use again or kept longer by now is left out, and the list says why.
    """
    await service.carry_out(act, list_id, body.files, version)
    return await changed(act, queries.LIST, **_shown(act), id=list_id)
