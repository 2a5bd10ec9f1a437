"""The contract's document as the code makes it, for tests that read it."""

import json
from typing import Any

from tests.factories.routes import unconnected

Part = dict[str, Any]
DOCUMENT: Part = json.loads(json.dumps(unconnected().openapi()))
COMPONENTS: Part = DOCUMENT["components"]


def said_operations() -> list[Part]:
    """Return every operation of the document."""
    return [operation for verbs in DOCUMENT["paths"].values() for operation in verbs.values()]


def shared(part: Part) -> Part:
    """Return a parameter or answer itself, where an operation only refers to it."""
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    found: Part = COMPONENTS[kind][name]
    return found
