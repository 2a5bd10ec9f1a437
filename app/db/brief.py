"""The short way of a hot command: three statements on one bare connection, no session.

A `Brief` is a command's SQL, compiled at import. (1) One statement enters the scope, claims the
idempotency key and locks rows, in the order in which they stand. (2) One reads the facts: it begins
after the locks are held, so nothing that it counts can change any more. Then the rules judge, in
Python, and say what is to be written. (3) One statement writes it all, shows what came of it and
keeps that answer, with what is sealed in it, beside the key. Triggers write the audit; row security
holds as everywhere.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from app.db.base import Record
from app.db.idempotency import SEEN, KeptAnswer
from app.db.session import NotEntered, Scope
from app.db.vault.ring import Ring, is_sealed
from app.db.vault.rows import sealed_columns, sealed_values
from app.db.views import ENTERED, View, numbered

F = TypeVar("F")
Values = Mapping[str, Any]
_KEY, _HASH = f"${ENTERED + 1}", f"${ENTERED + 2}"
_OPEN = f"""WITH entered AS MATERIALIZED (
    SELECT app.enter($1, $2, $3, $4, $5, $6, $7, $8) AS standing),
claimed AS (
    INSERT INTO idempotency_key (centre_id, account_id, key, request_hash)
    SELECT $1, $2, {_KEY}, {_HASH} FROM entered WHERE standing = 'ok'
    ON CONFLICT DO NOTHING RETURNING true AS held)
SELECT e.standing, l0.held {{columns}}
  FROM entered e LEFT JOIN claimed l0 ON true {{locks}}"""
# A lock waits for the one before it, and the first for the key: each refers to its forerunner.
_LOCK = """ LEFT JOIN LATERAL (SELECT true AS held{columns} FROM {table} x
    WHERE x.centre_id = $1 AND x.id = {row} AND l{before}.held FOR {strength}) l{n} ON true"""
_LOCK_EACH = """ LEFT JOIN LATERAL (SELECT true AS held, array_agg(y.id) AS {columns} FROM
    (SELECT x.id FROM {table} x WHERE x.centre_id = $1 AND x.id IN ({row}) AND l{before}.held
        FOR {strength}) y) l{n} ON true"""
FIRST_ANSWER = f"""SELECT request_hash, status, headers::text, body, {SEEN} AS seen
  FROM idempotency_key WHERE centre_id = $1 AND account_id = $2 AND key = $3"""
SAID_BEFORE = View("""SELECT k.request_hash FROM idempotency_key k
 WHERE k.centre_id = app.centre() AND k.account_id = app.account() AND k.key = :key
   AND k.request_hash <> ''""")
_WRITE = """WITH {written},
shown AS (SELECT row_to_json(r)::text AS body, r.id, r.version FROM ({row}) r)
UPDATE idempotency_key k SET status = 201, body = s.body, headers = jsonb_build_object(
       'content-type', 'application/json', 'etag', format('"%s"', s.version),
       'location', $4::text || s.id)
  FROM shown s WHERE k.centre_id = $1 AND k.account_id = $2 AND k.key = $3
