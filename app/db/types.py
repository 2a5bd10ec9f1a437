"""Column types that every table uses: ids, instants, closed lists, lists and documents."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import uuid_utils
from sqlalchemy import DateTime, Enum, ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

INSTANT = DateTime(timezone=True)
TEXT_LIST = ARRAY(Text)
DOCUMENT = JSONB(none_as_null=True)


class _Sealed:
    """The mark of a text that lies encrypted in the database (app/db/vault)."""

    def __repr__(self) -> str:
        return "SEALED"


SEALED = _Sealed()


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562): sorted by time, made by the application before the flush."""
    return UUID(int=uuid_utils.uuid7().int)


def first_id_at(instant: datetime) -> UUID:
    """Return what no id of this instant or later is below: its first 48 bits are milliseconds.

    They count from 1970 on; of an instant before it that is the lowest id of all.
    """
    return UUID(int=max(int(instant.timestamp() * 1000), 0) << 80)


def term(values: type[StrEnum], name: str = "") -> Enum:
    """Store a closed list as text with a CHECK on its values, never a native enum or the names.

    `name` tells the CHECKs of one table apart where two of its columns have the same list.
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=64,
        name=name or re.sub(r"(?<!^)(?=[A-Z])", "_", values.__name__).lower(),
        values_callable=lambda kind: [member.value for member in kind],
    )


def belongs_to(column: str, table: str, *, name: str | None = None) -> ForeignKeyConstraint:
    """Point to a row of the same centre: the key includes the centre, so it can't leave it."""
    return ForeignKeyConstraint(
        ["centre_id", column], [f"{table}.centre_id", f"{table}.id"], name=name
    )


def belongs_to_case() -> ForeignKeyConstraint:
    """Point to a case *and* its family at once, so that the two columns can't disagree."""
    return ForeignKeyConstraint(
        ["centre_id", "case_id", "family_id"],
        ["family_case.centre_id", "family_case.id", "family_case.family_id"],
    )


def document(value: Any) -> Any:
    """Turn shapes (or lists of them) into what a DOCUMENT column stores."""
    if isinstance(value, list | tuple):
        return [document(item) for item in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value
