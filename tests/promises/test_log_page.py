"""docs/operations.md names what the log says: every event with its levels, and no other."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from app.api.logs import FIELDS
from app.api.watch import TOLD, Security
from tests.factories.sources import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(?P<name>[\w.]+)` \| (?P<levels>[a-z, ]+) \|(?P<rest>.+)\|$", re.MULTILINE)
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
# Written by the formatter itself, for loggers that are not ours (app/api/logs.py).
OF_LIBRARIES = {"said_by_a_library": {"warning"}}


def _said(path: Path) -> Iterator[tuple[str, str]]:
    """Name the events of a module with their levels; what goes by sentences, by its logger."""
    text = path.read_text(encoding="utf-8")
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        called, of = node.func.attr, node.func.value
        if called in _LEVELS and isinstance(of, ast.Name) and of.id in {"log", "_log", "logger"}:
            (first, *_) = node.args
            assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: name the event"
            structured = "structlog.get_logger" in text
            yield (str(first.value) if structured else module), called


def _table(heading: str) -> dict[str, tuple[set[str], str]]:
    part = PAGE.split(f"| {heading} | level |")[1].split("\n\n")[0]
    return {
        row["name"]: ({*row["levels"].strip().split(", ")}, row["rest"])
        for row in _ROW.finditer(part)
    }


def test_the_page_names_each_event_of_the_log_with_its_levels() -> None:
    found = defaultdict(set, {name: {*levels} for name, levels in OF_LIBRARIES.items()})
    for path in sorted((ROOT / "app").rglob("*.py")):
        for event, level in _said(path):
            found[event].add(level)
    assert len(found) > 5
    assert {name: levels for name, (levels, _) in _table("event").items()} == found


def test_the_page_names_what_there_is_to_watch_for() -> None:
    levels = {what.value: {"info" if what in TOLD else "warning"} for what in Security}
    assert {name: said for name, (said, _) in _table("security").items()} == levels


def test_the_page_names_every_field_of_a_line() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE.split("## The log")[1].split("\n## ")[0]))
    assert FIELDS - {"event", "level", "timestamp"} <= named


def test_no_other_logger_is_used() -> None:
    """Each module that logs calls its logger `log` or `_log`: the page can't miss one."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for made in re.findall(
            r"^(\w+) = (?:structlog\.get_logger|logging\.getLogger)\(", text, re.MULTILINE
        ):
            assert made in {"log", "_log"}, path
        assert not re.search(r"logging\.(info|warning|error|exception)\(", text), path
