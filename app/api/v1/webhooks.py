"""Webhooks: machines are told that something has happened, and read it themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, changed, created
from app.api.deps import IfMatch, acts, creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.webhooks import (
    IssuedWebhookSecretOut,
    ReplayIn,
    WebhookDeliveryOut,
    WebhookIn,
    WebhookOut,
)
from app.domain.act import Act
from app.domain.actor import Role
from app.domain.clients.rules import ClientDisabled
from app.domain.errors import NotFound, Stale
from app.domain.webhooks import queries, service
from app.domain.webhooks.rules import (
    AreaNotRead,
    DeliveryState,
    TooManyWebhooks,
    WebhookDisabled,
    WebhookHostNotAllowed,
    WebhookWithoutSecret,
)

router = capability("webhooks")


@router.post(
    "/clients/{api_client_id}/webhooks",
    operation_id="register_webhook",
    status_code=201,
    response_model=WebhookOut,
    responses=problems(
        *(NotFound, KeyReused, ClientDisabled, WebhookHostNotAllowed, AreaNotRead),
        TooManyWebhooks,
    ),
)
async def register_webhook(
    api_client_id: UUID,
    body: WebhookIn,
    act: Annotated[Act, creates(Role.MANAGER)],
    request: Request,
) -> Response:
    """Register an address at which a machine client is told what happens; it gets no secret yet.

    A message names what has happened and where to read it, never whom it is about (S5). That a
    file was erased is told in every case to whoever reads families (S5.1, art. 19 RODO).
    """
    hosts = request.app.state.settings.webhook_hosts
    webhook = await service.register(act, api_client_id, body, hosts)
    return await created(act, queries.WEBHOOK, f"webhooks/{webhook.id}", id=webhook.id)


@router.get("/webhooks", operation_id="list_webhooks", response_model=PageOut[WebhookOut])
async def list_webhooks(
    request: Request,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
    api_client_id: Annotated[UUID | None, Query(description="Only of this client")] = None,
) -> Response:
    """List the webhooks of machine clients, the latest first, the disabled ones too."""
    return await reader.many(request, queries.WEBHOOKS, page, api_client_id=api_client_id)


@router.get(
    "/webhooks/{webhook_id}",
    operation_id="show_webhook",
    response_model=WebhookOut,
    responses=problems(NotFound),
)
async def show_webhook(
    webhook_id: UUID, reader: Annotated[Reader, reads(Role.MANAGER)]
) -> Response:
    """Show a webhook: what it is told, whether it can be reached, and how much it is behind."""
    return await reader.one(queries.WEBHOOK, id=webhook_id)


@router.post(
    "/webhooks/{webhook_id}/secret",
    operation_id="issue_webhook_secret",
    response_model=IssuedWebhookSecretOut,
    responses=problems(NotFound, Stale, WebhookDisabled),
)
async def issue_webhook_secret(
    webhook_id: UUID, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """Make the secret that signs the messages and show it this once; the former signs for a day.

    The first one begins the telling. No Idempotency-Key: a kept answer would keep the secret.
    """
    secret = await service.issue_secret(act, webhook_id, version)
    said = IssuedWebhookSecretOut(webhook_id=webhook_id, signing_secret=secret)
    return Response(said.model_dump_json(), media_type="application/json")


@router.post(
    "/webhooks/{webhook_id}/disabling",
    operation_id="disable_webhook",
    response_model=WebhookOut,
    responses=problems(NotFound, Stale, WebhookDisabled),
)
async def disable_webhook(
    webhook_id: UUID, act: Annotated[Act, acts(Role.MANAGER)], version: IfMatch
) -> Response:
    """Disable a webhook for good; a receiver does so itself by answering 410."""
    await service.disable(act, webhook_id, version)
    return await changed(act, queries.WEBHOOK, id=webhook_id)


@router.post(
    "/webhooks/{webhook_id}/pings",
    operation_id="ping_webhook",
    status_code=201,
    response_model=WebhookDeliveryOut,
    responses=problems(NotFound, KeyReused, WebhookDisabled, WebhookWithoutSecret),
)
async def ping_webhook(webhook_id: UUID, act: Annotated[Act, creates(Role.MANAGER)]) -> Response:
    """Send a message about nothing, to see whether messages arrive and their signature is read."""
    message = await service.ping(act, webhook_id)
    await act.flush()
    return await created(act, queries.DELIVERY, f"webhook-deliveries/{message.id}", id=message.id)


@router.post(
    "/webhooks/{webhook_id}/replay",
    operation_id="replay_webhook",
    response_model=WebhookOut,
    responses=problems(NotFound, Stale, WebhookDisabled, WebhookWithoutSecret),
)
async def replay_webhook(
    webhook_id: UUID,
    body: ReplayIn,
    act: Annotated[Act, acts(Role.MANAGER)],
    version: IfMatch,
) -> Response:
    """Send all messages about events since an instant again, those that arrived as well.

    For a receiver that was away or has lost what it had; what it still has it knows by the id.
    """
    await service.replay(act, webhook_id, version, body.since)
    return await changed(act, queries.WEBHOOK, id=webhook_id)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    response_model=PageOut[WebhookDeliveryOut],
    responses=problems(NotFound),
)
async def list_webhook_deliveries(
    webhook_id: UUID,
    request: Request,
    reader: Annotated[Reader, reads(Role.MANAGER)],
    page: PageOf,
    state: Annotated[DeliveryState | None, Query(description="Only in this state")] = None,
) -> Response:
    """List the messages to a webhook, the latest event first."""
    return await reader.many(request, queries.DELIVERIES, page, webhook_id=webhook_id, state=state)


@router.get(
    "/webhook-deliveries/{delivery_id}",
    operation_id="show_webhook_delivery",
    response_model=WebhookDeliveryOut,
    responses=problems(NotFound),
)
async def show_webhook_delivery(
    delivery_id: UUID, reader: Annotated[Reader, reads(Role.MANAGER)]
) -> Response:
    """Show a message, how often it was tried, and what its receiver answered."""
    return await reader.one(queries.DELIVERY, id=delivery_id)
