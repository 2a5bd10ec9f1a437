"""How webhooks are found, what they have still to be told, and what is to be sent now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlmodel import col

from app.db.base import Record
from app.db.types import first_id_at
from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.clients.tables import ApiClient
from app.domain.webhooks.rules import DeliveryState
from app.domain.webhooks.tables import Webhook, WebhookDelivery, WebhookProgress

WAITING = DeliveryState.WAITING
A_WEBHOOK = f"""w.id, w.version, w.client_id AS api_client_id, c.name AS client_name, w.url,
           w.areas, w.active, app.z(w.secret_since) AS secret_since,
           app.z(p.failing_since) AS failing_since,
           (SELECT count(*) FROM webhook_delivery d WHERE d.centre_id = w.centre_id
               AND d.webhook_id = w.id AND d.state = '{WAITING}') AS messages_waiting,
           app.z(w.created_at) AS created_at
      FROM webhook w
      JOIN api_client c ON c.centre_id = w.centre_id AND c.id = w.client_id
      LEFT JOIN webhook_progress p ON p.centre_id = w.centre_id AND p.id = w.id
     WHERE w.centre_id = app.centre()"""
WEBHOOK = One(f"SELECT {A_WEBHOOK} AND w.id = :id::uuid")
WEBHOOKS = Many(
    f"SELECT {A_WEBHOOK} AND (:api_client_id::uuid IS NULL OR w.client_id = :api_client_id::uuid)",
    (Key("w.id", "uuid"),),
    descending=True,
)
_DELIVERY = """d.id, d.version, d.webhook_id, d.event_id, d.type, d.state,
           '/api/v1/' || d.place AS href, d.attempts, d.last_status,
           app.z(d.happened_at) AS happened_at,
           CASE WHEN d.state = 'waiting' THEN app.z(d.next_at) END AS next_at,
           app.z(d.settled_at) AS settled_at
      FROM webhook_delivery d WHERE d.centre_id = app.centre()"""
DELIVERY = One(f"SELECT {_DELIVERY} AND d.id = :id::uuid")
DELIVERIES = Many(
    f"SELECT {_DELIVERY} AND d.webhook_id = :webhook_id::uuid"
    " AND (:state::text IS NULL OR d.state = :state::text)",
    (Key("d.event_id", "uuid"),),
    descending=True,
    within="webhook w WHERE w.centre_id = app.centre() AND w.id = :webhook_id::uuid",
)
CENTRE_CODE = View("SELECT c.code FROM centre c WHERE c.id = app.centre()")


def _happened(table: str, family: str, case: str) -> str:
    return f"""(SELECT e.id, e.type, {family} AS family_id, {case} AS case_id, e.subject_id,
            e.created_at FROM {table} e
      WHERE e.centre_id = app.centre() AND e.id > :after AND e.type = ANY (:kinds)
        AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.centre_id = e.centre_id
              AND d.webhook_id = :webhook AND d.event_id = e.id)
      ORDER BY e.id LIMIT :limit)"""


_TO_TELL = text(
    f"{_happened('event', 'e.family_id', 'e.case_id')} UNION ALL"
    f" {_happened('office_event', 'NULL', 'NULL')} ORDER BY id LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as messages need it; of the office it has no family and no case."""

    id: UUID
    type: str
    family_id: UUID | None
    case_id: UUID | None
    subject_id: UUID
    created_at: datetime


def _in_use(act: Act, table: type[Record], column: str) -> tuple[Any, ...]:
    """Join a table to its webhooks, as far as they are told: with a secret, while in force."""
    return (
        col(table.centre_id) == col(Webhook.centre_id),
        getattr(table, column) == col(Webhook.id),
        col(Webhook.centre_id) == act.actor.centre_id,
        col(ApiClient.centre_id) == col(Webhook.centre_id),
        col(ApiClient.id) == col(Webhook.client_id),
        col(Webhook.active),
        col(Webhook.secret).is_not(None),
        col(ApiClient.active),
        col(ApiClient.expires_on) >= act.today,
    )


