"""The columns that a person's package shows of each kind of record."""

from sqlalchemy import Uuid

from app.db.base import metadata
from app.domain import rooms
from app.domain.disclosure import rules
from app.domain.disclosure.rules import RecordKind

list(rooms("tables"))


def columns_shown(kind: RecordKind) -> set[str]:
    shown = {
        column.name
        for column in metadata().tables[kind.value].columns
        if column.name not in rules.TECHNICAL and not isinstance(column.type, Uuid)
    }
    return shown - rules.OF_OTHERS.get(kind, frozenset())
