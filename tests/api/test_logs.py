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

from app.api import logs
from app.domain.centres import service
from tests.factories.api import Api
from tests.factories.families import MARIA, record, said, search
from tests.factories.people import HERE

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
