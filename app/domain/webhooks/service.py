"""Registering webhooks, preparing their messages, and noting what became of each."""

import secrets
from base64 import b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db.types import first_id_at, new_id
from app.domain.act import Act
from app.domain.clients import rules as clients
from app.domain.clients.rules import ClientArea
from app.domain.clients.tables import ApiClient
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.webhooks import queries, rules
from app.domain.webhooks.queries import Happened
from app.domain.webhooks.rules import DeliveryState
from app.domain.webhooks.tables import Webhook, WebhookDelivery, WebhookFields, WebhookProgress

_SECRET_BYTES = 32
_STAMP_BITS = 80  # of a UUIDv7 the rest: its first 48 are milliseconds (RFC 9562 §5.7)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way: `attempt` tells this sending from every other one of the same."""

    delivery: WebhookDelivery
    url: str
    secrets: tuple[str, ...]
    attempt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver answered to one sending; status None: it did not."""

    delivery_id: UUID
    attempt: int
    status: int | None


async def register(
    act: Act, client_id: UUID, said: WebhookFields, hosts: Collection[str]
) -> Webhook:
    """Register an address of a machine; it is told nothing before it gets a secret (S5)."""
    client = await act.lock(ApiClient, client_id)
    clients.require_active(active=client.active)
    rules.require_allowed(said.url, hosts)
    rules.require_read(said.areas, client.scopes)
    rules.require_room(await queries.count_active(act, client_id))
    areas = sorted({area.value for area in said.areas})
    webhook = Webhook(client_id=client_id, url=said.url, areas=areas)
    act.add(webhook)
    tell(act, OfficeEventType.WEBHOOK_REGISTERED, webhook.id)
    return webhook


async def issue_secret(act: Act, webhook_id: UUID, if_match: int) -> str:
    """Make a secret and return it, this once; the one before goes on signing for a day."""
    webhook = await act.lock(Webhook, webhook_id, if_match)
    rules.require_active(active=webhook.active)
    made = b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    if webhook.secret is None:
        begun = new_id()
        act.add(WebhookProgress(id=webhook.id, since=begun, planned=begun))
    webhook.former_secret, webhook.secret = webhook.secret, f"whsec_{made}"
    webhook.secret_since = act.now
    tell(act, OfficeEventType.WEBHOOK_SECRET_ISSUED, webhook.id)
    return webhook.secret


async def disable(act: Act, webhook_id: UUID, if_match: int) -> None:
    """Disable a webhook for good: nothing more is sent to it."""
    webhook = await act.lock(Webhook, webhook_id, if_match)
    rules.require_active(active=webhook.active)
    webhook.active = False
    tell(act, OfficeEventType.WEBHOOK_DISABLED, webhook.id)


async def ping(act: Act, webhook_id: UUID) -> WebhookDelivery:
    """Prepare a message about nothing, to see whether messages arrive."""
    webhook = await act.lock(Webhook, webhook_id)
    rules.require_active(active=webhook.active)
    rules.require_secret(webhook.secret)
    message = WebhookDelivery(
        webhook_id=webhook.id,
        event_id=new_id(),
        type=rules.PING,
        partition=webhook.id,
        happened_at=act.now,
        next_at=act.now,
    )
    act.add(message)
    act.touch(webhook)  # so that the audit says who tried it
    tell(act, OfficeEventType.WEBHOOK_PINGED, message.id)
    return message


async def replay(act: Act, webhook_id: UUID, if_match: int, since: datetime) -> int:
    """Send again what was told of events since an instant, whatever became of it; say how much."""
    webhook = await act.lock(Webhook, webhook_id, if_match)
    rules.require_active(active=webhook.active)
    rules.require_secret(webhook.secret)
    count = await queries.wait_again(act, webhook.id, first_id_at(since))
    act.touch(webhook)
    tell(act, OfficeEventType.WEBHOOK_REPLAYED, webhook.id)
    return count


async def plan(act: Act, limit: int) -> int | None:
    """Prepare the messages about what has happened, so many for each webhook; say how many.

    None: no webhook is in use here, or another process is preparing for each that is.
    """
    webhooks, count = await queries.to_plan(act), 0
    for webhook, progress in webhooks:
        kinds = rules.kinds_in([ClientArea(area) for area in webhook.areas])
        after = max(progress.since, _before(progress.planned, rules.SEEN_WITHIN))
        found = await queries.to_tell(act, webhook.id, after, kinds, limit)
        act.add(*(_message(act, webhook, event) for event in found))
        progress.planned = _reached(progress.planned, found, limit)
        count += len(found)
    return count if webhooks else None


def _reached(planned: UUID, found: list[Happened], limit: int) -> UUID:
    """Return up to where all is prepared; after a quiet hour that is now, though nothing was found.

    Else what housekeeping has deleted long ago would be found again, beside the last event.
    """
    now = new_id()
    if len(found) < limit and planned < _before(now, rules.QUIET):
        return now
    return max(planned, found[-1].id) if found else planned


def _message(act: Act, webhook: Webhook, event: Happened) -> WebhookDelivery:
    place = rules.SUBJECTS[event.type].place
    return WebhookDelivery(
        webhook_id=webhook.id,
        event_id=event.id,
        type=event.type,
        place=place.format(family=event.family_id, case=event.case_id, subject=event.subject_id),
        partition=event.family_id or event.subject_id,
        happened_at=event.created_at,
        next_at=act.now,
    )


async def claim(act: Act, limit: int) -> list[Outgoing]:
    """Take messages that are due; whoever takes them settles each, or they are due again soon."""
    found = await queries.to_send(act, limit)
    for message, _ in found:
        message.attempts += 1
        message.next_at = act.now + rules.LEASE
    return [
        Outgoing(message, webhook.url, _signing(act, webhook), message.attempts)
        for message, webhook in found
    ]


def _signing(act: Act, webhook: Webhook) -> tuple[str, ...]:
    """Return the secrets that sign now: the new one, and for a day the one before as well."""
    signing = [webhook.secret]
    if webhook.secret_since and act.now < webhook.secret_since + rules.BOTH_SECRETS:
        signing.append(webhook.former_secret)
    return tuple(secret for secret in signing if secret is not None)


async def settle(act: Act, outcomes: Iterable[Outcome]) -> None:
    """Note what became of messages: delivered, to be tried again, or given up.

    A sending that took so long that another one has begun since does not count.
    """
    by_id = {outcome.delivery_id: outcome for outcome in outcomes}
    reached: dict[UUID, bool] = {}
    gone: set[UUID] = set()
    for message in (await queries.sent(act, by_id)).values():
        outcome = by_id[message.id]
        if message.state is DeliveryState.WAITING and message.attempts == outcome.attempt:
            _note(act, message, outcome.status)
            arrived = rules.is_delivered(outcome.status)
            reached[message.webhook_id] = arrived or reached.get(message.webhook_id, False)
            gone |= {message.webhook_id} if outcome.status == rules.GONE else set()
    for webhook_id in sorted(reached):
        await _judge(act, webhook_id, reached=reached[webhook_id])
    for webhook_id in sorted(gone):
        await _end(act, webhook_id)


def _note(act: Act, message: WebhookDelivery, status: int | None) -> None:
    message.last_status = status
    again = rules.after_failure(message.attempts, act.now)
    if rules.is_delivered(status):
        message.state, message.settled_at = DeliveryState.DELIVERED, act.now
    elif again is None:
        message.state, message.settled_at = DeliveryState.FAILED, act.now
    else:
        message.next_at = again


async def _judge(act: Act, webhook_id: UUID, *, reached: bool) -> None:
    """Note since when a receiver is not reached, or that it is again."""
    progress = await act.lock(WebhookProgress, webhook_id)
    progress.failing_since = None if reached else progress.failing_since or act.now


async def _end(act: Act, webhook_id: UUID) -> None:
    """Disable a webhook whose receiver has said that it is gone for good."""
    webhook = await act.lock(Webhook, webhook_id)
    if webhook.active:
        webhook.active = False
        tell(act, OfficeEventType.WEBHOOK_DISABLED, webhook.id)


def _before(event: UUID, span: timedelta) -> UUID:
    """Return the lowest id of an instant before an event's."""
    millis = (event.int >> _STAMP_BITS) - int(span.total_seconds() * 1000)
    return UUID(int=max(millis, 0) << _STAMP_BITS)
