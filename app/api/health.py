"""Signs of life for the platform that runs us; unversioned and without a guard."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.api.answers import Door
from app.api.problems import problems
from app.domain.errors import Busy

router = APIRouter(prefix="/health", tags=["health"], route_class=Door)


class Health(BaseModel):
    """The process answers."""

    model_config = {"extra": "forbid"}

    status: Literal["ok"] = Field(
        json_schema_extra={"x-terms": {"ok": {"pl": "działa", "en": "works"}}}
    )


@router.get("/live", operation_id="live")
async def live() -> Health:
    """Tell that the process runs."""
    return Health(status="ok")


@router.get("/ready", operation_id="ready", responses=problems(Busy))
async def ready(request: Request) -> Health:
    """Tell that the database answers as well."""
    await request.app.state.database.ping()
    return Health(status="ok")
