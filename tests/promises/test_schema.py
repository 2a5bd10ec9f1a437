"""The schema: row security on every table, keys that stay in their centre, nothing unwatched."""

from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from app.db.base import metadata
from app.db.schema import OWNER_ROLE, is_append_only, unindexed_keys
from app.db.sensitive import (
    PLAIN,
    SENSITIVE,
    Sensitivity,
    decided,
    erased_columns,
    sensitive_columns,
    sensitivity,
)
from app.db.session import APPLICATION_ROLE
from app.db.vault.rows import says_sealed
from app.domain import rooms

list(rooms("tables"))
TABLES = metadata().sorted_tables
# Tables whose rows are no records of a centre, each with its reason.
NO_RECORDS = {
    "centre": "the office itself",
    "audit_entry": "the audit does not audit itself",
    "audit_seal": "a link of the audit's chain",
    "idempotency_key": "an answer kept for a repeat, not a fact",
    "attempt": "how long somebody waits after wrong passwords: forgotten after a day",
}
TRANSIENT = {"attempt"}
RECORDS = [table for table in TABLES if table.name not in NO_RECORDS]
UNAUDITED = {
    "federated_sign_in": "a step before signing in; the session that follows is audited",
    "event": "append-only, and a record of what happened by itself",
    "office_event": "append-only as well",
    "refresh_token": "changes with every refresh; the session is audited",
    "webhook_delivery": "a message about an event, which is a record by itself; it names nobody",
    "webhook_progress": "changes with what is delivered; the webhook is audited",
}
# Unique across centres: only what everybody may know.
UNIQUE_EVERYWHERE = {
    "pk_centre": "the office itself",
    "uq_centre_code": "the public code by which people choose their office",
}


def _name(table: Table) -> str:
    return table.name


async def _rows(connection: AsyncConnection, query: str, **values: Any) -> list[Any]:
    return list((await connection.execute(text(query), values)).all())


async def _one(connection: AsyncConnection, query: str, **values: Any) -> Any:
    (row,) = await _rows(connection, query, **values)
    return row


