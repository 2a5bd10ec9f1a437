"""Walking the contract's document: its operations, its references, the schemas within schemas."""

from collections.abc import Iterator
from typing import Any, TypeAlias

Part: TypeAlias = dict[str, Any]
SCHEMAS = "#/components/schemas/"


def operations(found: Part) -> Iterator[Part]:
    """Yield every operation of the document."""
    for verbs in found["paths"].values():
        yield from verbs.values()


def references(part: Any) -> Iterator[str]:
    """Yield every reference within a part of the document."""
    for part_that_refers in referring(part):
        yield part_that_refers["$ref"]


def referring(part: Any) -> Iterator[Part]:
    """Yield every part that is a reference, so that it can be changed."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from referring(value)


def within(schema: Part) -> Iterator[Part]:
    """Yield a schema and all within it; what it refers to stands elsewhere."""
    yield schema
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    parts += [schema.get("items"), schema.get("additionalProperties")]
    for part in parts:
        if isinstance(part, dict):
            yield from within(part)
