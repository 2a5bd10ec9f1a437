"""How files that are due are found, and how lists are shown."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.cases.rules import ENDED
from app.domain.centres.queries import settings_in
from app.domain.destruction.rules import MOST_FILES, FileState, ListState
from app.domain.destruction.tables import DestructionFile, DestructionList
from app.domain.identity.queries import person

_ENDED = ", ".join(f"'{state}'" for state in sorted(ENDED))
# What `retention.rules.require_erasable` says of one file, of all of them at once.
_DUE = text(f"""
SELECT f.id, max(k.until) AS until, array_agg(DISTINCT k.category) AS categories
  FROM family f
  JOIN (SELECT c.family_id, c.state,
               CASE WHEN a.id IS NULL THEN s.retention_category
                    ELSE a.retention_category END AS category,
               CASE WHEN a.id IS NOT NULL THEN a.retention_until
                    WHEN s.retention_category IS NOT NULL
                    THEN app.retention_end(c.closed_on, s.retention_years) END AS until
          FROM family_case c
          LEFT JOIN archived_case a ON a.centre_id = c.centre_id AND a.case_id = c.id
           AND a.family_id = c.family_id
         {settings_in("app.today()", "retention_category", "retention_years")}
         WHERE c.centre_id = app.centre()) k ON k.family_id = f.id
 WHERE f.centre_id = app.centre() AND f.erased_on IS NULL
   AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.centre_id = f.centre_id
                      AND h.family_id = f.id AND h.lifted_on IS NULL)
   AND NOT EXISTS (SELECT FROM destruction_file d WHERE d.centre_id = f.centre_id
                      AND d.family_id = f.id AND d.state = 'listed')
 GROUP BY f.id
HAVING bool_and(k.state IN ({_ENDED}) AND k.until IS NOT NULL AND k.until <= app.today())
 ORDER BY max(k.until), f.id LIMIT {MOST_FILES}
""")


class Due(NamedTuple):
    """A file that may be destroyed: since when, and in which archival categories it was kept."""

    family_id: UUID
    until: date
    categories: Sequence[str]


async def files_due(act: Act) -> list[Due]:
    """Return the files that may be destroyed today and are on no list, the longest due first."""
    found = (await act.session.execute(_DUE)).all()
    return [Due(row.id, row.until, sorted(filter(None, row.categories))) for row in found]


async def next_file(act: Act, list_id: UUID) -> DestructionFile | None:
    """Return the next file of a list that is still on it, locked."""
    query = (
        select(DestructionFile)
        .where(
            col(DestructionFile.centre_id) == act.actor.centre_id,
            col(DestructionFile.list_id) == list_id,
            col(DestructionFile.state) == FileState.LISTED,
        )
        .order_by(col(DestructionFile.id))
        .limit(1)
        .with_for_update()
    )
    return (await act.session.execute(query)).scalar_one_or_none()


async def files_left(act: Act, list_id: UUID) -> list[DestructionFile]:
    """Return all files that are still on a list."""
    query = select(DestructionFile).where(
        col(DestructionFile.centre_id) == act.actor.centre_id,
        col(DestructionFile.list_id) == list_id,
        col(DestructionFile.state) == FileState.LISTED,
    )
    return list((await act.session.execute(query)).scalars())


_COUNTED = """(SELECT count(*) FROM destruction_file d WHERE d.centre_id = l.centre_id
    AND d.list_id = l.id{0})"""


def _count(state: FileState) -> str:
    return _COUNTED.format(f" AND d.state = '{state}'")


_LIST = f"""SELECT l.id, l.version, l.state, l.prepared_on, l.approved_on,
           {person("l.approved_by")} AS approved_by, l.consent_ref, l.carried_out_on,
           {_COUNTED.format("")} AS files, {_count(FileState.LISTED)} AS files_left,
           {_count(FileState.ERASED)} AS files_erased,
           {_count(FileState.LEFT_OUT)} AS files_left_out,
           app.z(l.created_at) AS created_at
      FROM destruction_list l WHERE l.centre_id = app.centre()"""
LIST = One(f"{_LIST} AND l.id = :id::uuid", facts="SELECT r.state")
LISTS = Many(_LIST, (Key("l.id", "uuid"),), descending=True)
FILES = Many(
    """SELECT d.id, d.version, d.family_id, f.surname AS family_surname, d.categories,
           d.retention_until, d.state, d.left_out_because, e.id AS erased_file_id
      FROM destruction_file d
      JOIN family f ON f.centre_id = d.centre_id AND f.id = d.family_id
      LEFT JOIN erased_file e ON e.centre_id = d.centre_id AND e.family_id = d.family_id
       AND e.list_id = d.list_id
     WHERE d.centre_id = app.centre() AND d.list_id = :list_id::uuid""",
    (Key("d.id", "uuid"),),
    within="destruction_list WHERE centre_id = app.centre() AND id = :list_id::uuid",
    noted="destruction_list",
)


# Ids and counts, as the paper says them: what is left of the files names nobody.
RECORD = View("""
    SELECT json_build_object('id', l.id, 'state', l.state, 'prepared_on', l.prepared_on,
           'approved_on', l.approved_on, 'approved_by', l.approved_by,
           'consent_ref', l.consent_ref, 'carried_out_on', l.carried_out_on,
           'centre', json_build_object('name', c.name, 'address', c.address),
           'count', count(d.id), 'erased', count(e.id), 'left_out', count(d.id) - count(e.id),
           'records', coalesce(sum(e.records), 0),
           'files', coalesce(json_agg(json_build_object('family_id', d.family_id,
               'categories', d.categories, 'retention_until', d.retention_until,
               'state', d.state, 'because', d.left_out_because, 'erased_file_id', e.id,
               'erased_on', e.erased_on, 'cases', cardinality(e.case_ids),
               'records', e.records) ORDER BY d.id) FILTER (WHERE d.id IS NOT NULL), '[]'))
      FROM destruction_list l JOIN centre c ON c.id = l.centre_id
      LEFT JOIN destruction_file d ON d.centre_id = l.centre_id AND d.list_id = l.id
      LEFT JOIN erased_file e ON e.centre_id = d.centre_id AND e.family_id = d.family_id
       AND e.list_id = d.list_id
     WHERE l.centre_id = app.centre() AND l.id = :id::uuid
     GROUP BY l.centre_id, l.id, c.id
    HAVING app.note_list('destruction_list', count(d.id), NULL)
""")


async def is_waiting(act: Act) -> bool:
    """Tell whether a list waits for the manager's approval."""
    query = select(col(DestructionList.id)).where(
        col(DestructionList.centre_id) == act.actor.centre_id,
        col(DestructionList.state) == ListState.PROPOSED,
    )
    return (await act.session.execute(query.limit(1))).first() is not None


async def approved_lists(act: Act) -> list[UUID]:
    """Return the lists that are approved and not carried out, the oldest first."""
    query = (
        select(col(DestructionList.id))
        .where(
            col(DestructionList.centre_id) == act.actor.centre_id,
            col(DestructionList.state) == ListState.APPROVED,
        )
        .order_by(col(DestructionList.id))
    )
    return list((await act.session.execute(query)).scalars())
