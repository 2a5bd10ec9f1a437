"""Hostile input: nothing makes the server fail, and nothing that came in comes out again."""

import json
import logging
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy.exc import ProgrammingError

from app.domain.centres import service
from app.domain.fields import Day
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE

SETTINGS = "/centre/settings"
JSON = {"content-type": "application/json"}
PESEL = "90020212345"  # fits its control digit or not: in a wrong place it is refused either way
LARGEST = 262_144
KEY = {"idempotency-key": "a-key-of-this-test"}


def _settings(**changes: Any) -> dict[str, Any]:
    return {"valid_from": "2026-05-01"} | changes


def _deep(levels: int, left: str, right: str) -> bytes:
    return f'{{"valid_from":"2026-05-01","duty_hours":{left * levels}1{right * levels}}}'.encode()


async def _post(api: Api, content: Any, path: str = SETTINGS) -> Any:
    return await api.as_(HERE.manager).send("POST", path, content=content, headers=JSON)


# Too large.


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PUT"])
@pytest.mark.parametrize("path", ["/centre/settings", "/sessions/current", "/sessions", "/nothing"])
async def test_a_body_that_is_too_large_is_refused_before_anything_happens(
    api: Api, method: str, path: str
) -> None:
    caller = api.as_(HERE.manager)
    answer = await caller.send(method, path, content=b" " * (LARGEST + 1), headers=JSON)
    problem_of(answer, 413, "body_too_large")
    assert answer.headers["cache-control"] == "no-store"
    assert (await caller.get("/me")).status_code == 200, "the session must not have been ended"


async def test_a_body_of_unknown_length_is_counted(api: Api) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    problem_of(await _post(api, chunks()), 413, "body_too_large")


async def test_a_body_at_the_limit_is_read(api: Api) -> None:
    body = json.dumps(_settings()).encode()
    assert (await _post(api, body.ljust(LARGEST))).status_code == 201


SAID = b'{"centre":"tu","login":"90020212345","password":"x"}'
HOST = b"POST /api/v1/sessions HTTP/1.1\r\nHost: asysta\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("headers", "statuses"),
    [
        (b"Content-Length: %d" % (len(SAID) + 10), {None}),  # the rest never comes
        (b"Content-Length: %d" % (len(SAID) - 10), {400}),
        (b"Content-Length: %d\r\nContent-Length: 5" % len(SAID), {400}),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked", {400}),
        (b"Content-Length: -1", {400}),
        (b"Content-Length: many", {400}),
        (b"Transfer-Encoding: chunked", {400}),
    ],
)
def test_a_length_that_is_not_the_bodys_does_no_harm(
    server: str, headers: bytes, statuses: set[int | None]
) -> None:
    with socket.create_connection((urlsplit(server).hostname, urlsplit(server).port), 10) as sent:
        sent.sendall(HOST + headers + b"\r\n\r\n" + SAID)
        sent.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: sent.recv(65_536), b""))
    status = int(answer.split(b" ", 2)[1]) if answer else None
    assert status in statuses, answer
    assert PESEL.encode() not in answer
    assert httpx.get(f"{server}/health/live").status_code == 200


# Odd JSON.


@pytest.mark.parametrize("levels", [100, 990, 2_000, 20_000])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a":', "}")], ids=["list", "object"])
async def test_deep_json_is_refused(api: Api, levels: int, left: str, right: str) -> None:
    answer = await _post(api, _deep(levels, left, right))
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize(
    "number", ["9" * 18, "9" * 30, "-" + "9" * 400, "9" * 5_000, "1e400", "NaN", "-Infinity", "1e9"]
)
async def test_odd_numbers_are_refused(api: Api, number: str) -> None:
    answer = await _post(api, f'{{"valid_from":"2026-05-01","family_limit":{number}}}'.encode())
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize("said", [False, True, "0", "15", 1.5, 0, None, [], {}])
async def test_a_number_is_a_number(api: Api, said: object) -> None:
    answer = await api.as_(HERE.manager).post(SETTINGS, _settings(family_limit=said))
    problem_of(answer, 422, "invalid")


@pytest.mark.parametrize(
    "said",
    [
        *(0, 1, 20260501, 1.5, "", "0", "2026-05-01T10:00:00Z", "-86400", " 9999999"),
        # The first and the last one would be stored as -infinity and infinity.
        *("0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01"),
    ],
)
async def test_a_day_is_a_day(api: Api, said: object) -> None:
    answer = await api.as_(HERE.manager).post(SETTINGS, _settings(valid_from=said))
    problem_of(answer, 422, "invalid")


@pytest.mark.parametrize("said", ["1900-01-01", "2199-12-31"])
def test_a_day_of_three_centuries_is_taken(said: str) -> None:
    assert TypeAdapter(Day).validate_python(said).isoformat() == said


ODD_TEXTS = ["\\ud800", "\\udfff\\ud800", "\\u0000", "a\\u0000b", "\\u001b[2J", "\\u202e" * 200]


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_text_is_refused_as_a_value(api: Api, text: str) -> None:
    body = f'{{"centre":"dabrowa","login":"manager","password":"{text}","more":"{text}"}}'
    assert (await _post(api, body.encode(), "/sessions")).status_code == 422
    body = f'{{"centre":"{text}","login":"{text}","password":"x"}}'
    assert (await _post(api, body.encode(), "/sessions")).status_code == 422


@pytest.mark.parametrize("text", [*ODD_TEXTS, "x" * 5_000, PESEL, "a/b~c"])
async def test_an_odd_name_of_a_field_is_refused_and_not_echoed(api: Api, text: str) -> None:
    answer = await _post(api, f'{{"valid_from":"2026-05-01","{text}":1}}'.encode())
    problem = problem_of(answer, 422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} <= {"#", "#/?"}


