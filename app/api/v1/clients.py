"""Machine clients: who may read by themselves, by which agreement, until when."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.clients import ApiClientIn, ApiClientOut, IssuedSecretOut
from app.db.session import show
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.clients import queries, service
from app.domain.clients.rules import (
    AgreementNotConcluded,
    ClientDisabled,
    ClientNameTaken,
    FamiliesScopeMissing,
    SecretRevokedAlready,
    TwoSecretsAlready,
    WrongExpiry,
)
from app.domain.errors import NotFound, Stale

router = capability("clients")


@router.get("/clients", operation_id="list_clients", response_model=PageOut[ApiClientOut])
async def list_clients(
    request: Request, reader: Annotated[Reader, reads(Role.MANAGER)], page: PageOf
) -> Response:
    """List the machine clients by name, the disabled ones too."""
    return await reader.many(request, queries.CLIENTS, page)


@router.post(
    "/clients",
    operation_id="register_client",
    status_code=201,
    response_model=ApiClientOut,
    responses=problems(
        *(KeyReused, ClientNameTaken, AgreementNotConcluded, WrongExpiry, FamiliesScopeMissing)
    ),
)
async def register_client(
    body: ApiClientIn, act: Annotated[Act, creates(Role.MANAGER)]
) -> Response:
    """Register a machine that reads in its own name, in the areas named; it gets no secret yet.

    Who runs it processes data for the centre, so their agreement comes first (art. 28 GDPR).
    """
    client = await service.register(act, body, body.reads)
    return await created(act, queries.CLIENT, f"clients/{client.id}", id=client.id)


@router.get(
    "/clients/{api_client_id}",
    operation_id="show_client",
    response_model=ApiClientOut,
    responses=problems(NotFound),
)
async def show_client(
    api_client_id: UUID, reader: Annotated[Reader, reads(Role.MANAGER)]
) -> Response:
    """Show one machine client with its secrets, without their texts."""
    return await reader.one(queries.CLIENT, id=api_client_id)


@router.post(
    "/clients/{api_client_id}/secrets",
    operation_id="issue_client_secret",
    response_model=IssuedSecretOut,
    responses=problems(NotFound, Stale, ClientDisabled, TwoSecretsAlready),
)
async def issue_client_secret(
    api_client_id: UUID, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """Make a secret and show it this once; the one before stays valid until it is revoked.

    No Idempotency-Key: a kept answer would keep the secret. A repeat is 412, and the secret whose
    answer was lost is revoked.
    """
    secret_id, text = await service.issue_secret(act, api_client_id, version)
    client, _, _ = await show(act.session, queries.CLIENT, id=api_client_id)
    name = json.loads(client)["client_id"]
    said = {"client_id": name, "secret_id": str(secret_id), "client_secret": text}
    return Response(json.dumps(said), media_type="application/json")


@router.post(
    "/clients/{api_client_id}/secrets/{secret_id}/revocation",
    operation_id="revoke_client_secret",
    response_model=ApiClientOut,
    responses=problems(NotFound, Stale, SecretRevokedAlready),
)
async def revoke_client_secret(
    api_client_id: UUID,
    secret_id: UUID,
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Revoke a secret; the tokens that were got with it are refused from the next request on."""
    await service.revoke_secret(act, api_client_id, secret_id, version)
    return await changed(act, queries.CLIENT, id=api_client_id)


@router.post(
    "/clients/{api_client_id}/disabling",
    operation_id="disable_client",
    response_model=ApiClientOut,
    responses=problems(NotFound, Stale, ClientDisabled),
)
async def disable_client(
    api_client_id: UUID, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """Disable a client for good: its next request is refused; the audit goes on naming it."""
    await service.disable(act, api_client_id, version)
    return await changed(act, queries.CLIENT, id=api_client_id)
