"""Printing plates: rows as COPY writes them, with blanks for all that differs in each copy.

Rows are handled as text. Every UUID in them, in a column, an array or a document, is either known
(the centre, its people) and becomes that blank, or belongs to the copy: its first half is then
fixed (a UUIDv7's time, so that order is kept) and its second half, the tail, is each copy's own.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from random import Random

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00")
_AT_WORK = time(9, tzinfo=UTC)
TAIL = "%(tail)s"

Row = dict[str, str]
Rows = dict[str, list[Row]]
Blank = Callable[[str, int], str]  # a field and the number of its row, to what is printed there


@dataclass(frozen=True, slots=True)
class Told:
    """When rows were really written, and the day that it was then in the story (None: its end)."""

    instants: tuple[datetime, ...]
    days: tuple[date | None, ...]

    def day(self, written: datetime) -> date | None:
        """Return the day in the story; None for an instant before or after the telling."""
        n = bisect_right(self.instants, written)
        return self.days[n - 1] if n else None


@dataclass(frozen=True, slots=True)
class Plate:
    """Rows by table, ready for `%`; `halves` are the first halves of ids by the master's id."""

    texts: dict[str, str]
    halves: dict[str, str]
    rows: int

    def id_of(self, master: str, tail: str) -> str:
        """Return the id that a copy has in the place of a master's."""
        return self.halves[master] + tail

    def names(self, blank: str) -> bool:
        """Tell whether a blank occurs."""
        return any(f"%({blank})s" in text for text in self.texts.values())


def new_tail(dice: Random) -> str:
    """Return the second half of the ids of one copy: 62 bits of chance (RFC 9562)."""
    return f"{0x8000 | dice.getrandbits(14):04x}-{dice.getrandbits(48):012x}"


@dataclass(slots=True)
class Etcher:
    """Makes plates: `known` ids and whole `values` become blanks, columns are made by `blanks`."""

    known: Mapping[str, str]
    values: Mapping[str, str]
    blanks: Mapping[str, Blank]
    stamped: Callable[[str], str] = str

    def etch(self, rows: Rows, told: Told) -> Plate:
        """Make the plate of some rows."""
        moments = _moments(rows, told)
        halves = self._halves(rows, told)
        texts = {}
        for table, found in rows.items():
            lines = [self._line(table, row, n, halves, moments) for n, row in enumerate(found)]
            texts[table] = "".join(lines)
        return Plate(texts, halves, sum(len(found) for found in rows.values()))

    def _halves(self, rows: Rows, told: Told) -> dict[str, str]:
        """Give ids first halves in the order of their rows, which are sorted, then within rows."""
        halves: dict[str, str] = {}
        for own in (True, False):
            for row in _all(rows):
                fields = (row["id"],) if own else row.values()
                for uuid in (u for field in fields for u in _UUID.findall(field)):
                    if uuid not in halves and uuid not in self.known:
                        halves[uuid] = _half(row, told, len(halves))
        return halves

    def _line(
        self, table: str, row: Row, n: int, halves: Mapping[str, str], moments: Mapping[str, str]
    ) -> str:
        def printed(uuid: re.Match[str]) -> str:
            found = uuid.group()
            return self.known.get(found) or halves[found] + TAIL

        fields = []
        for column, field in row.items():
            blank = self.blanks.get(f"{table}.{column}")
            if blank:
                fields.append(blank(field, n))
            elif field in self.values:
                fields.append(self.values[field])
            else:
                text = self.stamped(moments.get(field, field)).replace("%", "%%")
                fields.append(_UUID.sub(printed, text))
        return "\t".join(fields) + "\n"


def _moments(rows: Rows, told: Told) -> dict[str, str]:
    """Give each instant at which rows were really written its place on the day of the story."""
    written = {f for row in _all(rows) for f in row.values() if _INSTANT.fullmatch(f)}
    moments = {}
    for n, text in enumerate(sorted(written, key=datetime.fromisoformat)):
        day = told.day(datetime.fromisoformat(text))
        if day:
            moments[text] = f"{day} 09:{n // 60 % 60:02d}:{n % 60:02d}+00"
    return moments


def _all(rows: Rows) -> Iterator[Row]:
    for found in rows.values():
        yield from found


def _half(row: Row, told: Told, n: int) -> str:
    written = row.get("created_at") or row.get("at")
    day = (told.day(datetime.fromisoformat(written)) if written else None) or told.days[0]
    assert day is not None
    milliseconds = int(datetime.combine(day, _AT_WORK).timestamp()) * 1000 + n
    digits = f"{milliseconds:012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-"
