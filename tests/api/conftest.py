"""The application with an identity provider, and a browser that signs in by it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.databases import OneConnection
from tests.factories.provider import Browser, Played, link, playing, write_file


@pytest.fixture
def played() -> Iterator[Played]:
    """Play a provider."""
    with playing() as provider:
        yield provider


@pytest.fixture
def demands() -> dict[str, Any]:
    """Return what the office demands of its provider: nothing, unless a test says so."""
    return {}


@pytest.fixture
def federated(
    settings: Settings,
    database: OneConnection,
    clock: TestClock,
    played: Played,
    tmp_path: Path,
    demands: dict[str, Any],
) -> Api:
    """Return the application with an identity provider of the centre."""
    file = write_file(tmp_path, played.issuer, **demands)
    ours = settings.model_copy(update={"oidc_file": file})
    return Api(create_app(ours, database=database, clock=clock), clock)


@pytest.fixture
async def browser(federated: Api, played: Played) -> Browser:
    """Return the browser of the assistant, whose identity is linked."""
    await link(federated, played.issuer)
    return Browser(federated)
