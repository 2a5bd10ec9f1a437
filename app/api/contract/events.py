"""What the product sends by itself, as OpenAPI 3.1 says it: `webhooks`, nothing one can call."""

from app.api.contract.walk import SCHEMAS, Part
from app.api.v1.schemas.webhooks import EventMessage

MEDIA_TYPE = "application/cloudevents+json"
SIGNATURE = "v1,[A-Za-z0-9+/]{43}="
HEADERS: dict[str, tuple[str, Part]] = {
    "webhook-id": (
        "The message's `id`, the same in every repeat.",
        {"type": "string", "format": "uuid", "maxLength": 36},
    ),
    "webhook-timestamp": (
        "When this repeat was sent, in seconds since 1970; refuse what is older than five minutes.",
        {"type": "string", "pattern": "^[0-9]{10,11}$", "maxLength": 11},
    ),
    "webhook-signature": (
        (
            "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. For a day after the change"
            " of the secret there are two, with a space between them."
        ),
        {"type": "string", "pattern": f"^{SIGNATURE}( {SIGNATURE})?$", "maxLength": 95},
    ),
}
_SENT: Part = {
    "tags": ["webhooks"],
    "operationId": "receive_event",
    "summary": "Receive that something has happened, at the address of a webhook",
    "description": (
        "CloudEvents 1.0 in structured mode, signed by Standard Webhooks 1.0. It is sent at least"
        " once, so a message whose id is known needs no more than an answer. Answer within ten"
        " seconds. Any 2xx takes it over, 410 ends the webhook, and after anything else it is sent"
        " again for three days."
    ),
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": text, "schema": schema}
        for name, (text, schema) in HEADERS.items()
    ],
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}{EventMessage.__name__}"}}},
    },
    "responses": {"204": {"description": "Taken over."}},
    "security": [],
}


def say_events(found: Part) -> None:
    """Add the webhook and the schemas of its message to the document."""
    schema = EventMessage.model_json_schema(
        ref_template=f"{SCHEMAS}{{model}}", mode="serialization"
    )
    found["components"]["schemas"] |= schema.pop("$defs") | {EventMessage.__name__: schema}
    found["webhooks"] = {"event": {"post": _SENT}}
