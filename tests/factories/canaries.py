"""Canaries: names and PESELs of the tests must not come up in a log, a problem or an address."""

import json
import logging
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import structlog
from httpx import Response
from stdnum.pl import pesel

MARIA = "90020312344"
STAS = "19250112340"
NAMES = ("Żółkiewsk", "Zolkiewsk", "Źródlana", "Wrzosek-", "Wrona-Przyk")
_CANARY = re.compile("|".join(map(re.escape, (MARIA, STAS, *NAMES))))
_ELEVEN = re.compile(r"(?<![0-9A-Za-z-])[0-9]{11}(?![0-9A-Za-z-])")
_CURSOR = re.compile(r"[?&]cursor=([A-Za-z0-9_-]+)(?![^&])")
LOUD = frozenset({"warning", "error", "critical"})


class Leaked(AssertionError):
    """Something that a person has said came up where only ids may stand."""


def canaries_in(text: str) -> list[str]:
    """Return the names of the tests' families and every well-formed PESEL in a text."""
    numbers = [number for number in _ELEVEN.findall(text) if pesel.is_valid(number)]
    return [*_CANARY.findall(text), *numbers]


def read_cursor(cursor: str) -> str:
    """Return what a cursor says to whoever finds it in a log."""
    raw = b""
    with suppress(ValueError):  # a text that is no cursor says nothing more
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return json.dumps(json.loads(raw), ensure_ascii=False)
    return raw.decode(errors="replace")


class Canaries(logging.Handler):
    """Looks at each log record and problem of this process; a test that leaked ends in error."""

    def __init__(self) -> None:
        """Have found nothing yet."""
        super().__init__(logging.DEBUG)
        self.leaks: list[str] = []
        self.looked = 0

    def look(self, where: str, text: str) -> None:
        """Note what a text gives away; the cursor of an address is read as anybody can read it."""
        self.looked += 1
        text += "".join(map(read_cursor, _CURSOR.findall(text)))
        if found := canaries_in(text):
            self.leaks.append(f"{where}: {', '.join(sorted(set(found)))} in {text[:300]}")

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record of the standard library, its exception's text included."""
        if record.name.partition(".")[0] in {"app", "uvicorn", "asyncio"}:
            self.look(f"log of {record.name}", self.format(record))

    def process(self, _logger: Any, method: str, said: Any) -> Any:
        """Look at an event of ours before any field of it is dropped; print only the loud."""
        self.look("log", " ".join(f"{name}={value}" for name, value in said.items()))
        if method not in LOUD:
            raise structlog.DropEvent
        return said

    async def see(self, response: Response) -> None:
        """Look at an answer that is a problem."""
        if response.headers.get("content-type") == "application/problem+json":
            await response.aread()
            self.look(f"problem of {response.request.method}", response.text)

    def watch(self) -> None:
        """Stand in the way of everything that this process logs."""
        logging.getLogger().addHandler(self)
        logging.getLogger("app").setLevel(logging.DEBUG)
        structlog.configure(processors=[self.process, *structlog.get_config()["processors"]])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        """End a test in error that leaked, after its fixtures are put away."""
        yield
        leaks, self.leaks = self.leaks, []
        if leaks:
            raise Leaked("\n".join(leaks))


CANARIES = Canaries()
