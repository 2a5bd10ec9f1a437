"""Identities of people at the office's identity provider: linked by hand, never by themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.identities import IdentityIn, IdentityOut
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.errors import NotFound, Stale
from app.domain.federation import queries, service
from app.domain.federation.rules import IdentityLinkedAlready, UnlinkedAlready

router = capability("staff")


@router.get(
    "/staff/{staff_id}/identities",
    operation_id="list_identities",
    response_model=PageOut[IdentityOut],
)
async def list_identities(
    staff_id: UUID,
    request: Request,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
) -> Response:
    """List the identities of a person, the latest first, the removed ones too."""
    return await reader.many(request, queries.LINKS, page, of=staff_id)


@router.post(
    "/staff/{staff_id}/identities",
    operation_id="link_identity",
    status_code=201,
    response_model=IdentityOut,
    responses=problems(NotFound, KeyReused, IdentityLinkedAlready),
)
async def link_identity(
    staff_id: UUID, body: IdentityIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Link an identity to a person's account, so that the provider may speak for them.

    They sign in at `GET /api/v1/sessions/oidc/start?centre=…`; an identity that nobody has linked
    is refused, and no account is ever made by signing in.
    """
    linked = await service.link(act, staff_id, body)
    location = f"staff/{staff_id}/identities/{linked.id}"
    return await created(act, queries.LINK, location, id=linked.id, of=staff_id)


@router.get(
    "/staff/{staff_id}/identities/{identity_id}",
    operation_id="show_identity",
    response_model=IdentityOut,
    responses=problems(NotFound),
)
async def show_identity(
    staff_id: UUID, identity_id: UUID, reader: Annotated[Reader, reads(Role.MANAGER)]
) -> Response:
    """Show one linked identity."""
    return await reader.one(queries.LINK, id=identity_id, of=staff_id)


@router.post(
    "/staff/{staff_id}/identities/{identity_id}/unlinking",
    operation_id="unlink_identity",
    response_model=IdentityOut,
    responses=problems(NotFound, Stale, UnlinkedAlready),
)
async def unlink_identity(
    staff_id: UUID,
    identity_id: UUID,
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Remove a link: from now on nobody signs in by this identity; open sessions go on."""
    await service.unlink(act, staff_id, identity_id, version)
    return await changed(act, queries.LINK, id=identity_id, of=staff_id)
