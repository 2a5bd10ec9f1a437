"""Each protection level as the code holds it: which columns, what is sealed, what is erased."""

from collections.abc import Iterable

from app.db import idempotency
from app.db.base import metadata
from app.db.sensitive import Sensitivity, erased_columns, sensitivity
from app.db.vault.renewal import sealed_tables
from app.db.vault.rows import sealed_columns
from app.domain import rooms

list(rooms("tables"))


def columns_of(level: Sensitivity) -> set[str]:
    """Name the columns (table.column) of a level."""
    assert idempotency.IdempotencyKey.__tablename__ in metadata().tables, "every table is there"
    return {
        f"{table.name}.{column.name}"
        for table in metadata().sorted_tables
        for column in table.columns
        if sensitivity(column) is level
    }


def sealed() -> set[str]:
    """Name the columns whose texts lie encrypted."""
    return {f"{kind.__tablename__}.{c}" for kind in sealed_tables() for c in sealed_columns(kind)}


def erased() -> set[str]:
    """Name the columns that are emptied when a file is erased."""
    return {
        f"{table.name}.{c}" for table in metadata().sorted_tables for c in erased_columns(table)
    }


def cell(columns: set[str], chosen: Iterable[str]) -> str:
    """Say how many of some columns are chosen, and name the smaller part of them."""
    here, other = columns & set(chosen), columns - set(chosen)
    if not here:
        return "none"
    if not other:
        return "all"
    if len(other) <= len(here):
        return f"all but {_named(other)}"
    return _named(here)


def _named(columns: set[str]) -> str:
    return " ".join(f"`{name}`" for name in sorted(columns))


def row(level: Sensitivity) -> list[str]:
    """Write what a level's row of the page must begin with, after what it holds."""
    columns = columns_of(level)
    return [str(len(columns)), cell(columns, sealed()), cell(columns, erased())]
