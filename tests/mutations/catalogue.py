"""Mutants of the database, read from its live catalogue: policies, FORCE, triggers, functions."""

import re
from collections.abc import Iterator
from typing import Any

import asyncpg

from tests.mutations.mutant import Mutant

ROWS = "tests/db/test_row_security_every_table.py"
FAMILIES = "tests/db/test_row_security_families.py"
COVERS = "tests/db/test_row_security_covers.py"
EMERGENCIES = "tests/db/test_row_security_emergencies.py"
OF_A_TABLE = (
    *(ROWS, "tests/promises/test_schema.py", "tests/db/test_row_security_machines.py"),
    *(COVERS, EMERGENCIES, "tests/db/test_row_security_moving.py"),
)
RIGHTS_END = ("tests/api/v1/test_rights_end.py", "tests/api/v1/test_cover_rights.py")
# Where the tests of a function or of a trigger of its own stand: on the databases of the runner,
# for a test that makes another one finds the mutant there no more.
TESTS = {
    "enter": ("tests/db/test_standing.py", "tests/api/test_second_factor.py"),
    "note_reading": ("tests/db/test_audit.py", EMERGENCIES),
    "own_districts": (ROWS, FAMILIES),
    "granted_families": (ROWS,),
    "rights": (ROWS, COVERS, FAMILIES, *RIGHTS_END),
    "served_districts": (ROWS, COVERS, FAMILIES, *RIGHTS_END),
    **dict.fromkeys(("sees", "readable", "was_given", "serves"), (ROWS,)),
    "look_again": (FAMILIES, "tests/db/test_scope.py", *RIGHTS_END),
    "refuse_change": ("tests/db/test_audit.py",),
    "keep_plan": ("tests/api/v1/test_revise_plan.py",),
    "is_erased": (ROWS,),
    "refuse_erased": ("tests/db/test_row_security_erased.py",),
    "refuse_hold": ("tests/db/test_row_security_erasure.py",),
}
COMMANDS = {b"r": "SELECT", b"a": "INSERT", b"w": "UPDATE", b"d": "DELETE", b"*": "ALL"}


async def mutants(url: str) -> list[Mutant]:
    """Read the catalogue and return every mutant of it."""
    connection = await asyncpg.connect(url)
    try:
        return [
            *[mutant async for mutant in _of_policies(connection)],
            *[mutant async for mutant in _of_tables(connection)],
            *[mutant async for mutant in _of_triggers(connection)],
            *[mutant async for mutant in _of_functions(connection)],
        ]
    finally:
        await connection.close()


async def _of_policies(connection: Any) -> Any:
    for said in await connection.fetch(
        "SELECT polname AS name, polrelid::regclass::text AS of, polcmd AS command,"
        " pg_get_expr(polqual, polrelid) AS sees, pg_get_expr(polwithcheck, polrelid) AS writes,"
        " ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = polrelid AND attnum > 0)"
        " AS columns"
        " FROM pg_policy ORDER BY 2, 1"
    ):
        policy = f"POLICY {said['name']} ON {said['of']}"
        present = _clauses(said["sees"], said["writes"])
        create = f"CREATE {policy} FOR {COMMANDS[said['command']]} {present}"
        name = f"policy {said['name']}"
        drop = (f"DROP {policy}",)
        yield Mutant(f"{name} dropped", OF_A_TABLE, drop, (create,), about=said["of"])
        for clause in ("sees", "writes"):
            for left_out, weak in weakened(said[clause] or "true"):
                both = clause == "writes" and _says_the_same(said, left_out)
                clauses = dict.fromkeys(("sees", "writes"), weak) if both else {clause: weak}
                clauses = {"sees": said["sees"], "writes": said["writes"]} | clauses
                yield Mutant(
                    f"{name} {'sees and writes' if both else clause} without {left_out}",
                    OF_A_TABLE,
                    (f"ALTER {policy} {_clauses(clauses['sees'], clauses['writes'])}",),
                    (f"ALTER {policy} {present}",),
                    about=said["of"],
                )


