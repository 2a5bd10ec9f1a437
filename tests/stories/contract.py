"""The contract as a client reads it: its operations, with shared parts put in their places."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.api.contract.walk import references
from tests.factories.sources import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi" / "v1.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Operation:
    """One operation; `said` is its part of the document."""

    id: str
    method: str
    path: str
    said: dict[str, Any]

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return the parameters by name."""
        found = [shared(parameter) for parameter in self.said.get("parameters", ())]
        return {parameter["name"]: parameter for parameter in found}

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers by status."""
        return {status: shared(answer) for status, answer in self.said["responses"].items()}

    @cached_property
    def success(self) -> tuple[int, dict[str, Any]]:
        """Return the status of the good answer, and the answer."""
        (status,) = (status for status in self.answers if status < "300")
        return int(status), self.answers[status]

    @property
    def body(self) -> str | None:
        """Return the media type of the body; None: it takes none."""
        if "requestBody" not in self.said:
            return None
        (kind,) = self.said["requestBody"]["content"]
        return str(kind)

    @property
    def queries(self) -> list[str]:
        """Return the names of the query parameters."""
        return [name for name, said in self.parameters.items() if said["in"] == "query"]

    @property
    def open(self) -> bool:
        """Tell whether nobody needs to be signed in."""
        return not self.said["security"]

    def takes(self, parameter: str) -> bool:
        """Tell whether there is such a parameter."""
        return parameter in self.parameters

    def address(self, values: dict[str, str]) -> str:
        """Fill the path."""
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], self.path)

    def version_of(self, values: dict[str, str]) -> str:
        """Return the address whose ETag a command wants."""
        return CONTRACT[self.said["x-version-of"]].address(values)


def shared(part: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter or answer itself, where an operation only refers to it."""
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    found: dict[str, Any] = DOCUMENT["components"][kind][name]
    return found


def names_in(part: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of all properties in a part of the contract, through its references."""
    if isinstance(part, list):
        return {name for value in part for name in names_in(value, seen)}
    if not isinstance(part, dict):
        return set()
    found = {str(name) for name in part.get("properties", ())}
    reference = part.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        kind, name = reference.split("/")[-2:]
        found |= names_in(DOCUMENT["components"][kind][name], seen | {reference})
    kept = (value for key, value in part.items() if key not in {"example", "examples", "headers"})
    return found | {name for value in kept for name in names_in(value, seen)}


def schemas_in(part: Any, seen: set[str] | None = None) -> set[str]:
    """Return the names of all schemas that a part of the contract refers to, through each other."""
    seen = set() if seen is None else seen
    for reference in set(references(part)) - seen:
        seen.add(reference)
        kind, name = reference.split("/")[-2:]
        schemas_in(DOCUMENT["components"][kind][name], seen)
    return {reference.rpartition("/")[2] for reference in seen}


CONTRACT: dict[str, Operation] = {
    said["operationId"]: Operation(said["operationId"], verb.upper(), path, said)
    for path, verbs in DOCUMENT["paths"].items()
    for verb, said in verbs.items()
}
