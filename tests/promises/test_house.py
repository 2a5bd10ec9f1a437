"""The measures of the house: small files, small functions, and no SQL or clock in a wrong room."""

import ast
import statistics
import sys

import pytest

from tests.factories.sources import (
    APP,
    ROOT,
    Source,
    called,
    imported,
    length,
    rooms_named,
    sources,
)

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
LONG_FUNCTION = 25  # nine of ten are shorter
USUAL_FUNCTION = 8
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base_service"}
DRAWERS |= {"tools", "stuff", "shared"}
ROOMS = {"__init__", "rules", "tables", "queries", "service"}
# What rules may import beside the standard library: words of the domain, and other rules.
PURE_WORDS = {"terms", "law", "errors", "actor", "workflow", "calendar"}
CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
READS_THE_CLOCK = "app/api/deps.py"
SQL_WORDS = {"select", "text", "insert", "update", "delete"}
SQL_CALLS = {"commit", "execute", "scalar", "scalars", "exec"}
EVERYWHERE = [*sources(), *sources(ROOT / "tests")]


def _id(source: Source) -> str:
    return source.name


@pytest.mark.parametrize("source", EVERYWHERE, ids=_id)
def test_a_file_has_one_subject(source: Source) -> None:
    assert source.lines <= LONGEST_FILE, (
        f"{source.name} has {source.lines} lines: there are two subjects in it; "
        f"give one of them a file of its own (at most {LONGEST_FILE} lines)."
    )


@pytest.mark.parametrize("source", EVERYWHERE, ids=_id)
def test_a_function_can_be_read_at_a_glance(source: Source) -> None:
    long = [f"{source.at(f)} {f.name}: {length(f)}" for f in source.functions()]
    long = [line for line in long if int(line.rpartition(" ")[2]) > LONGEST_FUNCTION]
    assert not long, f"Split these functions (at most {LONGEST_FUNCTION} lines): {long}"


def test_functions_are_small_as_a_rule() -> None:
    found = sorted(length(f) for source in sources() for f in source.functions())
    assert statistics.median(found) <= USUAL_FUNCTION, (
        f"Half of the functions in app are longer than {USUAL_FUNCTION} lines: split the longer."
    )
    assert statistics.quantiles(found, n=10)[-1] <= LONG_FUNCTION, (
        f"More than one function in ten is longer than {LONG_FUNCTION} lines: split the longest."
    )


@pytest.mark.parametrize("source", EVERYWHERE, ids=_id)
def test_there_are_no_drawers(source: Source) -> None:
    parts = {part.lower() for part in source.path.relative_to(ROOT).with_suffix("").parts}
    found = parts & DRAWERS
    assert not found, (
        f"{source.name}: {found} says nothing; name the file after what it does, "
        "or put its functions where they are used."
    )


def test_a_capability_has_its_rooms_and_no_other() -> None:
    strangers = [
        source.name
        for source in sources(APP / "domain")
        if source.path.parent.parent == APP / "domain" and source.path.stem not in ROOMS
    ]
    assert not strangers, f"A capability has only the rooms {sorted(ROOMS)}: {strangers}"


@pytest.mark.parametrize("source", [*rooms_named("service"), *sources(APP / "api" / "v1")], ids=_id)
def test_sql_is_written_in_queries_only(source: Source) -> None:
    wrong = [
        f"{source.at(node)} imports {name}"
        for node, name in imported(source)
        if name.split(".")[0] in {"sqlalchemy", "sqlmodel", "asyncpg"}
        and (name.rpartition(".")[2] in SQL_WORDS or name.split(".")[0] != "sqlmodel")
    ]
    wrong += [
        f"{source.at(node)} calls {name}"
        for node, name in called(source)
        if "." in name and name.rpartition(".")[2] in SQL_CALLS
    ]
    assert not wrong, f"Move the SQL into queries.py (a transaction is committed by deps): {wrong}"


@pytest.mark.parametrize("source", rooms_named("rules"), ids=_id)
def test_rules_are_pure(source: Source) -> None:
    wrong = [
        f"{source.at(node)} {type(node).__name__}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    wrong += [f"{source.at(n)} {name}" for n, name in called(source) if name.endswith(CLOCKS)]
    wrong += [f"{source.at(n)} imports {name}" for n, name in imported(source) if not _pure(name)]
    assert not wrong, (
        "Rules know only the standard library, the words of the domain and other rules; what they "
        f"need (today, counts, rows' values) is passed to them as plain values: {wrong}"
    )


def _pure(name: str) -> bool:
    parts = name.split(".")
    if parts[:2] == ["app", "domain"]:
        return parts[2] in PURE_WORDS or "rules" in parts[3:4]
    return parts[0] in sys.stdlib_module_names - {"time", "asyncio", "os", "random", "socket"}


def test_one_function_reads_the_clock() -> None:
    found = [
        source.at(node)
        for source in sources()
        for node, name in called(source)
        if name.endswith(CLOCKS) and source.name != READS_THE_CLOCK
    ]
    assert not found, (
        f"Take `act.today`, `act.now` or app.today() instead; {READS_THE_CLOCK} alone reads the "
        f"clock, so that tests can set it: {found}"
    )
    reading = [
        n
        for s in sources()
        if s.name == READS_THE_CLOCK
        for n, c in called(s)
        if c.endswith(CLOCKS)
    ]
    assert len(reading) == 1, f"utc_now alone reads the clock in {READS_THE_CLOCK}."


def test_tables_are_read_with_their_annotations() -> None:
    postponed = [
        source.at(node)
        for source in rooms_named("tables")
        for node, name in imported(source)
        if name == "__future__.annotations"
    ]
    assert not postponed, f"SQLModel needs real annotations; drop `from __future__`: {postponed}"
