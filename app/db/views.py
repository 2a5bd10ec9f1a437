"""Reads that go from one SQL statement to bytes: PostgreSQL builds the JSON.

A view is written once, as a plain select with named parameters (`:case_id`), compiled to
asyncpg's `$n` at import. Run on the read pool it enters the caller's scope in the same statement:
`CASE` fixes the order, so nothing is read before `app.enter` has said "ok". Run inside a command's
transaction (the `bare` form) it shows what the command has just written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

ENTERED = 8
# Functions that write, though a view may call them: such a view is for the primary only.
WRITING = ("app.note_", "app.next_position", "app.audit_mark", "app.seal_audit")
# The planner works a stable function out while it plans, and on a fresh connection no scope is
# entered yet: it would take `centre_id = app.centre()` to find nothing, and join by nested loops
# for as long as the plan is kept. In a subselect the value is unknown to it, hence an average.
_SETTING = re.compile(r"(?<!SELECT )(app\.(?:centre|account|today)\(\))")
_CAST = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)::([a-z]+)")
_NAMED = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


def numbered(sql: str, offset: int) -> tuple[str, tuple[str, ...]]:
    """Turn `:name` into asyncpg's `$n`, from after an offset on; return the names in order."""
    names: list[str] = []

    def position(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${offset + names.index(name) + 1}"

    return _SETTING.sub(r"(SELECT \1)", _NAMED.sub(position, sql)), tuple(names)


def constants(rows: Iterable[Iterable[object]], alias: str, columns: Iterable[str]) -> str:
    """Write constants of this code as a table for a FROM clause (labels, rules, articles)."""
    written = (", ".join("'" + str(v).replace("'", "''") + "'" for v in row) for row in rows)
    values = ", ".join(f"({row})" for row in written)
    return f"(VALUES {values}) AS {alias} ({', '.join(columns)})"


class View:
    """A scalar select (one row, one column: `json`, `text` or `text[]`), ready for asyncpg."""

    result: ClassVar[str] = "text"

    def __init__(self, sql: str) -> None:
        """Compile both forms of the statement."""
        bare, self.names = numbered(sql, 0)
        inner, _ = numbered(sql, ENTERED)
        self.writes = any(name in sql for name in WRITING)
        self.bare = f"SELECT ({bare})::{self.result}"
        self.scoped = (
            f"SELECT s.standing, CASE WHEN s.standing = 'ok' THEN ({inner})::{self.result} END FROM"
            " (SELECT app.enter($1, $2, $3, $4, $5, $6, $7, $8) AS standing OFFSET 0) s"
        )

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Put named values in the statement's order; a missing one is a programming error."""
        return [values[name] for name in self.names]


class One(View):
    """One resource: `row` selects its columns (among them `version`), `facts` what rules need.

    The result is an array of texts: the body, the version, and the facts as JSON (or NULL).
    """

    result: ClassVar[str] = "text[]"

    def __init__(self, row: str, facts: str = "SELECT NULL") -> None:
        """Wrap the select; `facts` may refer to the row as `r`."""
        super().__init__(
            "SELECT ARRAY[row_to_json(r)::text, r.version::text,"
            f" (SELECT row_to_json(f)::text FROM ({facts}) f)] FROM ({row}) r"
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A column of the order of a list: expression, type, and the name under which it comes out."""

    expression: str
    type: str
    name: str = field(default="")

    @property
    def column(self) -> str:
        """Return the output name of the key."""
        return self.name or self.expression.rpartition(".")[2]


_LOWEST = {"date": "-infinity", "timestamptz": "-infinity", "text": "", "bigint": "-1"}
_HIGHEST = {"date": "infinity", "timestamptz": "infinity", "bigint": "9223372036854775807"}
_NO_UUID, _LAST_UUID = (
    "00000000-0000-0000-0000-000000000000",
    "f" * 8 + "-ffff" * 3 + "-" + "f" * 12,
)


class Many(View):
    """One page of a list in keyset order.

    `rows` is a select that ends within its WHERE; `keys` say the order (the last one unique).
    Parameters `after` (the decoded cursor, or None) and `limit` are added. The result is an array
    of texts: the items as a JSON array, and the next cursor's values as a JSON array (or NULL).

    `within` names what the list belongs to (`family_case WHERE id = :case_id::uuid`): where the
    reader can't see that, the result is NULL and the answer 404, as for the thing itself. `around`
    joins what a row is shown with to the `{page}` alone, where the whole list would be joined
    before it is sorted; what it joins has one row for each, and the keys keep their order.

    `noted` names what a list of several families shows: each page is an entry of the audit, with
    the number of its rows and a hash of the filter. `by_words` tells whether words are among the
    values of its cursor: whoever writes one into an address seals it.
    """

    result: ClassVar[str] = "text[]"

    def __init__(
        self,
        rows: str,
        keys: tuple[Key, ...],
        *,
        descending: bool = False,
        within: str | None = None,
        around: str = "{page}",
        noted: str | None = None,
    ) -> None:
        """Compose the page around the select; the key comparison stays usable by an index."""
        self.by_words = any(key.type == "text" for key in keys)
        columns = ", ".join(key.expression for key in keys)
        start = ", ".join(_start(n, key, descending) for n, key in enumerate(keys, start=1))
        order = ", ".join(f"{key.expression}{' DESC' * descending}" for key in keys)
        cursor = ", ".join(f"r.{key.column}::text" for key in keys)
        limited = (
            f"{rows} AND ({columns}) {'<' if descending else '>'} ({start})"
            f" ORDER BY {order} LIMIT :limit::bigint + 1"
        )
        page = (
            "SELECT ARRAY[coalesce(json_agg(p.item ORDER BY p.n)"
            " FILTER (WHERE p.n <= :limit::bigint), '[]')::text,"
            " CASE WHEN count(*) > :limit::bigint THEN"
            " max(p.cursor) FILTER (WHERE p.n = :limit::bigint) END] FROM"
            " (SELECT row_number() OVER () AS n, row_to_json(r) AS item,"
            f" json_build_array({cursor})::text AS cursor FROM"
            f" ({around.replace('{page}', limited)}) r) p"
        )
        if noted:
            shown = "least(count(*), :limit::bigint)"
            page += f" HAVING app.note_list('{noted}', {shown}, {_filter(rows)})"
        seen = f"EXISTS (SELECT FROM {within})" if within else None
        super().__init__(f"SELECT CASE WHEN {seen} THEN ({page}) END" if seen else page)


def _filter(rows: str) -> str:
    """Write a list's own parameters, as far as they are given, as JSON."""
    said = dict(_CAST.findall(rows))
    members = ", ".join(f"'{name}', :{name}::{kind}" for name, kind in sorted(said.items()))
    return f"json_strip_nulls(json_build_object({members}))"


def _start(position: int, key: Key, descending: bool) -> str:
    """Write where a page starts; COALESCE counts as leaky, and row security then shuns indexes."""
    if key.type == "uuid":
        end = _LAST_UUID if descending else _NO_UUID
    else:
        end = _HIGHEST[key.type] if descending else _LOWEST[key.type]
    said = f"(:after::text[])[{position}]::{key.type}"
    return f"CASE WHEN {said} IS NULL THEN '{end}'::{key.type} ELSE {said} END"
