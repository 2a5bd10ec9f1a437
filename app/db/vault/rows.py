"""Sealing rows: at the flush into tokens, at the load back into words.

Which fields are sealed says their type: `SEALED` among the annotations of a field, or of a shape
that a document is made of; what stands under such a name in a document is sealed. A column
`<field>_index` takes the blind index of its field.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, get_args
from uuid import UUID

from pydantic.fields import FieldInfo
from sqlalchemy import UpdateBase, event, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import ORMExecuteState, QueryContext, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlmodel import SQLModel

from app.db.base import Record
from app.db.types import SEALED
from app.db.vault.ring import MARK, NoKey, Place, Ring

RING = "ring"
_OPENED = "opened"
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
Change = Callable[[str], str]


class WritesPastTheSeal(TypeError):
    """One statement for many rows sets what is to lie sealed; only a flush seals."""


def says_sealed(field: FieldInfo) -> bool:
    """Tell whether a field holds what is sealed."""
    return SEALED in field.metadata or _holds(field.annotation)


def _holds(annotation: object) -> bool:
    return annotation is SEALED or any(_holds(part) for part in get_args(annotation))


def _models(kind: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for below in kind.__subclasses__():
        yield below
        yield from _models(below)


@cache
def sealed_names(kind: type[Record]) -> frozenset[str]:
    """Return the names under which documents of a table hold what is sealed.

    They are those of every shape that is there when the table is first used: a table's module
    imports the shapes of its documents.
    """
    assert issubclass(kind, Record)
    return frozenset(
        name
        for model in _models(SQLModel)
        for name, field in model.model_fields.items()
        if says_sealed(field)
    )


@cache
def sealed_columns(kind: type[Record]) -> tuple[str, ...]:
    """Return the columns of a table that hold sealed text, or documents that may."""
    columns = inspect(kind).columns
    return tuple(
        name
        for name, field in kind.model_fields.items()
        if says_sealed(field) or isinstance(columns[name].type, JSONB)
    )


def changed_words(kind: type[Record], column: str, value: Any, change: Change) -> Any:
    """Apply a change to all that is sealed in a column's value."""
    return _changed(value, change, sealed_names(kind), _is_sealed_itself(kind, column))


@cache
def _is_sealed_itself(kind: type[Record], column: str) -> bool:
    return says_sealed(kind.model_fields[column])


def _changed(value: Any, change: Change, names: frozenset[str], sealed: bool) -> Any:
    if isinstance(value, dict):
        return {k: _changed(v, change, names, k in names) for k, v in value.items()}
    if isinstance(value, list):
        return [_changed(item, change, names, sealed) for item in value]
    return change(value) if sealed and isinstance(value, str) else value


def sealed_values(
    ring: Ring | None, kind: type[Record], row_id: UUID, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the sealed form of some columns of a row, with the blind indexes that belong to it."""
    found: dict[str, Any] = {}
    for column, value in values.items():
        place = Place(str(kind.__tablename__), column, row_id)
        found[column] = changed_words(kind, column, value, partial(_seal, ring, place))
        index = f"{column}_index"
        if index in kind.model_fields:
            found[index] = ring.index(column, value) if ring and value is not None else None
    return found


def _seal(ring: Ring | None, place: Place, text: str) -> str:
    if ring is None:
        raise NoKey(place.table)
    return ring.seal(place, text)


def _opened(ring: Ring | None, place: Place, text: str) -> str:
    if ring is None:
        raise NoKey(place.table)
    return ring.open(text, place)


def ring_of(session: Session) -> Ring | None:
    """Return the ring of the centre that a session works for."""
    ring: Ring | None = session.info.get(RING)
    return ring


def seal_new(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Before a flush: put tokens into the place of what was written; remember the words."""
    opened = session.info.setdefault(_OPENED, [])
    for row in (*session.new, *session.dirty):
        if not isinstance(row, Record):
            continue
        kind = type(row)
        words = {c: getattr(row, c) for c in sealed_columns(kind) if _is_new(session, row, c)}
        for column, value in sealed_values(ring_of(session), kind, row.id, words).items():
            if value != getattr(row, column, None):
                setattr(row, column, value)
                if column in words:
                    opened.append((row, column, words[column]))


def _is_new(session: Session, row: Record, column: str) -> bool:
    if row in session.new:
        return getattr(row, column, None) is not None
    return bool(inspect(row).attrs[column].history.has_changes())


def open_flushed(session: Session, _context: UOWTransaction) -> None:
    """After a flush: put the words back, as if they had been stored."""
    for row, column, value in session.info.pop(_OPENED, ()):
        set_committed_value(row, column, value)


def _open_loaded(row: Record, context: QueryContext) -> None:
    held = row.__dict__
    ring = ring_of(context.session)
    for column in sealed_columns(type(row)):
        value = held.get(column)
        if value is None or (isinstance(value, str) and not value.startswith(MARK)):
            continue
        place = Place(str(row.__tablename__), column, held["id"])
        words = changed_words(type(row), column, value, partial(_opened, ring, place))
        set_committed_value(row, column, words)


def _open_refreshed(row: Record, context: QueryContext | None, _names: object) -> None:
    if context is not None:  # else a statement has said what stands there now: nothing was loaded
        _open_loaded(row, context)


def refuse_unsealed(state: ORMExecuteState) -> None:
    """Before a statement: refuse one for many rows that would write words where tokens lie."""
    if not isinstance(state.statement, UpdateBase) or state.bind_mapper is None:
        return
    kind = state.bind_mapper.class_
    if not issubclass(kind, Record) or not sealed_columns(kind):
        return
    written = state.statement.compile(dialect=_POSTGRESQL).params
    if past := sorted(set(sealed_columns(kind)) & set(written)):
        raise WritesPastTheSeal(f"{kind.__tablename__}: {', '.join(past)}")


def watch(session_class: type[Session]) -> None:
    """Seal and open all records of the sessions of a class."""
    event.listen(session_class, "do_orm_execute", refuse_unsealed)
    event.listen(session_class, "before_flush", seal_new)
    event.listen(session_class, "after_flush_postexec", open_flushed)


event.listen(Record, "load", _open_loaded, propagate=True)
event.listen(Record, "refresh", _open_refreshed, propagate=True)
