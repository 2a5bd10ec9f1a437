"""Rights of the persons: requests for access and for erasure, and what answers them."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.papers import PAPER, person_paper, sent
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.rights import (
    ErasureGrantIn,
    PersonPackageOut,
    RightsExtensionIn,
    RightsHandOverIn,
    RightsRefusalIn,
    RightsRequestHeaderOut,
    RightsRequestIn,
    RightsRequestOut,
)
from app.domain.act import Act
from app.domain.disclosure.queries import PACKAGE
from app.domain.disclosure.service import package
from app.domain.errors import NotFound, Stale
from app.domain.retention.rules import (
    FileErasedAlready,
    FileInUse,
    RetentionRuns,
    UnderLegalHold,
)
from app.domain.rights import queries, rules, service
from app.domain.workflow import IllegalStep

router = capability("rights")
ANSWERING = rules.ANSWERING


def _shown(act: Act) -> dict[str, Any]:
    return {"allowed": lambda facts: rules.allowed(facts, act.actor.roles)}


@router.post(
    "/rights-requests",
    operation_id="receive_rights_request",
    status_code=201,
    response_model=RightsRequestOut,
    responses=problems(*(NotFound, KeyReused, rules.RequestInFuture, rules.RepresentationMissing)),
)
async def receive_rights_request(
    body: RightsRequestIn, act: Annotated[Act, creates(ANSWERING)]
) -> Response:
    """Enter a person's request for access to their data, or for erasure (art. 15, 17 RODO).

    It is to be answered within a month of the day it came (art. 12 ust. 3 RODO), and stands in the
    manager's worklist until then. Whoever asks for another shows the document of their authority.
    """
    request = await service.receive(act, body, body.kind)
    location = f"rights-requests/{request.id}"
    return await created(act, queries.REQUEST, location, **_shown(act), id=request.id)


@router.get(
    "/rights-requests",
    operation_id="list_rights_requests",
    response_model=PageOut[RightsRequestHeaderOut],
)
async def list_rights_requests(
    request: Request,
    reader: Annotated[Reader, reads(ANSWERING)],
    page: PageOf,
    state: Annotated[
        rules.RequestState | None, Query(description="Only those in this state")
    ] = None,
    kind: Annotated[rules.RightsKind | None, Query(description="Only for this right")] = None,
) -> Response:
    """List the requests of the centre, the most pressing first (art. 12 ust. 3 RODO)."""
    return await reader.many(request, queries.REQUESTS, page, state=state, kind=kind)


@router.get(
    "/rights-requests/{rights_request_id}",
    operation_id="show_rights_request",
    response_model=RightsRequestOut,
    responses=problems(NotFound),
)
async def show_rights_request(
    rights_request_id: UUID, reader: Annotated[Reader, reads(ANSWERING)]
) -> Response:
    """Show a request, its deadline and what can be done about it (art. 12 RODO)."""
    return await reader.one(
        queries.REQUEST,
        lambda facts: rules.allowed(facts, reader.actor.roles),
        id=rights_request_id,
    )


@router.post(
    "/rights-requests/{rights_request_id}/extension",
    operation_id="extend_rights_request",
    response_model=RightsRequestOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.ExtendedAlready, rules.ExtensionTooLate)
    ),
)
async def extend_rights_request(
    rights_request_id: UUID,
    body: RightsExtensionIn,
    act: Annotated[Act, acts(ANSWERING)],
    version: IfMatch,
) -> Response:
    """Extend the month once, by one or two more (art. 12 ust. 3 RODO).

    The person is told of it, with the reason, within the first month: later it is refused.
    """
    await service.extend(act, rights_request_id, version, body)
    return await changed(act, queries.REQUEST, **_shown(act), id=rights_request_id)


@router.post(
    "/rights-requests/{rights_request_id}/hand-over",
    operation_id="hand_over_package",
    response_model=RightsRequestOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.IdentityNotConfirmed, rules.AnswerDayWrong),
        rules.AnotherRight,
    ),
)
async def hand_over_package(
    rights_request_id: UUID,
    body: RightsHandOverIn,
    act: Annotated[Act, acts(ANSWERING)],
    version: IfMatch,
) -> Response:
    """Record that the data were handed over, and how (art. 15 ust. 3 RODO).

    It is refused while it is not certain who receives them (art. 12 ust. 6 RODO).
    """
    await service.hand_over(act, rights_request_id, version, body)
    return await changed(act, queries.REQUEST, **_shown(act), id=rights_request_id)


@router.post(
    "/rights-requests/{rights_request_id}/erasure",
    operation_id="grant_erasure",
    response_model=RightsRequestOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.IdentityNotConfirmed, rules.AnotherRight),
        *(FileErasedAlready, UnderLegalHold, FileInUse, RetentionRuns),
    ),
)
async def grant_erasure(
    rights_request_id: UUID,
    body: ErasureGrantIn,
    act: Annotated[Act, acts(ANSWERING)],
    version: IfMatch,
) -> Response:
    """Grant an erasure: the family's file is anonymised at once, and for good (art. 17 RODO).

    A file speaks of several people at once, so it ends as a whole: names, addresses, phones, days
    of birth, PESEL, references and all that people wrote. States, dates, codes and the year of
    birth stay for the reports of the gmina; the audit stays. It is refused while a case is not
    ended, while the archive keeps the file or does not know for how long (K7, K8), and while a
    proceeding needs it (art. 17 ust. 3 RODO).
    """
    await service.grant_erasure(act, rights_request_id, version, body)
    return await changed(act, queries.REQUEST, **_shown(act), id=rights_request_id)


@router.post(
    "/rights-requests/{rights_request_id}/refusal",
    operation_id="refuse_rights_request",
    response_model=RightsRequestOut,
    responses=problems(
        *(NotFound, Stale, IllegalStep, rules.AnswerDayWrong, rules.GroundOfAnotherRight)
    ),
)
async def refuse_rights_request(
    rights_request_id: UUID,
    body: RightsRefusalIn,
    act: Annotated[Act, acts(ANSWERING)],
    version: IfMatch,
) -> Response:
    """Refuse a request on a ground of the law, with the reason (art. 12 ust. 4 RODO).

    Consent to the work that was taken back does not erase the file (K7): while the archive period
    runs, erasure is refused on the ground `archiving` (art. 17 ust. 3 lit. d RODO).
    """
    await service.refuse(act, rights_request_id, version, body)
    return await changed(act, queries.REQUEST, **_shown(act), id=rights_request_id)


@router.get(
    "/rights-requests/{rights_request_id}/package",
    operation_id="show_person_package",
    response_model=PersonPackageOut,
    responses=problems(NotFound),
)
async def show_person_package(
    rights_request_id: UUID, reader: Annotated[Reader, reads(ANSWERING)]
) -> Response:
    """Put together all that the centre keeps about the person (art. 15 ust. 1 RODO).

    It holds the records of every family of the centre in which the person is known, by the same
    PESEL too. Names, numbers and phones of others become what they are in the family; what
    concerns one other member alone, who told the centre, and Blue Card facts (art. 9c UPPD) are
    left out. Who has left a family gets its common records of their own time, as they stood then,
    and never where it lives or is met (K2). Each call is an entry of the audit for each of the
    families. Read it before handing it over: pet names are not recognised.
    """
    found = json.loads(await reader.fetch(PACKAGE, id=rights_request_id))
    said = json.dumps(package(found), ensure_ascii=False)
    return Response(said, media_type="application/json")


@router.get(
    "/rights-requests/{rights_request_id}/package/paper",
    operation_id="show_person_paper",
    response_class=Response,
    responses=problems(NotFound) | {200: PAPER},
)
async def show_person_paper(
    rights_request_id: UUID, reader: Annotated[Reader, reads(ANSWERING)]
) -> Response:
    """Put the same together as a readable document: PDF/A, in Polish (art. 12 ust. 1 RODO)."""
    found = json.loads(await reader.fetch(PACKAGE, id=rights_request_id))
    return sent(await person_paper(package(found), reader.today), "dane-osoby.pdf")
