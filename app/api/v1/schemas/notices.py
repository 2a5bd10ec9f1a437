"""Shapes of notices on data processing, and of their handing over."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Resource
from app.api.v1.schemas.cases import PersonRef
from app.domain.fields import Shape
from app.domain.notices.tables import DataNoticeFields, HandingFields

VersionNo = Annotated[int, Field(ge=1, le=1_000_000)]


class DataNoticeIn(Shape, DataNoticeFields):
    """The next version of the centre's notice."""


class DataNoticeOut(Resource, DataNoticeFields):
    """A version of the centre's notice."""

    version_no: VersionNo
    published_on: date
    created_at: AwareDatetime


class NoticeHandingIn(Shape, HandingFields):
    """The handing of a notice to a person."""


class NoticeHandingOut(Resource, HandingFields):
    """A notice that was handed to a member of a family."""

    family_id: UUID
    person_id: UUID
    version_no: VersionNo
    handed_by: PersonRef | None
    created_at: AwareDatetime
