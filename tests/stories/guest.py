"""A client that knows the contract alone: it walks by links, with the bodies of the examples.

It takes the day and the role from an example, the ids from the answers that it gets, and the next
operation with its parameters from the link that leads on.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from httpx import Response

from tests.factories.api import Api
from tests.factories.people import HERE
from tests.stories.contract import CONTRACT, Operation
from tests.stories.names import at, texts

SIGNED_IN = {"social_worker": HERE.social_worker, "assistant": HERE.assistant} | {
    "manager": HERE.manager
}


@dataclass(frozen=True, slots=True)
class Visited:
    """One call that went well: what the expressions of links speak of."""

    operation: Operation
    path: dict[str, str]
    answer: Response

    def value(self, expression: str) -> str:
        """Evaluate a runtime expression (OpenAPI 3.1, Link Object)."""
        place, _, name = expression.partition("#")
        if place == "$response.body":
            return str(at(self.answer.json(), name))
        kind, _, name = expression.rpartition(".")
        found = {"$response.header": self.answer.headers, "$request.path": self.path}[kind][name]
        return str(found)

    def onward(self) -> tuple[str, dict[str, str]] | None:
        """Return where the main way leads from here, with the parameters that are known."""
        links = self.operation.success[1].get("links", {})
        for link in links.values():
            if link.get("x-main-way"):
                known = link.get("parameters", {})
                return link["operationId"], {n: self.value(said) for n, said in known.items()}
        return None


class Guest:
    """Somebody who walks; `ids` holds which id of an example stands for which real one."""

    def __init__(self, api: Api) -> None:
        """Begin without any knowledge."""
        self.api = api
        self.ids: dict[str, str] = {}

    async def walk(self, first: str) -> list[Visited]:
        """Follow the main way from an operation to its end."""
        visited = [await self.call(first, {})]
        while onward := visited[-1].onward():
            visited.append(await self.call(*onward))
        return visited

    async def call(self, name: str, known: dict[str, str]) -> Visited:
        """Call an operation with its example's content."""
        operation = CONTRACT[name]
        shown = _example(operation.success[1])
        self.api.clock.go_to(date.fromisoformat(shown["x-today"]))
        person = SIGNED_IN[shown["x-role"]]
        headers = self.api.as_(person).headers()
        if operation.takes("Idempotency-Key"):
            headers["idempotency-key"] = str(uuid4())
        async with self.api.client() as client:
            if operation.takes("If-Match"):
                version = known.pop("If-Match", None)
                if version is None:
                    url = operation.version_of(known)
                    version = (await client.get(url, headers=headers)).headers["etag"]
                headers["if-match"] = version
            body = None
            if operation.body:
                headers["content-type"] = operation.body
                body = self._real(_example(operation.said["requestBody"])["value"])
            url = operation.address(known)
            answer = await client.request(operation.method, url, headers=headers, content=body)
        assert answer.status_code == operation.success[0], f"{name}: {answer.text}"
        self._learn(shown["value"], answer.json())
        return Visited(operation, known, answer)

    def _real(self, content: Any) -> str:
        """Write a body with the ids that are real here."""
        text = json.dumps(content)
        for told, real in self.ids.items():
            text = text.replace(told, real)
        return text

    def _learn(self, told: Any, real: Any) -> None:
        """Note which id stands where the example shows one."""
        here = dict(texts(real))
        for pointer, value in texts(told):
            if pointer.endswith("id"):
                self.ids[value] = here[pointer]


def _example(part: dict[str, Any]) -> dict[str, Any]:
    """Return the first example of a body or an answer."""
    (content,) = part["content"].values()
    found: dict[str, Any] = next(iter(content["examples"].values()))
    return found
