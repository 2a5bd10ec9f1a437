"""Serve a demo centre on a throw-away database, for clients to be tried on."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.db.embedded import embedded_server
from tests.factories.databases import new_database
from tests.factories.serving import served


@contextmanager
def throw_away() -> Iterator[str]:
    """Yield the server's address; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="asysta-served-") as made:
        folder = Path(made)
        with embedded_server(folder / "pg", durable=False) as postgres:
            url = asyncio.run(new_database(postgres.superuser_url, "served"))
            with served(url, folder) as address:
                yield address
