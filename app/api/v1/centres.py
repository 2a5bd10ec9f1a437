"""The centre and its settings."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.api.answers import PageOf, Reader, capability, created
from app.api.deps import creates, reads
from app.api.problems import KeyReused, problems
from app.api.v1.schemas.base import PageOut
from app.api.v1.schemas.centres import CentreOut, CentreSettingsIn, CentreSettingsOut
from app.domain.act import Act
from app.domain.actor import ACCOUNT_KEEPERS, EVERYONE
from app.domain.centres import queries, service
from app.domain.centres.rules import (
    AssessmentTooRare,
    LimitAboveStatute,
    RetentionYearsBelowCategory,
    SettingsInThePast,
    SettingsOverlap,
)
from app.domain.errors import NotFound

router = capability("centre", "/centre")


@router.get("", operation_id="show_centre", response_model=CentreOut)
async def show_centre(reader: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """Show the centre that you are signed in to."""
    return await reader.raw(queries.CENTRE)


@router.get("/settings", operation_id="list_settings", response_model=PageOut[CentreSettingsOut])
async def list_settings(
    request: Request, reader: Annotated[Reader, reads(*EVERYONE)], page: PageOf
) -> Response:
    """List the settings by date, the latest first."""
    return await reader.many(request, queries.SETTINGS_LIST, page)


@router.get(
    "/settings/{settings_id}",
    operation_id="show_settings",
    response_model=CentreSettingsOut,
    responses=problems(NotFound),
)
async def show_settings(settings_id: UUID, reader: Annotated[Reader, reads(*EVERYONE)]) -> Response:
    """Show one set of settings."""
    return await reader.one(queries.SETTINGS, id=settings_id)


@router.post(
    "/settings",
    operation_id="change_settings",
    status_code=201,
    response_model=CentreSettingsOut,
    responses=problems(
        *(KeyReused, LimitAboveStatute, AssessmentTooRare, SettingsInThePast, SettingsOverlap),
        RetentionYearsBelowCategory,
    ),
)
async def change_settings(
    body: CentreSettingsIn, act: Annotated[Act, creates(*ACCOUNT_KEEPERS)]
) -> Response:
    """Put settings into force from a day on, within the statute's bounds."""
    settings = await service.change_settings(act, body)
    location = f"centre/settings/{settings.id}"
    return await created(act, queries.SETTINGS, location, id=settings.id)
