"""Shapes of the centre and its settings."""

from uuid import UUID

from pydantic import AwareDatetime

from app.api.v1.schemas.base import Out, Resource
from app.domain.centres.rules import WelfareCentreKind
from app.domain.centres.tables import CentreSettingsFields
from app.domain.fields import Code, Email, Line, Phone, Shape, Teryt


class CentreOut(Out):
    """The centre that you are signed in to."""

    id: UUID
    code: Code
    name: Line
    kind: WelfareCentreKind
    gmina: Teryt
    address: Line
    phone: Phone
    email: Email


class CentreSettingsIn(Shape, CentreSettingsFields):
    """Settings that take effect on a day; what is left out takes the rule book's default."""


class CentreSettingsOut(Resource, CentreSettingsFields):
    """Settings with the day from which they are in force."""

    created_at: AwareDatetime
