"""The rows of machine clients and their secrets."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import INSTANT, TEXT_LIST, belongs_to
from app.domain.clients.rules import ClientArea
from app.domain.fields import Day, Line, Name

Areas = Annotated[list[ClientArea], Bounds(min_length=1, max_length=len(ClientArea))]


class ClientFields(SQLModel):
    """A machine that reads in its own name: what for, who runs it, by which agreement."""

    name: Name = Field(description="Shown in the audit")
    purpose: Line = Field(description="What the data are read for")
    operator: Line = Field(description="Who runs the machine: the processor")
    agreement_ref: Line = Field(description="Number of the processing agreement (art. 28 GDPR)")
    agreed_on: Day = Field(description="Day on which the agreement was concluded")
    expires_on: Day = Field(description="The last day of access, at most two years ahead")


class ApiClient(ClientFields, Record, table=True):
    """A registered machine client; a disabled one stays, because the audit names it."""

    __tablename__ = "api_client"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(
            "api_client_name_taken",
            *("centre_id", "name"),
            unique=True,
            postgresql_where=text("active"),
        ),
    )

    scopes: list[str] = Field(sa_type=TEXT_LIST)
    active: bool = True


class ClientSecret(Record, table=True):
    """A secret of a client, as its hash; two may be valid at once while one replaces the other."""

    __tablename__ = "client_secret"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("client_id", "api_client"),
        Index("ix_client_secret_client", "centre_id", "client_id"),
    )

    client_id: UUID
    secret_hash: str = Field(max_length=64)
    last_used_at: datetime | None = Field(default=None, sa_type=INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)
