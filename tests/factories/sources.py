"""Reading the product's own sources, for tests that hold them to the rules of the house."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file of Python: its path from the root, its lines, its tree."""

    path: Path
    tree: ast.Module
    lines: int

    @property
    def name(self) -> str:
        """Return the path from the project's root."""
        return self.path.relative_to(ROOT).as_posix()

    def functions(self) -> Iterator[AnyFunction]:
        """Yield every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, AnyFunction):
                yield node

    def at(self, node: ast.AST) -> str:
        """Say where a node stands, so that an editor can jump there."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@cache
def sources(folder: Path = APP) -> tuple[Source, ...]:
    """Parse every file below a folder."""
    return tuple(_source(path) for path in sorted(folder.rglob("*.py")))


def _source(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, ast.parse(text), text.count("\n"))


def rooms_named(*names: str) -> list[Source]:
    """Return the rooms of these names of every capability: `rooms_named("rules")`."""
    domain = APP / "domain"
    return [
        source
        for source in sources()
        if source.path.parent.parent == domain and source.path.stem in names
    ]


def length(function: AnyFunction) -> int:
    """Count the lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Yield what a file imports by full name: `app.domain.law.Rule`, `datetime`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def called(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the dotted name of what is called: `datetime.now`, `x.y().commit`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


@cache
def named_tests(path: str) -> frozenset[str]:
    """Name the tests of a file, by its path from the root."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, AnyFunction))
