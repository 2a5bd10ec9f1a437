"""The rows of webhooks, and of what is sent to them."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import INSTANT, SEALED, TEXT_LIST, belongs_to, term
from app.domain.clients.tables import Areas
from app.domain.webhooks.rules import DeliveryState

# Neither user and password nor a query: an address is shown, and kept in the audit.
WebhookUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~-]{1,100}){0,9}/?$",
        max_length=1_000,
    ),
]
SigningSecret = Annotated[
    str, StringConstraints(pattern=r"^whsec_[A-Za-z0-9+/]{43}=$", max_length=50), SEALED
]


class WebhookFields(SQLModel):
    """Where a machine is told of what."""

    url: WebhookUrl = Field(description="https, on a host that the operator has allowed")
    areas: Areas = Field(description="What happens in these areas is told; the machine reads them")


class Webhook(Record, table=True):
    """An address of a machine client. Both secrets sign for a day after the change of one."""

    __tablename__ = "webhook"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("client_id", "api_client"),
        Index("ix_webhook_client", "centre_id", "client_id"),
        {"info": {"readers": (), "writers": ()}},
    )

    client_id: UUID
    url: str = Field(max_length=1_000)
    areas: list[str] = Field(sa_type=TEXT_LIST)
    secret: SigningSecret | None = None
    former_secret: SigningSecret | None = None
    secret_since: datetime | None = Field(default=None, sa_type=INSTANT)
    active: bool = True


class WebhookProgress(Record, table=True):
    """How far the messages of a webhook are, under its own id: no fact of the office.

    `since` and `planned` are ids of events, UUIDv7 in the order of time: the first that may be told
    and the last for which a message is prepared.
    """

    __tablename__ = "webhook_progress"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("id", "webhook"),
        {"info": {"audited": False, "readers": (), "writers": ()}},
    )

    since: UUID
    planned: UUID
    failing_since: datetime | None = Field(default=None, sa_type=INSTANT)


class WebhookDelivery(Record, table=True):
    """A message to one webhook about one event; a ping is about none and has no place."""

    __tablename__ = "webhook_delivery"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("webhook_id", "webhook"),
        Index("webhook_told_once", "centre_id", "webhook_id", "event_id", unique=True),
        Index(
            "ix_webhook_delivery_waiting",
            *("centre_id", "next_at", "id"),
            postgresql_where=text("state = 'waiting'"),
        ),
        {"info": {"audited": False, "readers": (), "writers": ()}},
    )

    webhook_id: UUID
    event_id: UUID
    type: str = Field(max_length=64)
    place: str | None = Field(default=None, max_length=200)
    partition: UUID
    happened_at: datetime = Field(sa_type=INSTANT)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=term(DeliveryState))
    attempts: int = 0
    next_at: datetime = Field(sa_type=INSTANT)
    last_status: int | None = None
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
