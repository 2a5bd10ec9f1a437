"""The rows of accounts, sessions and refresh tokens."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.db.base import Record
from app.db.types import INSTANT, TEXT_LIST, belongs_to


class Account(Record, table=True):
    """A person who may sign in; the login is unique within the centre, never across centres."""

    __tablename__ = "account"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("centre_id", "login", name="account_login_taken"),
        CheckConstraint(
            "NOT 'administrator' = ANY (roles) OR cardinality(roles) = 1",
            name="administrator_alone",
        ),
    )

    login: str = Field(max_length=80)
    full_name: str = Field(max_length=200)
    roles: list[str] = Field(sa_type=TEXT_LIST)
    password_hash: str = Field(max_length=300)
    active: bool = True


class UserSession(Record, table=True):
    """A signed-in session: it ends by logout, by reuse of a refresh token, or at `expires_at`.

    `proven_at` is when its person last showed who they are; None: nobody has said.
    """

    __tablename__ = "user_session"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        Index("ix_user_session_account", "centre_id", "account_id"),
        {"info": {"audited": True}},
    )

    account_id: UUID
    expires_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    device: str | None = Field(default=None, max_length=200)
    enrol_only: bool = False
    proven_at: datetime | None = Field(default=None, sa_type=INSTANT)


class RefreshToken(Record, table=True):
    """A one-use token, stored as its hash; using it twice ends the whole session."""

    __tablename__ = "refresh_token"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("session_id", "user_session"),
        UniqueConstraint("centre_id", "token_hash", name="uq_refresh_token_hash"),
        Index("ix_refresh_token_session", "centre_id", "session_id"),
        {"info": {"audited": False}},
    )

    session_id: UUID
    token_hash: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)


class PasswordReset(Record, table=True):
    """A one-use token by which somebody sets a new password; stored as its hash."""

    __tablename__ = "password_reset"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("account_id", "account"),
        UniqueConstraint("centre_id", "token_hash", name="uq_password_reset_hash"),
        Index("ix_password_reset_account", "centre_id", "account_id"),
    )

    account_id: UUID
    token_hash: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
