"""Row security of an erased file: no word is written into it any more (RODO17.1)."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import ARRAY, Date, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import metadata
from app.db.sensitive import erased_columns
from app.domain import rooms
from tests.factories.every_table import FAMILIES, acting_as
from tests.factories.people import HERE

list(rooms("tables"))
WORDED = [table for table in metadata().sorted_tables if erased_columns(table)]
_ERASED = "UPDATE family SET erased_on = '2026-03-10' WHERE id = $1"


def _name(table: Table) -> str:
    return table.name


def _word(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, JSONB | ARRAY):
        return "'[]'" if isinstance(kind, JSONB) else "'{}'"
    return "'2026-03-10'" if isinstance(kind, Date) else "'x'"


@pytest.mark.parametrize("table", WORDED, ids=_name)
@pytest.mark.parametrize("erased", [False, True])
async def test_nobody_writes_words_into_an_erased_file(
    superuser: Any, table: Table, *, erased: bool
) -> None:
    """Not by any column that erasure empties, whoever writes and by whatever operation."""
    own = next(family.id for family in FAMILIES if family.name == "own")
    for column in erased_columns(table):
        async with acting_as(superuser, HERE.manager):
            await superuser.execute("RESET ROLE")
            if erased:
                await superuser.execute(_ERASED, own)
            written = f'UPDATE "{table.name}" SET {column} = {_word(table, column)}'
            if table.name == "rights_request":
                written += ", person_id = (SELECT id FROM person WHERE family_id = $1)"
            key = "id" if table.name == "family" else "family_id"
            written += f" WHERE {key} = $1" if key in table.columns else ""
            if erased:
                with pytest.raises(asyncpg.RestrictViolationError) as refused:
                    await superuser.execute(written, own)
                assert refused.value.constraint_name == "family_not_erased", column
            else:
                await superuser.execute(written, own)