def _says_the_same(said: Any, left_out: str) -> bool:
    """Tell whether both clauses of an update judge this alike, whatever the update does.

    Where they are equal, what names no column is as true of the row before as of the row after.
    """
    words = set(re.findall(r"\w+", left_out))
    return said["sees"] == said["writes"] and not words & {*said["columns"], "anything"}


def _clauses(sees: str | None, writes: str | None) -> str:
    using = f"USING ({sees})" if sees else ""
    return f"{using} WITH CHECK ({writes})" if writes else using


async def _of_tables(connection: Any) -> Any:
    for said in await connection.fetch(
        "SELECT oid::regclass::text AS name, relrowsecurity AS enabled,"
        " relforcerowsecurity AS forced FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ):
        table = f"ALTER TABLE {said['name']}"
        security = "ROW LEVEL SECURITY"
        for word, opposite, there in (
            ("NO FORCE", "FORCE", said["forced"]),
            ("DISABLE", "ENABLE", said["enabled"]),
        ):
            if there:
                yield Mutant(
                    f"{said['name']} {word}",
                    OF_A_TABLE,
                    (f"{table} {word} {security}",),
                    (f"{table} {opposite} {security}",),
                    about=said["name"],
                )


async def _of_triggers(connection: Any) -> Any:
    for said in await connection.fetch(
        "SELECT tgname AS name, tgrelid::regclass::text AS of FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 2, 1"
    ):
        table = f"ALTER TABLE {said['of']}"
        yield Mutant(
            f"trigger {said['name']} of {said['of']}",
            TESTS.get(said["name"], OF_A_TABLE),
            (f"{table} DISABLE TRIGGER {said['name']}",),
            (f"{table} ENABLE TRIGGER {said['name']}",),
            about=None if said["name"] in TESTS else said["of"],
        )


async def _of_functions(connection: Any) -> Any:
    for said in await connection.fetch(
        "SELECT proname AS name, pg_get_functiondef(oid) AS said FROM pg_proc"
        " WHERE pronamespace = 'app'::regnamespace ORDER BY 1"
    ):
        if said["name"] not in TESTS:
            continue
        for what, changed in _changed(said["said"]):
            name = f"function {said['name']} without {what}"
            yield Mutant(name, TESTS[said["name"]], (changed,), (said["said"],))


def _changed(said: str) -> Iterator[tuple[str, str]]:
    """Weaken a function: each condition, each branch that refuses, each row that it writes."""
    if "plpgsql" not in said:
        yield from weakened(said, whole=False)
    for found in re.finditer(r"WHEN (.*?) THEN '(\w+)'", said, re.DOTALL):
        if found[2] != "yes":
            yield found[2], f"{said[: found.start(1)]}false{said[found.end(1) :]}"
    for found in re.finditer(r"INSERT INTO public\.\w+ .*?;", said, re.DOTALL):
        yield "its entry", f"{said[: found.start()]}{said[found.end() :]}"


def weakened(expression: str, *, whole: bool = True) -> Iterator[tuple[str, str]]:
    """Yield an expression with each of its conjuncts taken for true; a plain one as a whole.

    A comparison of centres below the first level is left alone: the row security of that other
    table says the same, so that no test could tell.
    """
    spans = sorted(_conjuncts(expression))
    if whole and expression != "true":
        yield "anything", "true"
    for start, end in spans:
        said = expression[start:end]
        outermost = not any(s < start and end < e for s, e in spans) and whole
        if outermost or "centre" not in said:
            yield " ".join(said.split())[:90], f"{expression[:start]}(true){expression[end:]}"


def _conjuncts(expression: str) -> set[tuple[int, int]]:
    """Return where the bracketed parts of conjunctions are; a call's bracket is not one of them."""
    found = set()
    for between in re.finditer(r"\s+AND\s+", expression):
        if expression[between.start() - 1] == ")":
            opening = _opening(expression, between.start() - 1)
            called = re.search(r"[\w.]+$", expression[:opening])
            found.add((called.start() if called else opening, between.start()))
        if expression[between.end()] == "(":
            found.add((between.end(), _closing(expression, between.end()) + 1))
    return found


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError(f"no bracket closes {text[opening:]}")


def _opening(text: str, closing: int) -> int:
    depth = 0
    for place in range(closing, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError(f"no bracket opens {text[:closing]}")
