"""What one answer leaves empty that another one fills, by the names of the contract."""

from collections.abc import Iterator
from typing import Any

from tests.stories.contract import DOCUMENT

# They speak of who reads, not of what is read.
OF_THE_READER = frozenset({"allowed_actions", "on_behalf_of"})


def masked(shown: Any, whole: Any, answer: dict[str, Any]) -> set[str]:
    """Name the fields (schema.property) that are empty in `shown` and filled in `whole`."""
    (media,) = answer["content"].values()
    return set(_masked(shown, whole, media["schema"], ""))


def _masked(shown: Any, whole: Any, schema: dict[str, Any], name: str) -> Iterator[str]:
    name, schema = _plain(schema, name)
    if isinstance(shown, dict) and isinstance(whole, dict):
        for key, part in schema.get("properties", {}).items():
            if key in OF_THE_READER:
                continue
            theirs, others = shown.get(key), whole.get(key)
            if _empty(theirs) and not _empty(others):
                yield f"{name}.{key}"
            yield from _masked(theirs, others, part, name)
    elif isinstance(shown, list) and isinstance(whole, list):
        for theirs, others in _pairs(shown, whole):
            yield from _masked(theirs, others, schema.get("items", {}), name)


def _plain(schema: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """Follow a reference, also where the value may be null."""
    for choice in schema.get("anyOf", [schema]):
        if "$ref" in choice:
            name = choice["$ref"].rpartition("/")[2]
            return name, DOCUMENT["components"]["schemas"][name]
        if choice.get("type") in {"array", "object"}:
            return name, choice
    return name, schema


def _pairs(shown: list[Any], whole: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair items by their ids: the one list may have rows that the other has not."""
    known = {item["id"]: item for item in whole if isinstance(item, dict) and "id" in item}
    for item in shown:
        if isinstance(item, dict) and item.get("id") in known:
            yield item, known[item["id"]]


def _empty(value: Any) -> bool:
    return value is None or value == []
