"""One set of data at scale for all tests that look at it."""

import pytest

from tests.factories.scale import MEASURES, LoadedSet, load_set


@pytest.fixture(scope="session")
def loaded(superuser_url: str, database_url: str) -> LoadedSet:
    """Load a set into a database of its own; what tests write there, no other test counts."""
    return load_set(superuser_url, database_url, "scale", **MEASURES)
