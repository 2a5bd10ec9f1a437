"""Tells a story: sends the requests of the examples one after the other and compares the answers.

It knows no operation: where one is, what it demands and which version it wants, the contract says.
"""

import json
import os
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

import httpx
from httpx import Response

from tests.factories.api import Api
from tests.factories.people import ELSEWHERE, HERE, Person
from tests.stories.beforehand import BEFOREHAND
from tests.stories.contract import CONTRACT, Operation
from tests.stories.example import PEOPLE, Example, example
from tests.stories.names import Names

RECORDING = os.environ.get("ASYSTA_EXAMPLES") == "record"
_SPACE = UUID("6ba7b814-9dad-11d1-80b4-00c04fd430c8")
_SAME = {
    str(value)
    for town in (HERE, ELSEWHERE)
    for value in (town.id, town.district, town.other_district)
} | {
    str(value)
    for person in (*HERE.people, *ELSEWHERE.people)
    for value in (person.id, person.session_id)
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is ready to be sent; tests send it spoilt first."""

    operation: Operation
    person: Person | None
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def with_headers(self, **headers: str | None) -> "Call":
        """Return the call with other headers; None takes one out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {n: v for n, v in {**self.headers, **named}.items() if v is not None}
        return replace(self, headers=kept)

    def asking(self, **query: str) -> "Call":
        """Return the call with more query parameters."""
        return replace(self, url=str(httpx.URL(self.url).copy_merge_params(query)))

    @property
    def content(self) -> bytes | None:
        """Return the body as it is sent: bytes go as they are."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


class Teller:
    """Somebody who tells stories to one application."""

    def __init__(self, api: Api) -> None:
        """Begin with a book that knows the people of the centre: `@people/assistant`."""
        self.api = api
        self.prepared: set[str] = set()
        self.names = Names(same=_SAME)
        self.names.answers["people"] = {name: str(person.id) for name, person in PEOPLE.items()}
        self.names.answers["centre"] = {
            "id": str(HERE.id),
            "district": str(HERE.district),
            "other_district": str(HERE.other_district),
        }

    async def tell(self, *names: str) -> None:
        """Tell examples in their order; each answer must be the one in its file."""
        for name in names:
            self.compare(name, await self.send(await self.ready(name)))

    async def ready(self, name: str) -> Call:
        """Return an example's call, as it can be sent now."""
        told = example(name)
        self.api.clock.go_to(told.day)
        if name in BEFOREHAND and name not in self.prepared:
            self.prepared.add(name)
            await BEFOREHAND[name](self.api)
        operation = CONTRACT[told.operation]
        values = self.names.to_real(told.path or {})
        url = operation.address(values)
        headers: dict[str, str] = {}
        if operation.takes("Idempotency-Key"):
            headers["idempotency-key"] = str(uuid5(_SPACE, name))
        if operation.body:
            headers["content-type"] = operation.body
        call = Call(operation, told.person, url, headers, self.names.to_real(told.request))
        if told.query:
            call = replace(call, url=f"{url}?{urlencode(self.names.to_real(told.query))}")
        if operation.takes("If-Match"):
            read = await self.api.as_(call.person).get(operation.version_of(values))
            assert read.status_code == 200, f"{name}: {read.text}"
            return call.with_headers(if_match=read.headers["etag"])
        return call

    async def send(self, call: Call) -> Response:
        """Send a call."""
        async with self.api.client() as client:
            headers = self.api.as_(call.person).headers() | call.headers
            sent = [(name.encode(), value.encode()) for name, value in headers.items()]
            method = call.operation.method
            answer = await client.request(method, call.url, headers=sent, content=call.content)
        self.api.check_shape(method, call.url, answer)
        return answer

    def compare(self, name: str, answer: Response) -> None:
        """Hold an answer against its example; when recording, write it there."""
        told = example(name)
        kind = answer.headers.get("content-type")
        said = answer.json() if answer.content and kind == "application/json" else None
        assert answer.status_code < 300, f"{told.name}: {answer.text}"
        self.names.learn(told.name, said, self.api.clock.instant)
        said = self.names.to_told(said, self.api.clock.instant)
        if RECORDING:
            self._record(told, answer.status_code, said)
        assert told.status == answer.status_code
        shown = _part(said) if told.part else said
        assert told.response == shown, f"{told.name} answers otherwise: `make examples`, and look."

    def _record(self, told: Example, status: int, said: Any) -> None:
        for name in ("path", "query", "request"):
            real = self.names.to_real(getattr(told, name))
            setattr(told, name, self.names.to_told(real, self.api.clock.instant))
        told.status, told.response = status, _part(said) if told.part else said
        told.role = min(told.person.roles) if told.person else None
        told.save()


def _part(said: Any, longest: int = 2) -> Any:
    """Cut lists, and objects that are lists by another name, to their first entries."""
    if isinstance(said, list):
        return [_part(value, longest) for value in said[:longest]]
    if isinstance(said, dict):
        kept = list(said.items())
        if all(isinstance(value, list) for value in said.values()) and len(said) > longest:
            kept = kept[:longest]
        return {key: _part(value, longest) for key, value in kept}
    return said
