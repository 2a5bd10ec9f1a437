"""The hostile corpus at every operation of the contract: refused, not echoed, nothing stored."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from httpx import Response

from tests.factories.api import Api, problem_of
from tests.factories.hostile import (
    LARGEST,
    LONG,
    MARK,
    bodied,
    example,
    fields,
    hostile_bodies,
)
from tests.factories.people import HERE, Person, World
from tests.factories.stored import rows
from tests.stories.contract import CONTRACT, DOCUMENT, Operation

PEOPLE = {
    "manager": HERE.manager,
    "social_worker": HERE.social_worker,
    "assistant": HERE.assistant,
    "foster_care_coordinator": HERE.coordinator,
    "administrator": HERE.administrator,
}
# A wrong password or code is counted (S3); every other operation leaves the count as it was.
GUESSED = {"sign_in", "change_password", "finish_password_reset", "remove_second_factor"}
GUESSED |= {"begin_second_factor", "confirm_second_factor"}
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
IN_A_QUERY = ("%00", "%ed%a0%80", "%1b[2J", f"{MARK}x", "a" * 5_000, "1" + "0" * 400, "NaN", "''--")
IN_A_PATH = ("%00", "%ff", "..%2f..", "'--", "0" * 5_000, MARK, "%F0%9F", "%ed%a0%80", "%0a")
Sender: TypeAlias = Callable[..., Coroutine[Any, Any, Response]]


def _each(operations: Iterable[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "operation", [pytest.param(operation, id=operation.id) for operation in operations]
    )


def _who(operation: Operation) -> Person:
    """Return the first of the people who may."""
    return next(person for role, person in PEOPLE.items() if role in operation.said["x-roles"])


@asynccontextmanager
async def _sender(api: Api, operation: Operation) -> AsyncIterator[Sender]:
    """Yield a way to send as somebody who may, to ids that nobody has."""
    person = None if operation.open else _who(operation)
    headers = api.as_(person).headers() | {"idempotency-key": "hostile-0001", "if-match": '"1"'}
    if operation.body:
        headers["content-type"] = operation.body
    nobodys = operation.address(dict.fromkeys(operation.parameters, str(uuid4())))
    async with api.client() as client:

        async def send(
            content: Any = None, *, method: str = operation.method, address: str = nobodys
        ) -> Response:
            headers["idempotency-key"] = f"hostile-{uuid4()}"
            return await client.request(method, address, content=content, headers=headers)

        yield send


def _refused(answer: Response, what: str, *statuses: int) -> None:
    assert answer.status_code in statuses, f"{what}: {answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json", what
    assert MARK not in answer.text, f"{what} is echoed"
    assert MARK not in str(answer.headers), f"{what} is echoed"
    assert len(answer.text) < 40_000, what


@_each(bodied())
async def test_no_hostile_body_gets_in(api: Api, world: World, operation: Operation) -> None:
    before = await rows(world)
    async with _sender(api, operation) as send:
        for what, body in hostile_bodies(operation):
            _refused(await send(body), what, 400, 401, 422)
    after = await rows(world)
    if operation.id in GUESSED:
        before["attempt"] = after["attempt"]
    if operation.id == "sign_in":  # that somebody tried is on record
        before["audit_entry"] = after["audit_entry"]
    assert after == before


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(30):
        yield b" " * 10_000


@_each(CONTRACT.values())
async def test_no_body_that_is_too_large_gets_in(api: Api, operation: Operation) -> None:
    async with _sender(api, operation) as send:
        problem_of(await send(b" " * (LARGEST + 1)), 413, "body_too_large")
        if operation.body:
            problem_of(await send(_chunks()), 413, "body_too_large")


@_each(operation for operation in CONTRACT.values() if operation.queries)
async def test_no_hostile_query_gets_in(api: Api, operation: Operation) -> None:
    nobodys = operation.address(dict.fromkeys(operation.parameters, str(uuid4())))
    async with _sender(api, operation) as send:
        for name in operation.queries:
            for said in IN_A_QUERY:
                answer = await send(address=f"{nobodys}?{name}={said}")
                _refused(answer, f"{name}={said[:20]}", 422)


@_each(CONTRACT.values())
async def test_no_unknown_parameter_is_echoed(api: Api, operation: Operation) -> None:
    nobodys = operation.address(dict.fromkeys(operation.parameters, str(uuid4())))
    async with _sender(api, operation) as send:
        for name in (MARK, "%00", "%ff", "%ed%a0%80", "a" * 5_000, "&&=&"):
            _refused(await send(address=f"{nobodys}?{name}={MARK}"), name[:20], 422)


@_each(operation for operation in CONTRACT.values() if "{" in operation.path)
async def test_no_hostile_path_gets_in(api: Api, operation: Operation) -> None:
    async with _sender(api, operation) as send:
        for part in IN_A_PATH:
            address = operation.address(dict.fromkeys(operation.parameters, part))
            _refused(await send(address=address), part[:20], 404, 422)


@pytest.mark.parametrize("path", DOCUMENT["paths"])
async def test_what_a_path_does_not_take_is_refused_with_what_it_takes(api: Api, path: str) -> None:
    taken = {operation.method for operation in CONTRACT.values() if operation.path == path}
    allowed = taken | ({"HEAD"} if "GET" in taken else set())
    operation = next(operation for operation in CONTRACT.values() if operation.path == path)
    async with _sender(api, operation) as send:
        for verb in sorted((VERBS | {"HEAD"}) - allowed):
            answer = await send(method=verb)
            assert answer.status_code == 405, f"{verb}: {answer.status_code} {answer.text}"
            assert set(answer.headers["allow"].split(", ")) == allowed
            if verb != "HEAD":
                problem_of(answer, 405, "method_not_allowed")


@_each(operation for operation in CONTRACT.values() if operation.method == "GET")
async def test_head_answers_like_get_without_a_body(api: Api, operation: Operation) -> None:
    async with _sender(api, operation) as send:
        got, head = await send(), await send(method="HEAD")
    assert (head.status_code, head.content) == (got.status_code, b"")
    told = ("content-type", "content-length", "etag", "cache-control", "link")
    assert [head.headers.get(name) for name in told] == [got.headers.get(name) for name in told]


def _said(operation: Operation, name: str, note: str) -> bytes:
    return json.dumps(example(operation) | {name: note}).encode()


NOTES = [
    pytest.param(operation, name, id=f"{operation.id}-{name}")
    for operation in bodied()
    for name, schema in fields(operation)
    if schema.get("maxLength") == len(LONG)
]


@pytest.mark.parametrize(("operation", "name"), NOTES)
async def test_a_note_may_be_long_and_hold_what_people_write(
    api: Api, operation: Operation, name: str
) -> None:
    assert len(LONG) == 20_000
    async with _sender(api, operation) as send:
        taken = await send(_said(operation, name, LONG))
        refused = await send(_said(operation, name, LONG + "ż"))
    assert taken.status_code in {200, 201, 404, 409}, taken.text
    errors = problem_of(refused, 422, "invalid")["errors"]
    assert [error["pointer"] for error in errors] == [f"#/{name}"]