async def test_an_odd_password_is_only_wrong(api: Api) -> None:
    said = {"centre": HERE.code, "login": "manager", "password": "a\u0000b"}
    problem_of(await api.as_(None).post("/sessions", said), 401, "wrong_credentials")


@pytest.mark.parametrize("query", ["%00", "%ff", "%ed%a0%80", PESEL, "a" * 5_000, "&&=&", "%"])
async def test_an_odd_query_is_refused_and_not_echoed(api: Api, query: str) -> None:
    async with api.client() as client:
        headers = api.as_(HERE.manager).headers()
        answer = await client.get(f"/api/v1/centre?{query}=1", headers=headers)
    assert answer.status_code == 422, answer.text
    assert PESEL not in answer.text
    assert len(answer.text) < 2_000


@pytest.mark.parametrize("part", ["%00", "%ff", "..%2f..", "'--", "0" * 5_000, PESEL, "%F0%9F"])
async def test_an_odd_path_is_refused(api: Api, part: str) -> None:
    async with api.client() as client:
        headers = api.as_(HERE.manager).headers()
        answer = await client.get(f"/api/v1/centre/settings/{part}", headers=headers)
    assert answer.status_code in {404, 422}, answer.text
    assert PESEL not in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", b"Bearer \xff\xfe"),
        ("authorization", b"Bearer"),
        ("authorization", b"Basic YTpi"),
        ("authorization", b"Bearer " + b"a" * 9_000),
        ("if-match", b"\xff"),
        ("accept-language", b"\xff\xfe"),
        ("content-length", b"-1"),
        ("content-length", b"9" * 60),
        ("content-length", b"\xb2"),
    ],
)
async def test_odd_headers_do_no_harm(api: Api, name: str, value: bytes) -> None:
    async with api.client() as client:
        answer = await client.get("/api/v1/me", headers=[(name.encode(), value)])
    problem_of(answer, 401, "not_signed_in")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.dictionaries(st.sampled_from(["valid_from", "family_limit", "duty_hours"]), _VALUES))
async def test_whatever_is_said_gets_an_answer(api: Api, said: dict[str, Any]) -> None:
    answer = await _post(api, json.dumps(said).encode())
    assert answer.status_code in {400, 422}, answer.text


# Nothing leaks.


def _all_logs(caplog: pytest.LogCaptureFixture, events: list[Any]) -> str:
    formatter = logging.Formatter()
    return "\n".join([*(formatter.format(r) for r in caplog.records), *(str(e) for e in events)])


@pytest.mark.rule("K1")
async def test_a_pesel_in_a_wrong_place_is_neither_answered_nor_logged(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="app")
    caller, said = api.as_(HERE.manager), _settings()
    with structlog.testing.capture_logs() as events:
        answers = [
            await caller.post(SETTINGS, said | {"pesel": PESEL}),
            await caller.post(SETTINGS, said | {PESEL: PESEL}),
            await caller.post(SETTINGS, said | {"family_limit": PESEL}),
            await caller.post(SETTINGS, said | {"valid_from": PESEL}),
            await caller.post(SETTINGS, said | {"works_from": PESEL}),
            await caller.post(SETTINGS, said | {"working_weekdays": [PESEL]}),
            await caller.post(SETTINGS, said | {"duty_hours": [{PESEL: {PESEL: PESEL}}]}),
            await caller.post(SETTINGS, [PESEL]),
            await caller.post(SETTINGS, said, headers={"idempotency-key": f"{PESEL} "}),
            await caller.get(f"/centre?pesel={PESEL}", hostile=True),
            await caller.get(f"/centre?{PESEL}", hostile=True),
            await caller.get(f"/centre/settings?cursor={PESEL}", hostile=True),
            await caller.get(f"/centre/settings/{PESEL}", hostile=True),
            await caller.get(f"/{PESEL}", hostile=True),
            await caller.send("PUT", f"/centre/settings/{PESEL}", hostile=True),
            await api.as_(None).post(
                "/sessions", {"centre": HERE.code, "login": PESEL, "password": PESEL}
            ),
            await api.as_(None).get("/me", headers={"authorization": f"Bearer {PESEL}"}),
        ]
    for answer in answers:
        assert answer.status_code >= 400
        assert PESEL not in answer.text, answer.text
        assert PESEL not in str(answer.headers)
    assert PESEL not in _all_logs(caplog, events)


@pytest.mark.parametrize(
    "failure",
    [
        ValueError(PESEL),
        RecursionError(PESEL),
        ProgrammingError(f"SELECT '{PESEL}'", {"pesel": PESEL}, Exception(PESEL)),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_mistake_of_ours_tells_nothing_and_stores_nothing(
    api: Api,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
) -> None:
    whole = service.change_settings

    async def broken(act: Any, said: Any) -> None:
        await whole(act, said)
        await act.flush()
        raise failure

    monkeypatch.setattr(service, "change_settings", broken)
    with structlog.testing.capture_logs() as events:
        answer = await api.as_(HERE.manager).post(SETTINGS, _settings(), headers=KEY)
    problem = problem_of(answer, 500, "our_error")
    assert PESEL not in answer.text
    assert PESEL not in _all_logs(caplog, events)
    (event,) = [event for event in events if event["event"] == "request_failed"]
    assert f"urn:uuid:{event['request_id']}" == problem["instance"]
    assert event["kind"] == type(failure).__name__
    assert answer.headers["x-request-id"] == event["request_id"]
    monkeypatch.undo()
    again = await api.as_(HERE.manager).post(SETTINGS, _settings(), headers=KEY)
    assert again.status_code == 201, "neither the row nor the key was kept"
