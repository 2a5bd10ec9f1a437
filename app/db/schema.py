"""The whole schema as SQL: tables from the catalogue, functions, row security, triggers, grants.

Migrations write this SQL down at one point in time; a test compares what they lead to with what
this module says, so neither can drift.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, ForeignKeyConstraint

from app.db.machines import OWN, READ
from app.db.sensitive import erased_columns, sensitive_columns
from app.db.session import APPLICATION_ROLE

OWNER_ROLE = "asysta_owner"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
FUNCTIONS = Path(__file__).with_name("functions.sql")
LAST_EARLY = "app.plain"  # those after it may name tables

# Not of one centre, or read by the policies themselves: each with its own line below.
PUBLIC_TABLES = frozenset({"centre"})
SCOPE_TABLES = frozenset({"access_grant", "district_worker", "audit_entry"})
# What a person may see follows from these, also within one transaction.
DECIDES_ON_SCOPE = frozenset({"access_grant", "district_worker", "family"})
APPEND_ONLY = frozenset({"audit_entry", "audit_seal", "event"})
# No role changes these, their owner neither: a grant alone would bind the application only.
UNCHANGEABLE = frozenset({"audit_entry", "audit_seal"})
POSITIONS = "app.audit_position"


def roles_sql(password: str | None = None) -> list[str]:
    """Make both roles: the owner can't sign in, the application is no owner or superuser."""
    signed = f"LOGIN PASSWORD '{password}'" if password else "NOLOGIN"
    return [
        _unless_role(OWNER_ROLE, f"CREATE ROLE {OWNER_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS"),
        _unless_role(
            APPLICATION_ROLE, f"CREATE ROLE {APPLICATION_ROLE} NOSUPERUSER NOBYPASSRLS NOLOGIN"
        ),
        *([f"ALTER ROLE {APPLICATION_ROLE} {signed}"] if password else []),
    ]


def _unless_role(name: str, statement: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN {statement}; END IF; END $$"
    )


def schema_sql(catalogue: MetaData) -> Iterator[str]:
    """Yield every statement that makes an empty database ours, in order."""
    for extension in EXTENSIONS:
        yield f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public"
    yield f"CREATE SCHEMA app AUTHORIZATION {OWNER_ROLE}"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER_ROLE}"
    yield f"SET ROLE {OWNER_ROLE}"
    yield f"GRANT USAGE ON SCHEMA app TO {APPLICATION_ROLE}"
    yield f"CREATE SEQUENCE {POSITIONS}"
    yield f"GRANT USAGE ON SEQUENCE {POSITIONS} TO {APPLICATION_ROLE}"
    yield from _early_functions()
    yield from _tables(catalogue.sorted_tables)
    yield from _late_functions()
    for table in catalogue.sorted_tables:
        yield from row_security(table)
        yield from triggers(table)
    yield "RESET ROLE"


def _statements() -> list[str]:
    """Split the file at the blank line before each CREATE FUNCTION."""
    parts = FUNCTIONS.read_text(encoding="utf-8").split("CREATE FUNCTION ")[1:]
    return ["CREATE FUNCTION " + part.split("\n\n--")[0].strip().rstrip(";") for part in parts]


def _early_functions() -> Iterator[str]:
    """Yield the functions that column defaults and indexes need before the tables exist."""
    for statement in _statements():
        yield statement
        if statement.startswith(f"CREATE FUNCTION {LAST_EARLY}("):
            return


def _late_functions() -> Iterator[str]:
    yield from _statements()[len(list(_early_functions())) :]


def _tables(tables: Iterable[Table]) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
        yield from table.info.get("sql", ())


def row_security(table: Table) -> Iterator[str]:
    """Yield the policies of one table: enabled, forced, one per granted command, never FOR ALL."""
    name = f'"{table.name}"'
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    sees, writes = _visible(table), _writable(table)
    changes = writes if _is_narrow(table) or table.name in OWN else sees
    if family := _family_column(table):
        # An emergency opens a file for reading: nothing in it is written but that it was opened.
        opened = f"app.in_emergency({family})"
        sees = _listed(table) if table.info.get("listed") else _visible(table, f" OR {opened}")
        if told := table.info.get("told_in_emergency"):
            writes = _visible(table, f" OR {opened} AND {told}", writing=True)
    yield f"CREATE POLICY {table.name}_select ON {name} FOR SELECT USING ({sees})"
    yield f"CREATE POLICY {table.name}_insert ON {name} FOR INSERT WITH CHECK ({writes})"
    commands = "SELECT, INSERT"
    if not is_append_only(table):
        yield (
            f"CREATE POLICY {table.name}_update ON {name} FOR UPDATE"
            f" USING ({changes}) WITH CHECK ({writes})"
        )
        commands += ", UPDATE"
    elif erased := _erased_later(table):
        # Written once, but personal: it may be emptied once the record of its erasure stands.
        yield (
            f"CREATE POLICY {table.name}_update ON {name} FOR UPDATE"
            " USING (app.is_erased(family_id))"
        )
        yield f"GRANT UPDATE ({', '.join(erased)}) ON {name} TO {APPLICATION_ROLE}"
    if table.info.get("transient"):
        yield f"CREATE POLICY {table.name}_delete ON {name} FOR DELETE USING ({sees})"
        commands += ", DELETE"
    yield f"GRANT {commands} ON {name} TO {APPLICATION_ROLE}"


