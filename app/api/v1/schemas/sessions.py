"""Shapes of signing in and of oneself."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1.schemas.base import Out
from app.domain.actor import Role
from app.domain.fields import Code, Login, Shape
from app.domain.staff.tables import DataAuthorisationFields

Password = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(json_schema_extra={"format": "password"}),
]
RefreshTokenText = Annotated[
    str, StringConstraints(min_length=60, max_length=120, pattern=r"^[A-Za-z0-9_-]+$")
]


class SessionIn(Shape):
    """Who wants to sign in."""

    centre: Code
    login: Login
    password: Password


class RefreshIn(Shape):
    """The refresh token of the last answer; each is used once."""

    refresh_token: RefreshTokenText


class SessionOut(Out):
    """A session: send `access_token` as Bearer; exchange `refresh_token` before it expires."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    refresh_expires_at: AwareDatetime
    account_id: UUID
    roles: list[Role]


class CentreRef(Out):
    """A centre by name."""

    id: UUID
    code: str
    name: str


class DataAuthorisationRef(Out, DataAuthorisationFields):
    """The data authorisation under which you work today (K3)."""


class MeOut(Out):
    """Who you are here."""

    id: UUID
    login: str
    full_name: str
    roles: list[Role] = Field(max_length=5)
    centre: CentreRef
    data_authorisation: DataAuthorisationRef | None
