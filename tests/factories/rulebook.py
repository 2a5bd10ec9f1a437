"""The rule book as the code declares it: rules, refusals, terms, and the tests that hold them."""

import ast
import sys
from collections.abc import Iterator
from functools import cache

from app.domain import law, rooms
from app.domain.errors import Refusal
from app.domain.law import Act, Rule
from app.domain.terms import Term, all_terms
from tests.factories.sources import ROOT, Source, sources


def declared_rules() -> list[tuple[str, Rule]]:
    """Return every rule object once, with the module that declares it (others import it)."""
    found: dict[int, tuple[str, Rule]] = {}
    for room in rooms("rules"):
        for value in vars(room).values():
            if isinstance(value, Rule):
                found.setdefault(id(value), (room.__name__, value))
    return list(found.values())


def refusals() -> list[type[Refusal]]:
    """Return every refusal that a module of the product declares under its own name."""
    list(rooms("rules"))
    found = [kind for kind in _below(Refusal) if kind.__module__.startswith("app.")]
    named = [k for k in found if getattr(sys.modules[k.__module__], k.__name__, None) is k]
    return sorted(set(named), key=lambda kind: (kind.__module__, kind.__name__))


def _below(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)


def terms() -> list[type[Term]]:
    """Return every closed list of the product."""
    list(rooms("rules"))
    list(rooms("tables"))
    return [term for term in all_terms() if term.__module__.startswith("app.")]


def acts() -> list[Act]:
    """Return the acts that the product cites."""
    return [value for value in vars(law).values() if isinstance(value, Act)]


@cache
def marked_rules() -> dict[str, list[str]]:
    """Return the ids in `@pytest.mark.rule("…")`, each with the places of its tests."""
    found: dict[str, list[str]] = {}
    for source in sources(ROOT / "tests"):
        for node in ast.walk(source.tree):
            for rule_id in _marks(node):
                found.setdefault(rule_id, []).append(_place(source, node))
    return found


def _marks(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
        for argument in node.args:
            assert isinstance(argument, ast.Constant), "write the rule's id itself into the mark"
            yield str(argument.value)


def _place(source: Source, node: ast.AST) -> str:
    return source.at(node)
