"""The log: one JSON object a line, with ids and nothing that a person has said.

What may stand in a line is a closed list of fields. An address, a query, a body, a name or the text
of an exception has no field, so it can't get there; of what libraries say only the place is kept,
because their sentences quote what they choke on.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import structlog
from structlog.typing import WrappedLogger

from app.api.watch import TOLD, seen

FIELDS: Final = frozenset(
    {
        *("event", "level", "at", "request_id", "operation", "status", "duration_ms"),
        *("account_id", "kind", "failure", "reason", "kid", "keys", "timestamp"),
        *("security", "refusal", "way", "network"),
    }
)
OURS: Final = ("app", "uvicorn")


def ids_only(
    _logger: WrappedLogger, _method: str, said: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that a line may not have."""
    return {name: value for name, value in said.items() if name in FIELDS}


class Json(logging.Formatter):
    """Writes what the standard library's loggers say in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; the sentence of a foreign logger and of an exception stay out."""
        ours = record.name.partition(".")[0] in OURS
        line: dict[str, Any] = {
            "event": record.getMessage() if ours else "said_by_a_library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "at": [f"{record.pathname}:{record.lineno}"],
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
            line["at"] = _places(traceback.extract_tb(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False)


def _places(frames: traceback.StackSummary) -> list[str]:
    return [f"{frame.filename}:{frame.lineno}" for frame in frames[-5:]]


def configure(stream: TextIO = sys.stdout) -> None:
    """Send everything that this process logs to a stream, from `info` on; a repeat changes it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ids_only,
            structlog.processors.JSONRenderer(_written),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Json())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _written(line: Any, **_: object) -> str:
    """Write a line by one encoder; `json.dumps` would make another one each time."""
    return _encoder.encode(line)


log = structlog.get_logger()


def log_request(scope: Mapping[str, Any], status: int, seconds: float) -> None:
    """Write the line of one request: which operation, by which account, how it ended.

    Where there is something to watch for, it says so (app/api/watch.py), mostly as a warning.
    An address that is no operation's stays unnamed, because anything may stand in it. Where nobody
    has configured a log (the tour, an exported contract) there is none.
    """
    if not structlog.is_configured():
        return
    state, watched = scope["state"], seen(scope, status)
    line = {
        "request_id": str(state["request_id"]),
        "operation": getattr(scope.get("route"), "operation_id", None),
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "account_id": state.get("account_id"),
        **watched,
    }
    if watched and watched["security"] not in TOLD:
        log.warning("request", **line)
    else:
        log.info("request", **line)
