"""Shapes of signing in and of oneself."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1.schemas.base import Out, Resource
from app.domain.actor import Role
from app.domain.factors.rules import RECOVERY_CODES
from app.domain.fields import ONE_LINE, Code, Line, Login, Name, NewPassword, Secret, Shape
from app.domain.staff.tables import DataAuthorisationFields

Password = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(json_schema_extra={"format": "password"}),
]
RefreshTokenText = Annotated[
    str, StringConstraints(min_length=60, max_length=120, pattern=r"^[A-Za-z0-9_-]+$")
]
Jwt = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$")
]
BearerType = Annotated[
    Literal["Bearer"],
    Field(json_schema_extra={"x-terms": {"Bearer": {"pl": "na okaziciela", "en": "bearer token"}}}),
]
Device = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]
# Six digits of the phone, or a recovery code: six groups, or four as they were at first.
FactorCode = Annotated[
    str,
    StringConstraints(
        min_length=6,
        max_length=29,
        pattern=r"^([0-9]{6}|[A-Za-z0-9]{4}(-[A-Za-z0-9]{4}){3}(-[A-Za-z0-9]{4}-[A-Za-z0-9]{4})?)$",
    ),
]
PhoneCode = Annotated[str, StringConstraints(min_length=6, max_length=6, pattern=r"^[0-9]{6}$")]
OtpAddress = Annotated[
    str, StringConstraints(min_length=10, max_length=500, pattern=r"^otpauth://totp/[!-~]+$")
]
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class SessionIn(Shape):
    """Who wants to sign in."""

    centre: Code
    login: Login
    password: Password
    code: FactorCode | None = Field(
        default=None, description="Of the second factor: of the phone, or for recovery"
    )


class RefreshIn(Shape):
    """The refresh token of the last answer; each is used once."""

    refresh_token: RefreshTokenText


class PasswordIn(Shape):
    """The present password, and the next one (at least 15 characters, hard to guess)."""

    present_password: Password
    password: NewPassword


class PasswordResetIn(Shape):
    """The one-time token that somebody was handed, and the password that they choose."""

    reset_token: RefreshTokenText
    password: NewPassword


class PasswordResetOut(Out):
    """The one-time token to hand over in person; it is shown only here and works for a day."""

    reset_token: RefreshTokenText
    expires_at: AwareDatetime


class FactorIn(Shape):
    """The present password, so that nobody enrols a factor in your place."""

    present_password: Password


class FactorSecretOut(Out):
    """The secret for the phone, also as an address for a QR code; it is shown only here."""

    secret: Secret
    otpauth_uri: OtpAddress


class FactorCodeIn(Shape):
    """The first code that the phone shows."""

    code: PhoneCode


class RecoveryCodesOut(Out):
    """Codes for a lost phone, each for one use; they are shown only here."""

    recovery_codes: list[FactorCode] = Field(max_length=RECOVERY_CODES)


class FactorRemovalIn(Shape):
    """The present password and a code: what signing in would ask for."""

    present_password: Password
    code: FactorCode


class FactorOut(Out):
    """Your second factor: whether it is enrolled, whether your centre demands it."""

    enrolled: bool
    enrolled_at: AwareDatetime | None
    demanded: bool
    recovery_codes_left: Annotated[int, Field(ge=0, le=RECOVERY_CODES)]


class OpenSessionOut(Resource):
    """A session that has not ended: on which device, since when, when it was last continued."""

    device: Device | None
    started_at: AwareDatetime
    last_used_at: AwareDatetime
    expires_at: AwareDatetime
    this_session: bool


class SessionOut(Out):
    """A session: send `access_token` as Bearer; exchange `refresh_token` before it expires."""

    access_token: Jwt
    token_type: BearerType
    expires_in: Seconds
    refresh_token: RefreshTokenText
    refresh_expires_at: AwareDatetime
    account_id: UUID
    roles: list[Role] = Field(max_length=len(Role))


class CentreRef(Out):
    """A centre by name."""

    id: UUID
    code: Code
    name: Line


class DataAuthorisationRef(Out, DataAuthorisationFields):
    """The data authorisation under which you work today (K3)."""


class MeOut(Out):
    """Who you are here."""

    id: UUID
    login: Login
    full_name: Name
    roles: list[Role] = Field(max_length=5)
    centre: CentreRef
    data_authorisation: DataAuthorisationRef | None
