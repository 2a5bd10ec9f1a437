"""The contract as the fuzzer reads it.

One more kind of link, from a list to the reading of what it holds: a client reads a list and opens
one of its items. The contract need not say so; the fuzzer walks only where it is told. And no
examples of answers: it would take their ids, which are nobody's here, for rows that are there.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.factories.contracts import resolved
from tests.factories.sources import ROOT

_SHOWS = re.compile(r".*/(?P<kind>[a-z-]+)/\{(?P<id>[a-z_]+)\}")
Part = dict[str, Any]


def to_fuzz() -> Part:
    """Return the contract: each list links to its first item, no answer has an example."""
    contract: Part = json.loads((ROOT / "openapi" / "v1.json").read_text(encoding="utf-8"))
    for item in contract["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for content in resolved(contract, answer).get("content", {}).values():
                    content.pop("examples", None)
    for listing, show, name in pairs(contract):
        answer = resolved(contract, listing["responses"]["200"])
        answer.setdefault("links", {})["first"] = {
            "operationId": show["operationId"],
            "parameters": {name: "$response.body#/items/0/id"},
        }
    return contract


def pairs(contract: Part) -> Iterator[tuple[Part, Part, str]]:
    """Yield each list, the operation that shows one of its items, and the name of its parameter."""
    shows = {
        found["kind"]: (item["get"], found["id"])
        for path, item in contract["paths"].items()
        if "get" in item and (found := _SHOWS.fullmatch(path)) and path.count("{") == 1
    }
    for path, item in contract["paths"].items():
        show, name = shows.get(path.rpartition("/")[2], ({}, ""))
        if "get" in item and show.get("tags") == item["get"]["tags"]:
            yield item["get"], show, name
