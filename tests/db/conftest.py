"""A database with rows in every table, for the tests of row security."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.factories.every_table import connected, filled_database


@pytest.fixture(scope="session")
def filled_url(superuser_url: str, request: pytest.FixtureRequest) -> str:
    """Return the superuser's address of a database with rows in every table."""
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return asyncio.run(filled_database(superuser_url, f"asysta_{worker_id}_filled"))


@pytest.fixture(scope="module")
async def superuser(filled_url: str) -> AsyncIterator[Any]:
    """Return a connection to it for the tests of one file; each takes back what it has done."""
    async with connected(filled_url) as connection:
        yield connection
