"""The log: a line per request with ids, and nothing that anybody has said."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from pyotp import TOTP

from app.api import logs
from app.domain.attempts.rules import FREE
from app.domain.centres import service
from tests.factories.accounts import PASSWORD, make_login, sign_in
from tests.factories.api import Api
from tests.factories.clock import TestClock
from tests.factories.families import MARIA, record, said, search
from tests.factories.machines import machine
from tests.factories.people import HERE, World

SECRET = "Żółkiewska 90020312344"
PLACE = {"event", "level", "logger", "at", "timestamp"}
LINE = {
    *("event", "level", "timestamp", "request_id"),
    *("operation", "status", "duration_ms", "account_id"),
}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Log into memory as the served application does; put the log back afterwards."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    opened = io.StringIO()
    logs.configure(opened)
    yield opened
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_line_tells_operation_account_status_and_duration(
    api: Api, stream: io.StringIO
) -> None:
    answer = await api.as_(HERE.social_worker).get("/centre")
    (line,) = _lines(stream)
    assert line.keys() == LINE
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["account_id"] == str(HERE.social_worker.id)
    assert (line["event"], line["operation"], line["status"]) == ("request", "show_centre", 200)
    assert 0 < line["duration_ms"] < 60_000


async def test_nobody_signed_in_is_nobody(api: Api, stream: io.StringIO) -> None:
    await api.as_(None).get("/centre")
    (line,) = _lines(stream)
    assert (line["status"], line["account_id"]) == (401, None)


async def test_what_is_refused_leaves_a_line_too(api: Api, stream: io.StringIO) -> None:
    await api.as_(HERE.assistant).post("/centre/settings", {})
    await api.as_(HERE.assistant).get(f"/families/{uuid4()}")
    said = {"centre": HERE.code, "login": "nikt", "password": SECRET}
    await api.as_(None).post("/sessions", said)
    told = [(line["operation"], line["status"], line["account_id"]) for line in _lines(stream)]
    who = str(HERE.assistant.id)
    assert told == [
        ("change_settings", 403, who),
        ("show_family", 404, who),
        ("sign_in", 401, None),
    ]


# What there is to watch for (ASVS 16.3): in the one line of its request.


def _watched(stream: io.StringIO) -> list[tuple[str, str, dict[str, Any]]]:
    """Take the lines with something to watch for: what, how loudly, and the fields that say it."""
    found = [line for line in _lines(stream) if "security" in line]
    stream.seek(0)
    stream.truncate()
    return [
        (
            line["security"],
            line["level"],
            {name: line[name] for name in ("refusal", "way", "network") if name in line}
            | {"who": line["account_id"]},
        )
        for line in found
    ]


async def test_signing_in_says_its_way_and_whose_account_it_is(
    api: Api, world: World, clock: TestClock, stream: io.StringIO
) -> None:
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    login = await make_login(world)
    who = str(login.account)
    await sign_in(api, login)
    assert _watched(stream) == [("signed_in", "info", {"way": "password", "who": who})]
    await api.as_(None).post("/sessions", login.said(password="x"))
    await api.as_(None).post("/sessions", login.said(login="nikt"))
    failed = {"refusal": "wrong_credentials", "way": "password"}
    assert _watched(stream) == [
        ("sign_in_failed", "warning", failed | {"who": who}),
        ("sign_in_failed", "warning", failed | {"who": None, "network": "127.0.0.1"}),
    ]
    for _ in range(FREE):
        await api.as_(None).post("/sessions", login.said(password="x"))
    *_, (what, level, said) = _watched(stream)
    assert (what, level, said["refusal"]) == ("throttled", "warning", "too_many_attempts")
    assert said["network"] == "127.0.0.1"


async def test_no_header_keeps_a_failed_sign_in_out_of_the_log(
    api: Api, stream: io.StringIO
) -> None:
    odd: dict[str, Any] = {"accept-language": "en;q=²".encode("latin-1")}
    said = {"centre": HERE.code, "login": "nikt", "password": "x"}
    await api.as_(None).post("/sessions", said, headers=odd)
    ((what, _, _),) = _watched(stream)
    assert what == "sign_in_failed"


async def test_signing_in_with_a_second_factor_says_so(
    api: Api, world: World, clock: TestClock, stream: io.StringIO
) -> None:
    clock.instant = datetime.fromtimestamp(datetime.now(UTC).timestamp() // 30 * 30, UTC)
    login = await make_login(world)
    bearer = {"authorization": f"Bearer {(await sign_in(api, login))['access_token']}"}
    own = api.as_(None)
    said = {"present_password": PASSWORD}
    begun = await own.post("/me/second-factor", said, headers=bearer)
    totp = TOTP(begun.json()["secret"])
    code = {"code": totp.at(clock.instant)}
    await own.post("/me/second-factor/confirmation", code, headers=bearer)
    clock.instant += timedelta(seconds=30)
    _watched(stream)
    await own.post("/sessions", login.said())
    await own.post("/sessions", login.said(code="000000"))
    await own.post("/sessions", login.said(code=totp.at(clock.instant)))
    assert [(what, said.get("refusal"), said["way"]) for what, _, said in _watched(stream)] == [
        ("sign_in_failed", "second_factor_needed", "password"),
        ("sign_in_failed", "second_factor_wrong", "password"),
        ("signed_in", None, "password_and_code"),
    ]


async def test_a_machine_signs_in_by_its_secret(api: Api, stream: io.StringIO) -> None:
    system = await machine(api)
    _watched(stream)
    await system.token()
    await system.ask(client_secret="x")
    (good, _, known), (bad, level, unknown) = _watched(stream)
    assert (good, known) == ("signed_in", {"way": "client_secret", "who": system.id})
    assert (bad, level) == ("sign_in_failed", "warning")
    assert unknown["refusal"] == "invalid_client"
    assert unknown["who"] is None


async def test_what_is_refused_is_told_by_its_code(api: Api, stream: io.StringIO) -> None:
    who = str(HERE.assistant.id)
    await api.as_(HERE.assistant).get("/centre")
    await api.as_(HERE.assistant).post("/centre/settings", {})
    await api.as_(HERE.manager).post("/centre/settings", {"pesel": MARIA})
    await api.as_(None).get("/centre")
    told = _watched(stream)
    assert [(what, level, said.get("refusal")) for what, level, said in told] == [
        ("access_refused", "warning", "not_your_role"),
        ("input_refused", "info", "invalid"),
        ("access_refused", "warning", "not_signed_in"),
    ]
    assert [said["who"] for *_, said in told] == [who, str(HERE.manager.id), None]
    assert "network" in told[2][2]


async def test_what_the_office_changes_is_told(api: Api, stream: io.StringIO) -> None:
    await api.as_(HERE.manager).post("/centre/settings", {"valid_from": "2026-05-01"})
    await api.as_(HERE.manager).get("/staff")
    assert _watched(stream) == [("administered", "info", {"who": str(HERE.manager.id)})]


async def test_times_are_in_utc(api: Api, stream: io.StringIO) -> None:
    await api.as_(HERE.manager).get("/centre")
    logging.getLogger("app").error("told")
    for line in _lines(stream):
        at = datetime.fromisoformat(line["timestamp"])
        assert at.utcoffset() == timedelta(0), line["timestamp"]
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


async def test_an_operation_is_named_at_head_too(api: Api, stream: io.StringIO) -> None:
    await api.as_(HERE.manager).send("HEAD", "/centre")
    (line,) = _lines(stream)
    assert (line["operation"], line["status"]) == ("show_centre", 200)


async def test_body_query_path_and_headers_are_not_in_the_log(
    api: Api, stream: io.StringIO
) -> None:
    caller = api.as_(HERE.social_worker)
    await record(caller)
    await search(caller, pesel=MARIA)
    await caller.get(f"/centre?pesel={MARIA}", hostile=True)
    await caller.get(f"/{MARIA}", hostile=True)
    await caller.get(f"/families/{MARIA}", hostile=True)
    await caller.get("/centre", headers={"user-agent": MARIA})
    await caller.post("/families", said("no id", surname=SECRET))
    written = stream.getvalue()
    assert len(_lines(stream)) == 8
    for secret in (MARIA, "kiewska", "Białystok", "Bearer", "pesel", "/api/v1"):
        assert secret not in written, written


async def test_a_mistake_of_ours_is_placed_and_not_quoted(
    api: Api, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(service, "change_settings", broken)
    answer = await api.as_(HERE.manager).post("/centre/settings", {"valid_from": "2026-05-01"})
    failed, line = _lines(stream)
    assert (failed["event"], failed["kind"]) == ("request_failed", "ValueError")
    assert failed["request_id"] == line["request_id"] == answer.headers["x-request-id"]
    assert Path(__file__).name in failed["at"][0]
    assert line["status"] == 500
    assert SECRET not in stream.getvalue()


def test_an_unknown_field_has_no_way_in(stream: io.StringIO) -> None:
    structlog.get_logger().warning("told", surname=SECRET, kind="K")
    (line,) = _lines(stream)
    assert line.keys() == {"event", "level", "timestamp", "kind"}


def test_a_library_is_not_quoted(stream: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Task failed: %s", SECRET)
    (line,) = _lines(stream)
    assert line.keys() == PLACE
    assert line["event"] == "said_by_a_library"
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize("name", ["uvicorn.error", "app.db.migrate", "asyncio"])
def test_an_exception_is_named_and_placed(
    stream: io.StringIO, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for known in ("uvicorn", "uvicorn.error"):  # a server of another test has set its own up
        monkeypatch.setattr(logging.getLogger(known), "propagate", True)
        monkeypatch.setattr(logging.getLogger(known), "disabled", False)
        monkeypatch.setattr(logging.getLogger(known), "level", logging.NOTSET)
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger(name).exception("Exception in ASGI application")
    (line,) = _lines(stream)
    assert line["kind"] == "ValueError"
    assert Path(__file__).name in line["at"][0]
    assert (line["event"] == "said_by_a_library") == (name == "asyncio")
    assert SECRET not in stream.getvalue()


def test_what_is_less_than_a_warning_of_a_library_is_not_told(stream: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.engine").info(SECRET)
    structlog.get_logger().debug("told")
    assert not stream.getvalue()
