"""The stories: which examples follow which. A module of this folder may add its own `STORIES`."""

from importlib import import_module
from pathlib import Path

from tests.stories.main_way import MAIN_WAY

_MODULES = ("branches", "care", "office", "reading", "staff")
CHAPTERS: dict[str, tuple[str, ...]] = {"main_way": MAIN_WAY}
for _module in _MODULES:
    if Path(__file__).with_name(f"{_module}.py").exists():
        CHAPTERS |= import_module(f"tests.stories.{_module}").STORIES