async def to_plan(act: Act) -> list[tuple[Webhook, WebhookProgress]]:
    """Return the webhooks in use, each with its progress locked; without those that are taken."""
    query = (
        select(Webhook, WebhookProgress)
        .where(
            *_in_use(act, WebhookProgress, "id"),
        )
        .order_by(col(Webhook.id))
        .with_for_update(of=WebhookProgress, skip_locked=True)
    )
    return [(row[0], row[1]) for row in (await act.session.execute(query)).all()]


async def to_tell(
    act: Act, webhook: UUID, after: UUID, kinds: Collection[str], limit: int
) -> list[Happened]:
    """Return the oldest events of some kinds, later than one, that have no message yet."""
    values = {"webhook": webhook, "after": after, "kinds": list(kinds), "limit": limit}
    return [Happened(*row) for row in (await act.session.execute(_TO_TELL, values)).all()]


async def to_send(act: Act, limit: int) -> list[tuple[WebhookDelivery, Webhook]]:
    """Return messages that are due, locked, the longest due first; without those that are taken."""
    query = (
        select(WebhookDelivery, Webhook)
        .where(
            *_in_use(act, WebhookDelivery, "webhook_id"),
            col(WebhookDelivery.state) == WAITING,
            col(WebhookDelivery.next_at) <= act.now,
        )
        .order_by(col(WebhookDelivery.next_at), col(WebhookDelivery.id))
        .limit(limit)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    )
    return [(row[0], row[1]) for row in (await act.session.execute(query)).all()]


async def sent(act: Act, ids: Iterable[UUID]) -> dict[UUID, WebhookDelivery]:
    """Return messages by their ids, locked."""
    query = (
        select(WebhookDelivery)
        .where(
            col(WebhookDelivery.centre_id) == act.actor.centre_id,
            col(WebhookDelivery.id).in_(sorted(ids)),
        )
        .order_by(col(WebhookDelivery.id))
        .with_for_update()
    )
    return {row.id: row for row in (await act.session.execute(query)).scalars()}


async def count_active(act: Act, client_id: UUID) -> int:
    """Count the webhooks of a client that are not disabled."""
    query = select(func.count()).where(
        col(Webhook.client_id) == client_id,
        col(Webhook.centre_id) == act.actor.centre_id,
        col(Webhook.active),
    )
    return int((await act.session.execute(query)).scalar_one())


async def is_behind(act: Act, since: datetime) -> bool:
    """Tell whether nobody has prepared or sent what is to be told for as long as since an instant.

    Where somebody does, the progress is never behind by much more than the quiet hour.
    """
    unprepared = (
        select(col(WebhookProgress.id))
        .where(
            *_in_use(act, WebhookProgress, "id"),
            col(WebhookProgress.planned) < first_id_at(since),
        )
        .exists()
    )
    unsent = (
        select(col(WebhookDelivery.id))
        .where(
            *_in_use(act, WebhookDelivery, "webhook_id"),
            col(WebhookDelivery.state) == WAITING,
            col(WebhookDelivery.next_at) < since,
        )
        .exists()
    )
    return bool(await act.session.scalar(select(or_(unprepared, unsent))))


async def wait_again(act: Act, webhook_id: UUID, since: UUID) -> int:
    """Let all messages about events from one on wait anew, arrived or not; say how many."""
    query = (
        update(WebhookDelivery)
        .where(
            col(WebhookDelivery.centre_id) == act.actor.centre_id,
            col(WebhookDelivery.webhook_id) == webhook_id,
            col(WebhookDelivery.event_id) >= since,
            or_(col(WebhookDelivery.state) != WAITING, col(WebhookDelivery.attempts) > 0),
        )
        .values(state=WAITING, attempts=0, next_at=act.now, settled_at=None)
        .returning(col(WebhookDelivery.id))
        .execution_options(synchronize_session=False)
    )
    return len((await act.session.execute(query)).all())
