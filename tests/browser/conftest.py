"""A fresh browser per test: nobody signed in, nothing stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.factories.browsing import chromium


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    """Start a browser that prefers Polish."""
    with chromium(tmp_path / "profile") as running:
        yield running
