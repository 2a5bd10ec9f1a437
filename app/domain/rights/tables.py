"""The rows of requests."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Uuid
from sqlmodel import Field, SQLModel

from app.db.base import Record
from app.db.types import belongs_to, term
from app.domain.fields import Day, Line, Paragraph, YesNo
from app.domain.retention.rules import ErasureGround
from app.domain.rights.rules import (
    MOST_MORE_MONTHS,
    RequestChannel,
    Requester,
    RequestRefusalGround,
    RequestState,
    RightsKind,
)

MoreMonths = Annotated[int, Bounds(strict=True, ge=1, le=MOST_MORE_MONTHS)]


class RightsRequestFields(SQLModel):
    """Whose data are asked for, by whom, and when the request came (art. 15 RODO)."""

    person_id: UUID = Field(description="The person whose data are asked for")
    received_on: Day
    channel: RequestChannel = Field(sa_type=term(RequestChannel))
    requester: Requester = Field(sa_type=term(Requester))
    representation_ref: Line | None = Field(
        default=None, description="Document of the authority of who asks for another"
    )
    identity_confirmed: YesNo = Field(description="Whether it is certain who asks (art. 12 ust. 6)")
    note: Paragraph | None = Field(default=None, description="What exactly is asked for")


class RightsKindFields(SQLModel):
    """Which right is claimed."""

    kind: RightsKind = Field(
        default=RightsKind.ACCESS,
        sa_type=term(RightsKind),
        description="Access to the data (art. 15), or their erasure (art. 17)",
    )


class RepresentativeFields(SQLModel):
    """Who represents a child."""

    representative_id: UUID | None = Field(
        default=None,
        description="The member of the child's family who asks for it; left out for somebody who is"
        " no member",
    )


class RepresentedRequest(RightsRequestFields, RepresentativeFields):
    """A request with who represents whose data are asked for."""


class RightsRequest(RightsRequestFields, Record, table=True):
    """A request of a person and its answer: the manager's own register."""

    __tablename__ = "rights_request"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to("person_id", "person"),
        belongs_to("representative_id", "person"),
        CheckConstraint(
            "requester = 'person' OR representation_ref IS NOT NULL", name="represented"
        ),
        CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed"),
        CheckConstraint(
            "(state = 'refused') = (refusal_ground IS NOT NULL AND refusal_reason IS NOT NULL)",
            name="refused",
        ),
        CheckConstraint(
            "(extended_on IS NULL) = (extension_reason IS NULL)", name="extension_explained"
        ),
        CheckConstraint(
            "(state = 'granted') = (erasure_ground IS NOT NULL)"
            " AND (state <> 'granted' OR kind = 'erasure')",
            name="erased",
        ),
        Index("ix_rights_request_person", "centre_id", "person_id"),
        Index("ix_rights_request_representative", "centre_id", "representative_id"),
        Index("ix_rights_request_due", "centre_id", "state", "due_on", "id"),
        {"info": {"readers": (), "writers": ()}},
    )

    state: RequestState = Field(default=RequestState.OPEN, sa_type=term(RequestState))
    due_on: date
    extended_on: date | None = None
    extension_reason: Paragraph | None = None
    closed_on: date | None = None
    handed_over_by: RequestChannel | None = Field(
        default=None, sa_type=term(RequestChannel, name="handed_over_by")
    )
    refusal_ground: RequestRefusalGround | None = Field(
        default=None, sa_type=term(RequestRefusalGround)
    )
    refusal_reason: Paragraph | None = None
    kind: RightsKind = Field(
        default=RightsKind.ACCESS,
        sa_type=term(RightsKind),
        sa_column_kwargs={"server_default": RightsKind.ACCESS.value},
    )
    erasure_ground: ErasureGround | None = Field(default=None, sa_type=term(ErasureGround))
    representative_id: UUID | None = None
    kept_family_ids: list[UUID] = Field(
        default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}")
    )


class ExtensionFields(SQLModel):
    """By how much the month is extended, and why (complexity or number of requests)."""

    months: MoreMonths
    reason: Paragraph


class HandOverFields(SQLModel):
    """When and how the data were handed over."""

    handed_over_on: Day
    channel: RequestChannel
    identity_confirmed: YesNo = Field(description="Whether it is certain who received them")


class ErasureFields(SQLModel):
    """On which ground the file is erased, and that it is certain who asked for it."""

    ground: ErasureGround
    identity_confirmed: YesNo = Field(
        description="Whether it is certain who asked (art. 12 ust. 6)"
    )


class RefusalFields(SQLModel):
    """When, on which ground and why the request was refused."""

    refused_on: Day
    ground: RequestRefusalGround
    reason: Paragraph