def is_append_only(table: Table) -> bool:
    """Tell whether the rows of a table are never changed: versions, corrections, events."""
    return table.name in APPEND_ONLY or bool(table.info.get("append_only"))


def _erased_later(table: Table) -> list[str]:
    """Return what of an append-only table is emptied when a family's file is erased."""
    return erased_columns(table) if _of_a_family(table) else []


def _own_centre(table: Table, *, writing: bool = False) -> str:
    """Say which rows are of the centre; machine clients write none but those of their audit."""
    column = "id" if table.name == "centre" else "centre_id"
    if (own := OWN.get(table.name)) and not writing:
        person = "(SELECT app.office()) IS NOT NULL"
        return f"centre_id = (SELECT app.centre()) AND ({person} OR {own} = (SELECT app.account()))"
    machines = table.name == "audit_entry" if writing else table.name in READ
    return f"{column} = (SELECT app.{'centre' if machines else 'office'}())"


def _family_column(table: Table) -> str | None:
    """Return the column that says whose file a row is in; None: in none."""
    if table.name == "family":
        return "id"
    return "family_id" if _of_a_family(table) and not _is_narrow(table) else None


def _of_a_family(table: Table) -> bool:
    return "family_id" in table.columns and table.name not in SCOPE_TABLES


def _is_narrow(table: Table) -> bool:
    """Tell whether less than the centre may read: `readers` name who may beside the manager."""
    return "readers" in table.info


def _one_of(table: Table, columns: Iterable[str], also: str = "", *, writing: bool = False) -> str:
    named = "".join(f" OR {column} = (SELECT app.account())" for column in columns)
    centre = _own_centre(table, writing=writing)
    return f"{centre} AND ((SELECT app.sees_all()){named}{also})"


def _of_the_system(table: Table) -> str:
    return f"{_own_centre(table)} AND (SELECT app.account()) IS NULL"


def _writable(table: Table) -> str:
    """Say which rows a person may leave behind: `writers` are columns like `readers`."""
    if table.info.get("of_the_system"):
        return _of_the_system(table)
    if _is_narrow(table):
        return _one_of(table, table.info["writers"], writing=True)
    of_family = _of_a_family(table)
    return _visible(table, writing=True) if of_family else _own_centre(table, writing=True)


def _visible(table: Table, also: str = "", *, writing: bool = False) -> str:
    """Say which rows a person sees: the centre's, and of a family only those in scope (K11).

    `also` opens rows of a family that are not.
    """
    if table.name in PUBLIC_TABLES:
        return "true"
    if table.info.get("of_the_system"):
        return _of_the_system(table)
    if _is_narrow(table):
        office = " OR (SELECT app.keeps_accounts())" * bool(table.info.get("office"))
        return _one_of(table, table.info["readers"], office)
    centre = _own_centre(table, writing=writing)
    everything = "(SELECT app.sees_all())"
    if table.name == "family":
        return f"{centre} AND ({everything} OR app.was_given(id) OR app.serves(district_id){also})"
    if _of_a_family(table):
        return f"{centre} AND ({everything} OR app.sees(family_id){also})"
    return centre


def _listed(table: Table) -> str:
    """Say the same of a table that is listed over many families: what is seen is read once."""
    seen = "family_id = ANY ((SELECT app.readable())::uuid[])"
    return f"{_own_centre(table)} AND ((SELECT app.sees_all()) OR {seen})"


def triggers(table: Table) -> Iterator[str]:
    """Yield the version trigger and the audit trigger of one table, and what renews a scope."""
    name = f'"{table.name}"'
    if table.name in UNCHANGEABLE:
        yield (
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()"
        )
    if "version" in table.columns:
        yield (
            f"CREATE TRIGGER raise_version BEFORE UPDATE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION app.raise_version()"
        )
    if "version" in table.columns and table.info.get("audited", True):
        family = "id" if table.name == "family" else "family_id" * ("family_id" in table.columns)
        said = ", ".join(f"'{word}'" for word in (family, *sensitive_columns(table)))
        yield (
            f"CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON {name}"
            f" FOR EACH ROW EXECUTE FUNCTION app.note_change({said})"
        )
    if emptied := erased_columns(table):
        # Written or changed; what is empty says nothing.
        said = " OR ".join(f"NEW.{column} IS NOT NULL" for column in emptied)
        yield (
            f"CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF {', '.join(emptied)}"
            f" ON {name} FOR EACH ROW WHEN ({said})"
            f" EXECUTE FUNCTION app.refuse_erased('{_leading_to_family(table)}')"
        )
    if table.name in DECIDES_ON_SCOPE:
        yield (
            f"CREATE TRIGGER look_again AFTER INSERT OR UPDATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION app.look_again()"
        )


def _leading_to_family(table: Table) -> str:
    if table.name == "family":
        return "id"
    return "family_id" if "family_id" in table.columns else "person_id"


def unindexed_keys(table: Table) -> list[ForeignKeyConstraint]:
    """Return foreign keys that no index serves: a partial index does not count."""
    leading = [tuple(c.name for c in index.columns) for index in table.indexes]
    leading.append(tuple(c.name for c in table.primary_key.columns))
    missing = []
    for key in table.foreign_key_constraints:
        columns = tuple(key.column_keys)
        if not any(set(columns) <= set(index[: len(columns)]) for index in leading):
            missing.append(key)
    return missing
