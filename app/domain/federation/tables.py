"""The rows of linked identities, and of sign-ins that wait for an identity provider."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import INSTANT, belongs_to

Issuer = Annotated[
    str,
    StringConstraints(
        pattern=r"^https?://[^\s?#\u0000-\u001f\u007f]+$", min_length=8, max_length=300
    ),
]
# RFC 7519 and OpenID Connect Core §2: case-sensitive, at most 255 ASCII characters.
Subject = Annotated[
    str, StringConstraints(pattern=r"^[\u0021-\u007e]+$", min_length=1, max_length=255)
]


class LinkFields(SQLModel):
    """Who somebody is at an identity provider: its issuer, and their subject there."""

    issuer: Issuer = Field(description="`iss` of the provider, letter by letter")
    subject: Subject = Field(description="`sub` of the person there; no e-mail, which changes")


class LinkedIdentity(LinkFields, Record, table=True):
    """An identity by which a person may sign in; a removed one stays for the audit."""

    __tablename__ = "linked_identity"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        Index("ix_linked_identity_account", "centre_id", "account_id"),
        Index(
            "linked_identity_once",
            *("centre_id", "issuer", "subject"),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "linked_account_once",
            *("centre_id", "account_id", "issuer"),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    account_id: UUID
    removed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class FederatedSignIn(Record, table=True):
    """A sign-in that waits for the provider: what must come back with it, once, by one browser."""

    __tablename__ = "federated_sign_in"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "state_hash", name="uq_federated_sign_in_state"),
        Index("ix_federated_sign_in_expiry", "centre_id", "expires_at"),
        {"info": {"audited": False}},
    )

    state_hash: str = Field(max_length=64)
    browser_hash: str = Field(max_length=64)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    expires_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
