"""How holds and records of erasure are found, and how a file is emptied."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Date
from sqlmodel import col

from app.db.audit import AuditEntry
from app.db.base import metadata
from app.db.idempotency import FORGOTTEN, IdempotencyKey
from app.db.sensitive import Sensitivity, erased_columns, sensitivity
from app.db.views import Key, Many, One
from app.domain.act import Act
from app.domain.cases.tables import Case
from app.domain.centres.queries import settings_on
from app.domain.closures.tables import ArchivedCase
from app.domain.families.queries import seen_family
from app.domain.families.tables import Person
from app.domain.identity.queries import person
from app.domain.retention import rules
from app.domain.retention.rules import CaseFacts
from app.domain.retention.tables import LegalHold

_EMPTY = frozenset({Sensitivity.IDENTIFIER, Sensitivity.NUMBER})
_HOLD = f"""SELECT h.id, h.version, h.family_id, h.reason, h.reference, h.set_on, h.lifted_on,
           h.note, {person("h.created_by")} AS set_by, app.z(h.created_at) AS created_at
      FROM legal_hold h WHERE h.centre_id = app.centre()"""
HOLD = One(
    f"{_HOLD} AND h.id = :id::uuid AND app.note_reading(h.family_id, 'legal_hold', h.id)",
)
HOLDS = Many(
    f"{_HOLD} AND (:lifted::boolean IS NULL OR (h.lifted_on IS NOT NULL) = :lifted::boolean)",
    (Key("h.id", "uuid"),),
    descending=True,
    noted="legal_hold",
)
HOLDS_OF_FAMILY = Many(
    f"{_HOLD} AND h.family_id = :family_id::uuid",
    (Key("h.id", "uuid"),),
    descending=True,
    within=seen_family("legal_hold"),
)
_ERASED = f"""SELECT e.id, e.version, e.family_id, e.ground, e.erased_on, e.case_ids, e.categories,
           e.records, e.request_id, e.list_id, {person("e.created_by")} AS erased_by,
           app.z(e.created_at) AS created_at
      FROM erased_file e WHERE e.centre_id = app.centre()"""
ERASED = One(
    f"{_ERASED} AND e.id = :id::uuid AND app.note_reading(e.family_id, 'erased_file', e.id)"
)
ERASED_FILES = Many(
    _ERASED,
    (Key("e.erased_on", "date"), Key("e.id", "uuid")),
    descending=True,
    noted="erased_file",
)


async def standing_holds(act: Act, family_id: UUID) -> int:
    """Count the holds that stand on a family's file."""
    query = select(func.count()).where(
        col(LegalHold.centre_id) == act.actor.centre_id,
        col(LegalHold.family_id) == family_id,
        col(LegalHold.lifted_on).is_(None),
    )
    return (await act.session.execute(query)).scalar_one()


async def open_requests(act: Act, family_id: UUID) -> int:
    """Count the requests of a family's members that nobody has answered."""
    request = metadata().tables["rights_request"]
    query = select(func.count()).where(_of_file(act, request, family_id), request.c.state == "open")
    return (await act.session.execute(query)).scalar_one()


async def cases_of(act: Act, family_id: UUID) -> dict[UUID, tuple[CaseFacts, str | None]]:
    """Return the cases of a family with their facts and archival category.

    One without a row in the archive is kept as the settings of today say.
    """
    settings = await settings_on(act, act.today)
    category, years = settings.retention_category, settings.retention_years
    query = (
        select(
            *(col(Case.id), col(Case.state), col(Case.closed_on), col(ArchivedCase.id)),
            *(col(ArchivedCase.retention_until), col(ArchivedCase.retention_category)),
        )
        .join(
            ArchivedCase,
            and_(
                col(ArchivedCase.centre_id) == Case.centre_id,
                col(ArchivedCase.case_id) == Case.id,
            ),
            isouter=True,
        )
        .where(col(Case.centre_id) == act.actor.centre_id, col(Case.family_id) == family_id)
        .order_by(col(Case.id))
    )
    found = (await act.session.execute(query)).all()
    return {
        case_id: (CaseFacts(state, archived=True, retention_until=until), said)
        if archived
        else (
            CaseFacts(state, retention_until=rules.kept_by_settings(closed_on, category, years)),
            category,
        )
        for case_id, state, closed_on, archived, until, said in found
    }


