"""The stories: which examples follow which. A module of this folder may add its own `STORIES`."""

from importlib import import_module
from pathlib import Path

_MODULES = ("main_way", "branches", "care", "office", "reading", "rights", "staff")
CHAPTERS: dict[str, tuple[str, ...]] = {}
for _module in _MODULES:
    if Path(__file__).with_name(f"{_module}.py").exists():
        CHAPTERS |= import_module(f"tests.stories.{_module}").STORIES
