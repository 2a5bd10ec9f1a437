"""What machine clients may read in the database is what their operations read."""

from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncConnection

from app.api.deps import scope_of
from app.db.machines import READ
from app.db.schema import PUBLIC_TABLES
from app.db.vault.rings import Vault
from tests.factories.api import Api
from tests.factories.counting import CountingConnection, counted
from tests.factories.people import HERE
from tests.factories.planned import planned, relations
from tests.factories.routes import guarded, guards

# What the code itself knows is in no table.
CONSTANT = {"list_dictionaries", "list_rules"}


@pytest.fixture
def database(connection: AsyncConnection, vault: Vault) -> CountingConnection:
    return CountingConnection(connection, vault)


def _readable() -> list[APIRoute]:
    """Name the operations that machines may call."""
    return [route for route in guarded() if scope_of(guards(route)[0], route.tags)]


def _path(route: APIRoute) -> str:
    path = route.path.removeprefix("/api/v1")
    for parameter in route.dependant.path_params:
        path = path.replace(f"{{{parameter.alias}}}", str(uuid4()))
    return path


async def test_machines_read_the_tables_that_their_operations_read_and_no_other(
    api: Api, database: CountingConnection, connection: AsyncConnection
) -> None:
    found: set[str] = set()
    for route in _readable():
        with counted(database) as seen:
            await api.as_(HERE.manager).get(_path(route))
        assert seen.views or route.name in CONSTANT, route.name
        for view in seen.views:
            found |= relations(await planned(connection, view.bare))
    assert found - PUBLIC_TABLES == READ
