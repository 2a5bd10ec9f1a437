"""squawk holds nothing against the SQL of a migration that isn't said and reasoned here.

A new migration says its reason in its own SQL: `-- squawk-ignore the-rule` above the statement.
"""

import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.script import Script, ScriptDirectory

from app.db.migrate import configuration
from tests.factories.sources import ROOT

SQUAWK = Path(sysconfig.get_path("scripts")) / "squawk"
_SEALING = "columns of text only lose their bound: no row is read or written"
_FEW = "before the first installation: at most some thousand rows"
# Released before squawk looked: they stand as they are.
RELEASED = {
    "20261122_foundation": {"adding-field-with-default": "the table is new and empty"},
    "20261122_vault": {
        "changing-column-type": _SEALING,
        "require-concurrent-index-creation": _FEW,
        "require-concurrent-index-deletion": _FEW,
    },
    "20261122_covers": {
        "ban-drop-default": _FEW,
        "ban-drop-constraint": "made again in the same transaction",
        "ban-drop-column": "generated, and made again in the same transaction",
        "constraint-missing-not-valid": _FEW,
        "adding-foreign-key-constraint": "the column is new: every value is NULL",
        "require-concurrent-index-creation": _FEW,
        "adding-field-with-default": _FEW,
        "disallowed-unique-constraint": _FEW,
    },
    "20261122_audit_chain": {
        "ban-drop-constraint": "the primary key, made again in the same transaction",
        "adding-serial-primary-key-field": _FEW,
        "constraint-missing-not-valid": _FEW,
        "adding-field-with-default": _FEW,
        "require-concurrent-index-creation": _FEW,
        "require-concurrent-index-deletion": _FEW,
    },
    "20261122_accounts": {"constraint-missing-not-valid": _FEW},
    "20261122_emergencies": {
        "ban-drop-constraint": "made again in the same transaction",
        "ban-drop-default": _FEW,
        "ban-drop-function": "made again in the same transaction, with one argument more",
        "constraint-missing-not-valid": _FEW,
    },
    "20261122_oversight": {
        "ban-drop-default": _FEW,
        "require-concurrent-index-creation": _FEW,
        "require-concurrent-index-deletion": _FEW,
    },
    "20261122_second_factor": {"ban-drop-default": _FEW},
    "20261122_lists": {
        "require-concurrent-index-creation": _FEW,
        "require-concurrent-index-deletion": "made again in the same transaction",
    },
}


def scripts() -> list[Script]:
    """Return every revision, the last one first."""
    return list(ScriptDirectory.from_config(configuration("postgresql://none")).walk_revisions())


def sql_of(script: Script, monkeypatch: pytest.MonkeyPatch, way: str = "upgrade") -> str:
    """Return all that going up runs, or down."""
    said: list[str] = []
    for name in ("_run", "run"):
        if hasattr(script.module, name):
            monkeypatch.setattr(script.module, name, said.append)
    monkeypatch.setattr(op, "execute", said.append, raising=False)
    getattr(script.module, way)()
    assert said
    folder = Path(script.path).parent
    return ";\n".join((folder / s).read_text() if s.endswith(".sql") else s for s in said) + ";"


def held_against(sql: str) -> list[dict[str, Any]]:
    """Return what squawk says."""
    # It doesn't know a column of this name: quoted it is the same one.
    said = sql.replace("period WITHOUT OVERLAPS", '"period" WITHOUT OVERLAPS')
    command = [str(SQUAWK), "-c", str(ROOT / ".squawk.toml"), "--reporter", "json"]
    done = subprocess.run(
        [*command, "--stdin-filepath", "migration.sql"],
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert bool(found) == bool(done.returncode), done.stderr
    return found


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.revision)
def test_a_migration_is_clean_but_for_what_is_reasoned(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = held_against(sql_of(script, monkeypatch))
    assert {said["rule_name"] for said in found} == {*RELEASED.get(script.revision, {})}, found


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE person ALTER COLUMN born_on SET NOT NULL;", "adding-not-nullable-field"),
        ("ALTER TABLE person RENAME COLUMN born_on TO born;", "renaming-column"),
        ("CREATE INDEX ix_x ON person (born_on);", "require-concurrent-index-creation"),
        ("ALTER TABLE person DROP COLUMN phone;", "ban-drop-column"),
        ("ALTER TABLE person ADD COLUMN x text NOT NULL;", "adding-required-field"),
    ],
)
def test_what_would_stop_the_release_before_is_seen(sql: str, rule: str) -> None:
    assert rule in {said["rule_name"] for said in held_against(sql)}


_BODIES = re.compile(r"(\$\w*\$).*?\1|BEGIN ATOMIC.*?^END|--[^\n]*", re.DOTALL | re.MULTILINE)
_WRITES = re.compile(r"\s*(?:UPDATE|DELETE FROM|MERGE INTO)\s+(?:ONLY\s+)?(\w+)")
_FORCED = re.compile(r"\s*ALTER TABLE (\w+) (NO )?FORCE ROW LEVEL SECURITY")


def written_under_force(sql: str) -> set[str]:
    """Return the tables in which statements change rows that the owner does not see."""
    seen, blind = set[str](), set[str]()
    for statement in _BODIES.sub("", sql).split(";"):
        if said := _FORCED.match(statement):
            (seen.add if said[2] else seen.discard)(said[1])
        elif (written := _WRITES.match(statement)) and written[1] not in seen:
            blind.add(written[1])
    return blind


_FORCE = " FORCE ROW LEVEL SECURITY"


@pytest.mark.parametrize("way", ["upgrade", "downgrade"])
@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.revision)
def test_rows_are_changed_where_the_owner_sees_them(
    script: Script, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not written_under_force(sql_of(script, monkeypatch, way))


@pytest.mark.parametrize(
    ("sql", "blind"),
    [
        ("DELETE FROM district;", {"district"}),
        ("ALTER TABLE district NO FORCE ROW LEVEL SECURITY; DELETE FROM district;", set()),
        (f"ALTER TABLE a NO{_FORCE}; ALTER TABLE a{_FORCE}; UPDATE a SET b = 1;", {"a"}),
        ("CREATE FUNCTION f() AS $$ BEGIN DELETE FROM district; END $$;", set()),
    ],
)
def test_a_change_that_would_reach_no_row_is_seen(sql: str, blind: set[str]) -> None:
    assert written_under_force(sql) == blind
