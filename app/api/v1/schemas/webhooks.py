"""Shapes of webhooks: an address, its messages, and the message itself as it arrives."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1.schemas.base import Out, Resource, Total
from app.domain.clients.tables import Areas
from app.domain.fields import Instant, Name, Shape
from app.domain.webhooks.rules import WAITS, DeliveryState
from app.domain.webhooks.tables import SigningSecret, WebhookFields, WebhookUrl

Place = Annotated[str, StringConstraints(pattern=r"^/api/v1/[a-z0-9/-]+$", max_length=220)]
Source = Annotated[str, StringConstraints(pattern=r"^[^\s\u007f]+$", max_length=300)]
EventKind = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=64)]
EventName = Annotated[str, StringConstraints(pattern=r"^asysta\.[a-z_]+$", max_length=80)]
Version = Annotated[str, StringConstraints(pattern=r"^1\.0$", max_length=3)]
Json = Annotated[str, StringConstraints(pattern=r"^application/json$", max_length=16)]
Status = Annotated[int, Field(ge=100, le=599)]


class WebhookIn(Shape, WebhookFields):
    """An address that is to be told."""


class WebhookOut(Resource):
    """An address of a machine client; without a secret it is told nothing yet."""

    api_client_id: UUID
    client_name: Name
    url: WebhookUrl
    areas: Areas
    active: bool
    secret_since: AwareDatetime | None = Field(description="Null: no secret, nothing is sent")
    failing_since: AwareDatetime | None = Field(
        description="Since when no message arrives; null: the last one did"
    )
    messages_waiting: Total = Field(description="Messages that are still to be sent")
    created_at: AwareDatetime


class IssuedWebhookSecretOut(Out):
    """A new secret with its text: keep it now, it is not shown again."""

    webhook_id: UUID
    signing_secret: SigningSecret


class ReplayIn(Shape):
    """From which instant on all messages are sent again."""

    since: Instant = Field(description="Messages are kept for 30 days after they arrived")


class WebhookDeliveryOut(Resource):
    """A message to one webhook, and what became of it."""

    webhook_id: UUID
    event_id: UUID = Field(description="The message's `webhook-id` and `id`")
    type: EventKind
    href: Place | None = Field(description="Where the machine reads more; null: a ping")
    state: DeliveryState
    attempts: int = Field(ge=0, le=len(WAITS) + 1)
    last_status: Status | None = Field(description="The receiver's last answer; null: none")
    happened_at: AwareDatetime
    next_at: AwareDatetime | None = Field(description="When it is sent next")
    settled_at: AwareDatetime | None = Field(description="When it arrived or was given up")


class EventData(Out):
    """Where to read what has happened: the machine does so with its own token."""

    href: Place | None = Field(description="Path on this server; null: a ping, about nothing")


class EventMessage(Out):
    """That something has happened (CloudEvents 1.0, structured), without personal data.

    Signed by Standard Webhooks 1.0: `webhook-id` is `id`, and the same in every repeat, so a
    message whose id is known has been taken over already. Order is not promised: `partitionkey` is
    the family (of the office: the thing itself), and what is read at `href` is always the latest.
    """

    specversion: Version = "1.0"
    id: UUID
    source: Source = Field(description="The installation and the centre's code")
    type: EventName = Field(description="`asysta.` and a type of /dictionaries, or asysta.ping")
    time: AwareDatetime
    partitionkey: UUID
    datacontenttype: Json = "application/json"
    data: EventData
