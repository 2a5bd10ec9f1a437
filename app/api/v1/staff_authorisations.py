"""Data authorisations: without one in force, each request is refused (K3)."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.staff import AuthorisationEndIn, DataAuthorisationIn, DataAuthorisationOut
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.errors import NotFound, Stale
from app.domain.identity.rules import NotOnYourself
from app.domain.staff import queries, service
from app.domain.staff.rules import EndedAlready, EndsBeforeStart, NotYetHappened, UndertakingTooLate

router = capability("staff")


@router.get(
    "/staff/{staff_id}/data-authorisations",
    operation_id="list_data_authorisations",
    response_model=PageOut[DataAuthorisationOut],
)
async def list_data_authorisations(
    staff_id: UUID, request: Request, reader: Annotated[Reader, reads()], page: PageOf
) -> Response:
    """List data authorisations, the latest first: managers everybody's, all others their own."""
    return await reader.many(request, queries.AUTHORISATIONS, page, of=staff_id)


@router.post(
    "/staff/{staff_id}/data-authorisations",
    operation_id="authorise_staff",
    status_code=201,
    response_model=DataAuthorisationOut,
    responses=problems(NotFound, KeyReused, EndsBeforeStart, NotYetHappened, UndertakingTooLate),
)
async def authorise_staff(
    staff_id: UUID, body: DataAuthorisationIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Authorise somebody to process data; the undertaking of secrecy comes first."""
    authorisation = await service.authorise(act, staff_id, body)
    location = f"staff/{staff_id}/data-authorisations/{authorisation.id}"
    return await created(act, queries.AUTHORISATION, location, id=authorisation.id, of=staff_id)


@router.get(
    "/staff/{staff_id}/data-authorisations/{authorisation_id}",
    operation_id="show_data_authorisation",
    response_model=DataAuthorisationOut,
    responses=problems(NotFound),
)
async def show_data_authorisation(
    staff_id: UUID, authorisation_id: UUID, reader: Annotated[Reader, reads()]
) -> Response:
    """Show one data authorisation."""
    return await reader.one(queries.AUTHORISATION, id=authorisation_id, of=staff_id)


@router.post(
    "/staff/{staff_id}/data-authorisations/{authorisation_id}/end",
    operation_id="end_data_authorisation",
    response_model=DataAuthorisationOut,
    responses=problems(NotFound, Stale, EndsBeforeStart, EndedAlready, NotOnYourself),
)
async def end_data_authorisation(
    staff_id: UUID,
    authorisation_id: UUID,
    body: AuthorisationEndIn,
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Set the last day of an authorisation; from the day after, each request is refused."""
    await service.end_authorisation(act, staff_id, authorisation_id, body.ends_on, version)
    return await changed(act, queries.AUTHORISATION, id=authorisation_id, of=staff_id)
