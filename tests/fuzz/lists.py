"""The contract with one more kind of link: from a list to the reading of what it holds.

A client reads a list and opens one of its items. The contract need not say so; the fuzzer walks
only where it is told.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.factories.contracts import resolved
from tests.factories.sources import ROOT

_SHOWS = re.compile(r".*/(?P<kind>[a-z-]+)/\{(?P<id>[a-z_]+)\}")
Part = dict[str, Any]


def with_list_links() -> Part:
    """Return the contract with a link from each list to the reading of its first item."""
    contract: Part = json.loads((ROOT / "openapi" / "v1.json").read_text(encoding="utf-8"))
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
