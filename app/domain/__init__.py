"""What the centre may and must do: a folder per capability, beside the words they share."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def rooms(name: str) -> Iterator[ModuleType]:
    """Import one room (`tables`, `rules` …) of every capability that has it."""
    for capability in iter_modules(__path__):
        if capability.ispkg:
            package = import_module(f"{__name__}.{capability.name}")
            if any(room.name == name for room in iter_modules(package.__path__)):
                yield import_module(f"{package.__name__}.{name}")
