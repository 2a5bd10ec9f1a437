"""Who may call what, of which rows and fields: the matrix, `openapi/authz-matrix.yaml`."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[3] / "openapi" / "authz-matrix.yaml"
# Words beside the roles of an operation, or of a field.
_WHY, _ANYONE, _MACHINES = "why", "anyone", "machines"
_SAID = frozenset({_WHY, _ANYONE, "pl", "en"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows by their relation to a person; `within` is what is visible beside them (403)."""

    name: str
    pl: str
    en: str
    within: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Access:
    """One operation: `rows` are each role's scopes, `why` ids of rules, `anyone` the reason.

    `machines` is the OAuth scope by which machine clients read under its tag.
    """

    operation: str
    tag: str
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    anyone: str | None = None
    machines: str | None = None

    def __str__(self) -> str:
        """Say it in a line."""
        if self.anyone:
            return f"Without signing in: {self.anyone}."
        said = (f"{role} ({', '.join(scopes)})" for role, scopes in self.rows.items())
        return f"Row scope: {', '.join(said)}; why: {', '.join(self.why)}."


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """A field of a schema that fewer read, or write, than reach its row or call its operation.

    `rows` are each role's scopes, as of an operation: outside of them the field is empty in an
    answer, and refused in a request. Machine clients are outside of all. `name` is schema.property.
    """

    name: str
    pl: str
    en: str
    rows: dict[str, tuple[str, ...]]
    why: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        """Return the schema and its property."""
        schema, _, name = self.name.partition(".")
        return schema, name


@cache
def fields() -> dict[str, FieldAccess]:
    """Return the fields that not everybody reads or writes, by name, in the order of the file."""
    return {name: _field(name, said) for name, said in _read()["fields"].items()}


def _field(name: str, said: dict[str, Any]) -> FieldAccess:
    return FieldAccess(name, said["pl"], said["en"], _rows(said), tuple(said[_WHY]))


def _rows(said: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {role: tuple(found) for role, found in said.items() if role not in _SAID}


@cache
def scopes() -> dict[str, Scope]:
    """Return what each row scope means."""
    return {
        name: Scope(name, said["pl"], said["en"], frozenset(said.get("within", ())))
        for name, said in _read()["scopes"].items()
    }


@cache
def matrix() -> dict[str, Access]:
    """Return the access to each operation, in the order of the file."""
    return {
        name: _access(name, tag, said, operations)
        for tag, operations in _read()["operations"].items()
        for name, said in operations.items()
        if name not in {_WHY, _MACHINES}
    }


def _access(name: str, tag: str, said: dict[str, Any], of_tag: dict[str, Any]) -> Access:
    why = tuple(said.get(_WHY, of_tag[_WHY]))
    return Access(name, tag, _rows(said), why, said.get(_ANYONE), of_tag.get(_MACHINES))


@cache
def _read() -> dict[str, Any]:
    # The C parser: the one in Python takes a tenth of a second for this file.
    with FILE.open(encoding="utf-8") as opened:
        found: dict[str, Any] = yaml.load(opened, Loader=yaml.CSafeLoader)
    return found