async def test_the_database_holds_the_tables_of_the_code(connection: AsyncConnection) -> None:
    found = await _rows(
        connection,
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND relnamespace = 'public'::regnamespace",
    )
    assert {row.relname for row in found} == {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_a_table_has_row_security(connection: AsyncConnection, table: Table) -> None:
    found = await _one(
        connection,
        "SELECT relrowsecurity, relforcerowsecurity, relowner::regrole::text AS owner"
        " FROM pg_class WHERE oid = to_regclass(:name)",
        name=table.name,
    )
    assert found.relrowsecurity, f"{table.name}: ENABLE ROW LEVEL SECURITY (app/db/schema.py)."
    assert found.relforcerowsecurity, f"{table.name}: FORCE it, or its owner sees everything."
    assert found.owner != APPLICATION_ROLE, f"{table.name} must not belong to the application."


@pytest.mark.parametrize("table", TABLES, ids=_name)
async def test_each_granted_command_has_its_policy(
    connection: AsyncConnection, table: Table
) -> None:
    policies = await _rows(
        connection,
        "SELECT cmd, permissive FROM pg_policies WHERE tablename = :name",
        name=table.name,
    )
    granted = await _rows(
        connection,
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = :role AND table_name = :name",
        role=APPLICATION_ROLE,
        name=table.name,
    )
    commands = {row.privilege_type for row in granted}
    emptied = await _rows(
        connection,
        "SELECT column_name AS name FROM information_schema.role_column_grants"
        " WHERE grantee = :role AND table_name = :name AND privilege_type = 'UPDATE'",
        role=APPLICATION_ROLE,
        name=table.name,
    )
    later = is_append_only(table) and bool(emptied)
    if later:
        assert sorted(row.name for row in emptied) == erased_columns(table), (
            f"{table.name}: what is written once may only be emptied of what is personal."
        )
    assert sorted(row.cmd for row in policies) == sorted(
        commands | ({"UPDATE"} if later else set())
    ), (
        f"{table.name}: one policy per granted command, never FOR ALL (an UPDATE that moves a row "
        "is refused by its own WITH CHECK only)."
    )
    expected = {"SELECT", "INSERT"} | (set() if is_append_only(table) else {"UPDATE"})
    expected |= {"DELETE"} if table.name in TRANSIENT else set()
    assert commands == expected, f"{table.name}: no fact is ever deleted; grant {expected}."


async def test_nobody_else_may_touch_a_table(connection: AsyncConnection) -> None:
    others = await _rows(
        connection,
        "SELECT DISTINCT relname, grantee::regrole::text AS grantee FROM pg_class,"
        " LATERAL aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace"
        " AND grantee <> relowner AND grantee <> to_regrole(:role)",
        role=APPLICATION_ROLE,
    )
    assert not others, f"Grants to others than the application: {others}"


async def test_the_application_is_subject_to_row_security(connection: AsyncConnection) -> None:
    role = await _one(
        connection, "SELECT * FROM pg_roles WHERE rolname = :role", role=APPLICATION_ROLE
    )
    assert not role.rolsuper
    assert not role.rolbypassrls
    assert not role.rolcreaterole
    assert not role.rolcreatedb
    owner = await _one(
        connection,
        "SELECT rolcanlogin, rolsuper, rolbypassrls,"
        " pg_has_role(CAST(:role AS text), rolname, 'MEMBER') AS lent"
        " FROM pg_roles WHERE rolname = :owner",
        role=APPLICATION_ROLE,
        owner=OWNER_ROLE,
    )
    assert owner == (False, False, False, False), "the owner's rights belong to migrations only"
    assert (await _one(connection, "SELECT current_user")).current_user == APPLICATION_ROLE


async def test_no_function_lends_the_rights_of_its_owner(connection: AsyncConnection) -> None:
    found = await _rows(
        connection,
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'app'::regnamespace",
    )
    assert not found, f"SECURITY DEFINER would step around row security: {found}"


@pytest.mark.parametrize("table", TABLES, ids=_name)
def test_a_key_stays_within_its_centre(table: Table) -> None:
    for key in table.foreign_key_constraints:
        pairs = {(e.parent.name, e.column.name) for e in key.elements}
        if key.referred_table.name == "centre":
            assert pairs == {("centre_id", "id")}, f"{table.name}: {pairs}"
        else:
            assert ("centre_id", "centre_id") in pairs, (
                f'{table.name}: write belongs_to("{key.column_keys[0]}", '
                f'"{key.referred_table.name}"), so that a row can\'t point to another centre.'
            )


@pytest.mark.parametrize("table", TABLES, ids=_name)
def test_every_key_has_an_index(table: Table) -> None:
    bare = [key.column_keys for key in unindexed_keys(table)]
    assert not bare, f"{table.name}: add Index(…) that starts with these columns: {bare}"


@pytest.mark.parametrize("table", RECORDS, ids=_name)
async def test_a_record_is_versioned_and_audited(connection: AsyncConnection, table: Table) -> None:
    assert {"centre_id", "id", "version", "created_at", "created_by"} <= set(
        table.columns.keys()
    ), f"{table.name}: base it on Record, or name it in NO_RECORDS with the reason."
    found = await _rows(
        connection,
        "SELECT tgname, tgenabled FROM pg_trigger"
        " WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal",
        name=table.name,
    )
    enabled = {row.tgname for row in found if row.tgenabled == b"O"}
    assert "raise_version" in enabled, f"{table.name}: its ETag would never change."
    assert ("note_change" in enabled) == (table.name not in UNAUDITED), (
        f"{table.name}: it is audited, unless UNAUDITED of this file says why not."
    )


@pytest.mark.parametrize("table", TABLES, ids=_name)
def test_every_column_is_known_to_be_sensitive_or_plain(table: Table) -> None:
    open_ = [column.name for column in table.columns if not decided(column)]
    assert not open_, f"{table.name}: put these into SENSITIVE or PLAIN of app/db/sensitive.py"
    said = {*SENSITIVE.get(table.name, ()), *PLAIN.get(table.name, "").split()}
    assert said <= {*table.columns.keys()}, f"{table.name}: these columns are no more"
    both = {*SENSITIVE.get(table.name, ())} & {*PLAIN.get(table.name, "").split()}
    assert not both, f"{table.name}: sensitive and plain at once"


def test_what_the_vault_seals_is_sensitive() -> None:
    fields = [
        (mapper.class_.__tablename__, name)
        for mapper in SQLModel._sa_registry.mappers
        for name, field in mapper.class_.model_fields.items()
        if says_sealed(field)
    ]
    assert ("person", "pesel") in fields
    missing = [f"{t}.{name}" for t, name in fields if name not in SENSITIVE.get(t, {})]
    assert not missing, f"Put these into SENSITIVE of app/db/sensitive.py: {missing}"


def test_an_unknown_text_counts_as_sensitive() -> None:
    table = Table("family", MetaData(), Column("remark", Text), Column("gmina", Text))
    assert sensitivity(table.c.remark) is Sensitivity.NARRATIVE
    assert sensitivity(table.c.gmina) is None
    assert sensitive_columns(table) == ["remark"]


def test_every_exception_names_a_table() -> None:
    gone = (NO_RECORDS.keys() | UNAUDITED.keys() | SENSITIVE.keys() | PLAIN.keys()) - {
        table.name for table in TABLES
    }
    assert not gone, f"Take these off the lists of this file: {gone}"


async def test_what_is_unique_is_unique_within_a_centre(connection: AsyncConnection) -> None:
    found = await _rows(
        connection,
        "SELECT i.indexrelid::regclass::text AS name, array_agg(a.attname::text) AS columns"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = i.indexrelid"
        " WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace GROUP BY 1",
    )
    assert found
    telling = {r.name for r in found if "centre_id" not in r.columns} - UNIQUE_EVERYWHERE.keys()
    assert not telling, f"These would tell of another centre's hidden rows: {telling}"


async def test_every_named_constraint_exists(connection: AsyncConnection) -> None:
    found = await _rows(
        connection,
        "SELECT conname AS name FROM pg_constraint UNION"
        " SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indisunique UNION"
        " SELECT substring(prosrc FROM $$CONSTRAINT = '([a-z_]+)'$$) FROM pg_proc"
        " WHERE pronamespace = 'app'::regnamespace",
    )
    known = {row.name for row in found}
    for room in rooms("rules"):
        gone = getattr(room, "CONSTRAINTS", {}).keys() - known
        assert not gone, f"{room.__name__}: no constraint of the database is called {gone}"
