"""Scopes of the world's people, as a guard would make them."""

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Scope
from tests.factories.clock import TestClock
from tests.factories.people import HERE, Person, Town

TODAY = TestClock().today


def scope_of(person: Person, today: date = TODAY, **changes: Any) -> Scope:
    """Return the scope of a person's request; `changes` spoil single members."""
    said: dict[str, Any] = {
        "centre": person.centre,
        "account": person.id,
        "session": person.session_id,
        "roles": tuple(sorted(person.roles)),
        "today": today,
        "request": uuid4(),
        "operation": "test",
    }
    return Scope(**(said | changes))


def system_scope(town: Town = HERE, today: date = TODAY) -> Scope:
    """Return the scope of the product's own work in a centre."""
    return Scope.system(town.id, today=today, request=uuid4(), operation="test")


async def scalar(session: AsyncSession, query: str, **values: Any) -> Any:
    """Return the one value of a statement."""
    return (await session.execute(text(query), values)).scalar()


async def count(session: AsyncSession, table: str, where: str = "true", **values: Any) -> int:
    """Count the rows of a table that this session sees."""
    return int(await scalar(session, f'SELECT count(*) FROM "{table}" WHERE {where}', **values))
