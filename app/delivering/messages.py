"""A message as it leaves: CloudEvents 1.0 in its structured mode, signed by Standard Webhooks."""

from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook as Signer

from app.api.contract.events import MEDIA_TYPE
from app.api.frame import API_VERSION
from app.api.v1.schemas.webhooks import EventData, EventMessage
from app.domain.webhooks.service import Outgoing


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over the line."""

    body: bytes
    headers: dict[str, str]


def message_of(outgoing: Outgoing, source: str, now: datetime) -> Message:
    """Write and sign a message: the same body in every repeat, the signature of this instant."""
    sent = outgoing.delivery
    body = EventMessage(
        id=sent.event_id,
        source=source,
        type=f"asysta.{sent.type}",
        time=sent.happened_at,
        partitionkey=sent.partition,
        data=EventData(href=None if sent.place is None else f"/api/v1/{sent.place}"),
    ).model_dump_json()
    signed = [Signer(secret).sign(str(sent.event_id), now, body) for secret in outgoing.secrets]
    return Message(
        body.encode(),
        {
            "content-type": MEDIA_TYPE,
            "user-agent": f"asysta/{API_VERSION}",
            "webhook-id": str(sent.event_id),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signed),
        },
    )