def emptied() -> Iterator[Table]:
    """Yield every table that holds something personal of a family's file."""
    yield from (table for table in metadata().sorted_tables if erased_columns(table))


def _of_file(act: Act, table: Table, family_id: UUID) -> ColumnElement[bool]:
    """Name the rows of a file in a table, by the key that an index serves."""
    centre = table.c.centre_id == act.actor.centre_id
    if table.name == "family":
        return centre & (table.c.id == family_id)
    if "case_id" in table.c:
        cases = select(col(Case.id)).where(
            col(Case.centre_id) == act.actor.centre_id, col(Case.family_id) == family_id
        )
        return centre & table.c.case_id.in_(cases)
    if "family_id" in table.c:
        return centre & (table.c.family_id == family_id)
    people = select(col(Person.id)).where(
        col(Person.centre_id) == act.actor.centre_id, col(Person.family_id) == family_id
    )
    return centre & table.c.person_id.in_(people)


async def count_records(act: Act, family_id: UUID) -> int:
    """Count the rows of a file that hold something personal."""
    counts = [
        select(func.count()).select_from(table).where(_of_file(act, table, family_id))
        for table in emptied()
    ]
    total = sum((count.scalar_subquery() for count in counts), start=literal(0))
    return int((await act.session.execute(select(total))).scalar_one())


async def erasing(act: Act, family_id: UUID | None) -> None:
    """Tell the database whose file this act empties: nobody else writes into one that is erased."""
    said = func.set_config("app.erasing", str(family_id or ""), true())
    await act.session.execute(select(said))


async def empty(act: Act, table: Table, family_id: UUID) -> None:
    """Empty what is personal in a table's rows of a file; what is left names nobody."""
    columns = [table.c[name] for name in erased_columns(table)]
    documents = [column for column in columns if isinstance(column.type, JSONB | ARRAY)]
    plain = {c.name: _left(c) for c in columns if c not in documents}
    rows = _of_file(act, table, family_id)
    if not documents:
        await act.session.execute(update(table).where(rows).values(plain))
        return
    known = rules.codes()
    found = (await act.session.execute(select(table.c.id, *documents).where(rows))).mappings()
    for row in found.all():
        one = rows & (table.c.id == row["id"])
        values = plain | _without_words(documents, row, known)
        await act.session.execute(update(table).where(one).values(values))


async def forget_answers(act: Act, family_id: UUID) -> None:
    """Empty the answers kept for repeats of whatever the audit says was about a family.

    With them goes the hash by which a repeat is known: it was made of what the file said.

    One kept by an earlier release names no request: it goes as well, for the day that it has left.
    """
    about = select(col(AuditEntry.request_id)).where(
        col(AuditEntry.centre_id) == act.actor.centre_id, col(AuditEntry.family_id) == family_id
    )
    request = col(IdempotencyKey.request_id)
    await act.session.execute(
        update(IdempotencyKey)
        .where(
            col(IdempotencyKey.centre_id) == act.actor.centre_id,
            col(IdempotencyKey.status).is_not(None),
            or_(request.is_(None), request.in_(about)),
        )
        .values(status=FORGOTTEN, request_hash="", headers={}, body=None)
        .execution_options(synchronize_session=False)
    )


def _without_words(
    documents: list[Column[Any]], row: RowMapping, known: frozenset[str]
) -> dict[str, Any]:
    return {column.name: rules.erased(row[column.name], known) for column in documents}


def _left(column: Column[Any]) -> Any:
    """Say what is left of a column: nothing, the year, or a mark where something was written."""
    kind = sensitivity(column)
    if kind in _EMPTY:
        return null()
    if kind is Sensitivity.BIRTH:
        return cast(func.date_trunc("year", column), Date)
    return case((column.is_not(None), rules.MARK))