RETURNING k.request_hash, k.status, k.headers::text, k.body"""


@dataclass(frozen=True, slots=True)
class Lock:
    """A row to lock: `row` is its id as SQL. Only the first of a command's must exist.

    `reads` are columns of it (`state`, `state AS worker_state`), as they are once it is locked:
    they are facts, and values for the statements that follow. With `each`, `row` is a select of
    ids, all of which are locked, and `reads` one name: the array of those that are there.
    """

    table: str
    row: str
    reads: tuple[str, ...] = ()
    strength: str = "UPDATE"
    each: bool = False

    @property
    def names(self) -> list[str]:
        """Return how its columns are called."""
        return [column.rpartition(" ")[2] for column in self.reads]


@dataclass(frozen=True, slots=True)
class Intent:
    """What a request claims: its key, the hash of what it says, where its creation will stand."""

    key: str
    request_hash: str
    place: str


class Brief(Generic[F]):
    """The statements of one creating command.

    `facts` is a select of one row; what the locks read and its columns make the dataclass `into`.
    `written` are the
    parts of a WITH clause that write, by their names, `shown` a select of the created
    resource from those parts. A statement does not see in a table what its own parts write there.
    `creates` is the table of what is created, as `:id`: what is sealed there is sealed.
    """

    def __init__(
        self,
        *locks: Lock,
        into: type[F],
        facts: str,
        creates: type[Record],
        written: Mapping[str, str],
        shown: str,
    ) -> None:
        """Compile the three statements."""
        numbers = list(enumerate(locks, start=1))
        columns = [f", l{n}.held" for n, _ in numbers]
        columns += [f", l{n}.{name}" for n, lock in numbers for name in lock.names]
        opening = _OPEN.format(
            columns="".join(columns), locks="".join(_chained(lock, n) for n, lock in numbers)
        )
        self.opening, self.opens = numbered(opening, ENTERED + 2)
        self.facts, self.asks = numbered(facts, 0)
        parts = ",\n".join(f"{name} AS ({part})" for name, part in written.items())
        writing = _WRITE.format(written=parts, row=shown)
        self.writing, self.writes = numbered(writing, 4)
        self.into, self.creates = into, creates
        self.reads = tuple(name for lock in locks for name in lock.names)

    def sealed(self, ring: Ring | None, said: Values) -> Values:
        """Seal what is written of the row that is created; return that alone."""
        words = {c: said[c] for c in sealed_columns(self.creates) if said.get(c) is not None}
        return sealed_values(ring, self.creates, said["id"], words)


def _chained(lock: Lock, n: int) -> str:
    columns = "".join(f", x.{column}" for column in lock.reads)
    return (_LOCK_EACH if lock.each else _LOCK).format(
        columns=lock.reads[0] if lock.each else columns,
        table=lock.table,
        row=lock.row,
        strength=lock.strength,
        n=n,
        before=n - 1,
    )


@dataclass(frozen=True, slots=True)
class Unseen(Exception):
    """The first row to lock is not there, or not to be seen."""


async def carry_out(
    connection: Any,
    scope: Scope,
    intent: Intent,
    brief: Brief[F],
    given: Values,
    judge: Callable[[F], Values],
    ring: Ring | None,
) -> KeptAnswer:
    """Give a command on a connection with an open transaction; whatever is raised ends it.

    The answer is the first one of the key: of this request, or of the one that had it before.
    """
    values = [given[name] for name in brief.opens]
    opening = [*scope.arguments(), intent.key, intent.request_hash, *values]
    opened = await connection.fetchrow(brief.opening, *opening)
    if opened["standing"] != "ok":
        raise NotEntered(opened["standing"])
    mine = (scope.centre, scope.account, intent.key)
    if not opened[1]:
        return KeptAnswer.before(await connection.fetchrow(FIRST_ANSWER, *mine))
    if not opened[2]:
        raise Unseen
    locked = {name: opened[name] for name in brief.reads}
    known = {**given, **locked}
    facts = await connection.fetchrow(brief.facts, *[known[name] for name in brief.asks])
    said = {**known, **judge(brief.into(**locked, **facts))}
    sealed = brief.sealed(ring, said)
    writing = [sealed[name] if name in sealed else said[name] for name in brief.writes]
    answer = await connection.fetchrow(brief.writing, *mine, intent.place, *writing)
    if answer is None:
        raise Unseen
    kept = KeptAnswer.of(answer)
    return replace(kept, body=_unsealed(kept.body, said, sealed))


def _unsealed(body: str, said: Values, sealed: Values) -> str:
    """Put back the words that were sealed a moment ago: opening each token would cost more."""
    for column, token in sealed.items():
        if is_sealed(token):
            body = body.replace(token, json.dumps(said[column], ensure_ascii=False)[1:-1])
    return body


def inserted(table: str, columns: Mapping[str, str], after: str = "") -> str:
    """Write the insertion of a row: which value each column gets, the centre beside them.

    `after` names a part of the same WITH clause that must have been carried out before. What is
    shown of the row itself adds RETURNING, which row security judges once more.
    """
    names, values = ", ".join(columns), ", ".join(columns.values())
    wait = f" FROM (SELECT count(*) FROM {after}) done" if after else ""
    return f"INSERT INTO {table} (centre_id, {names}) SELECT app.centre(), {values}{wait}"


def same(*names: str) -> dict[str, str]:
    """Give columns the values that are called like them."""
    return {name: f":{name}" for name in names}
