"""The worklist: one call per person, one statement per call."""

from typing import Annotated

from starlette.responses import Response

from app.api.answers import Reader, capability
from app.api.deps import reads
from app.api.v1.schemas.worklist import WorklistOut
from app.domain.worklist import queries

router = capability("worklist")


@router.get("/worklist", operation_id="show_worklist", response_model=WorklistOut)
async def show_worklist(reader: Annotated[Reader, reads()]) -> Response:
    """Show what is overdue, due soon, waiting for you, and new."""
    return await reader.raw(queries.WORKLIST, roles=sorted(reader.actor.roles))
