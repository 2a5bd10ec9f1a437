"""Shapes of requests of the persons, and of all that is kept about one."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.api.v1.schemas.base import AllowedActionOut, Out, Resource, Total, Word
from app.domain.access.rules import GrantReason
from app.domain.calendar import DueStanding
from app.domain.disclosure.rules import RecordKind
from app.domain.fields import NO_CONTROL, Email, Line, Name, Paragraph, Phone, Shape
from app.domain.retention.rules import ErasureGround
from app.domain.rights.rules import (
    RequestChannel,
    Requester,
    RequestRefusalGround,
    RequestState,
    RightsKind,
)
from app.domain.rights.tables import (
    ErasureFields,
    ExtensionFields,
    HandOverFields,
    RefusalFields,
    RepresentedRequest,
    RightsKindFields,
)

# A label in place of a name may be longer than the name.
ShownText = Annotated[str, StringConstraints(max_length=100_000, pattern=NO_CONTROL)]


class RightsRequestIn(Shape, RepresentedRequest, RightsKindFields):
    """A request for access to a person's data, or for their erasure."""


class RightsExtensionIn(Shape, ExtensionFields):
    """An extension of the month."""


class RightsHandOverIn(Shape, HandOverFields):
    """The handing over of the data."""


class ErasureGrantIn(Shape, ErasureFields):
    """The erasure of a person's data."""


class RightsRefusalIn(Shape, RefusalFields):
    """The refusal of a request."""


class RightsRequestHeaderOut(Resource):
    """A request for access to a person's data or for their erasure, and where it stands."""

    person_id: UUID
    family_id: UUID
    first_name: Name
    last_name: Name
    received_on: date
    channel: RequestChannel
    requester: Requester
    representation_ref: Line | None
    identity_confirmed: bool
    note: Paragraph | None
    state: RequestState
    due_on: date = Field(description="Last day for the answer (art. 12 ust. 3 RODO)")
    standing: DueStanding | None = Field(
        description="Where the deadline stands; null once answered"
    )
    extended_on: date | None
    extension_reason: Paragraph | None
    closed_on: date | None = Field(description="Day of the hand-over, erasure or refusal")
    handed_over_by: RequestChannel | None
    refusal_ground: RequestRefusalGround | None
    refusal_reason: Paragraph | None
    kind: RightsKind
    erasure_ground: ErasureGround | None
    representative_id: UUID | None = Field(description="The member who asks for a child")
    kept_family_ids: list[UUID] = Field(
        max_length=100,
        description="Other files of the person that an erasure left: work goes on, the archive"
        " keeps them, a proceeding or another request needs them",
    )
    created_at: AwareDatetime


class RightsRequestOut(RightsRequestHeaderOut):
    """A request with what can be done about it."""

    allowed_actions: list[AllowedActionOut] = Field(max_length=4)


class ControllerOut(Out):
    """Who keeps the data."""

    name: Line
    address: Line
    phone: Phone
    email: Email


class PurposeOut(Out):
    """What the data are for, with its basis."""

    text: Line
    legal_basis: Line


class DisclosedToOut(Out):
    """In which capacity workers of the centre had access, and when; nobody is named."""

    reason: GrantReason
    since: date
    until: date | None


class RetentionOut(Out):
    """How long the file of one case is kept (JRWA); null while it is not archived."""

    opened_on: date
    retention_category: Name | None
    retention_until: date | None


class ShownFieldOut(Out):
    """One thing that is said: the field, its Polish name, the text with others masked."""

    name: Word
    label: Line
    text: ShownText


class ShownEntryOut(Out):
    """One record."""

    recorded_at: AwareDatetime
    fields: list[ShownFieldOut] = Field(max_length=2_000)


class ShownPartOut(Out):
    """All records of one kind."""

    kind: RecordKind
    title: Line
    entries: list[ShownEntryOut] = Field(max_length=10_000)


class PersonPackageOut(Out):
    """All that the centre keeps about a person (art. 15 RODO)."""

    request_id: UUID
    received_on: date
    prepared_on: date
    controller: ControllerOut
    purposes: list[PurposeOut] = Field(max_length=10)
    sources: list[Line] = Field(max_length=10)
    rights: list[Line] = Field(max_length=10)
    families: Total = Field(description="In how many families of the centre the person is known")
    recipients: list[DisclosedToOut] = Field(max_length=20)
    retention: list[RetentionOut] = Field(max_length=100)
    parts: list[ShownPartOut] = Field(max_length=50)
    withheld: list[RecordKind] = Field(
        max_length=50, description="Kinds of which something of others is left out (art. 15 ust. 4)"
    )
