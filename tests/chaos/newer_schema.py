"""A plugin for the tests of the release before: their databases have the schema of this release.

It is copied into that release's sources, beside its own `tests`.
"""

import os
from pathlib import Path

from tests.factories import databases

SCHEMA = "ASYSTA_NEWER_SCHEMA"


def schema_of_now(_: object) -> list[str]:
    """Return the SQL of this release in the place of the statements of that one's catalogue."""
    return [Path(os.environ[SCHEMA]).read_text(encoding="utf-8")]


if SCHEMA in os.environ:
    vars(databases)["schema_sql"] = schema_of_now
