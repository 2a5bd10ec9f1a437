"""The product's own transaction, where nobody is signed in yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import Request

from app.api.deps import current_day, current_instant
from app.db.session import NOBODY, Scope
from app.domain.act import Act
from app.domain.actor import Actor


@asynccontextmanager
async def in_centre(request: Request, centre: UUID, operation: str) -> AsyncIterator[Act]:
    """Open a transaction of the product itself in a centre; an unknown one holds nothing."""
    today = current_day(request)
    scope = Scope.system(centre, today=today, request=request.state.request_id, operation=operation)
    async with request.app.state.database.begin(scope) as session:
        actor = Actor(NOBODY, centre, None, frozenset())
        yield Act(session, actor, today, current_instant(request))
