"""Making the package of a person out of what the centre keeps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from app.db.base import metadata
from app.domain.access.rules import GrantReason
from app.domain.calendar import WARSAW
from app.domain.disclosure import rules
from app.domain.disclosure.rules import Departure, Member, RecordKind, Shield
from app.domain.families.rules import FamilyRole
from app.domain.names import called
from app.domain.terms import all_terms

Found = Mapping[str, Any]
Field = dict[str, str]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a person's files: whose they are, and how others are called."""

    own: frozenset[str]
    shield: Shield
    words: Mapping[str, str]
    departures: Mapping[str, Departure]
    changed: Mapping[str, list[str]]
    within: frozenset[str] = rules.NAMES_WITHIN

    def is_given(self, kind: str, row: Found) -> bool:
        """Tell whether a row is theirs: about them alone, or about all while they belonged."""
        if not rules.is_own(kind, row, self.own):
            return False
        left = self.left(kind, row)
        return left is None or left.covers(_day(row))

    def left(self, kind: str, row: Found) -> Departure | None:
        """Return that the person has left the family that a common row is about."""
        if kind in rules.OWN_COLUMNS:
            return None
        return self.departures.get(row["id" if kind == RecordKind.FAMILY else "family_id"])

    def hidden(self, kind: str, row: Found) -> frozenset[str]:
        """Name the columns of a row that are others': written after a departure, or of places."""
        hidden = rules.OF_OTHERS.get(kind, frozenset())
        if self.left(kind, row):
            hidden |= rules.WHEREABOUTS.get(kind, frozenset()) | {*self.changed.get(row["id"], ())}
        return hidden - rules.TECHNICAL

    def hidden_within(self, kind: str, row: Found) -> frozenset[str]:
        """Name the same within documents: a corrected visit repeats where it was."""
        places = rules.WHEREABOUTS[RecordKind.VISIT] if self.left(kind, row) else frozenset()
        return rules.NAMES_WITHIN | places


def package(found: Found) -> dict[str, Any]:
    """Write what the view found as the package: parts in the order of the procedure."""
    reading = _reading(found)
    parts = [_part(kind, found, reading) for kind in RecordKind]
    return {
        "request_id": found["request_id"],
        "received_on": found["received_on"],
        "prepared_on": found["prepared_on"],
        "controller": found["centre"],
        "purposes": [asdict(purpose) for purpose in rules.PURPOSES],
        "sources": list(rules.SOURCES),
        "rights": list(rules.RIGHTS),
        "families": len(found["files"]),
        "recipients": [_recipient(said) for said in found["recipients"]],
        "retention": list(_retention(found["records"], reading)),
        "parts": [part for part in parts if part["entries"]],
        "withheld": [part["kind"] for part in parts if part.pop("withheld")],
    }


def _reading(found: Found) -> _Reading:
    own = frozenset(found["same"])
    members = [
        Member(m["id"], m["first_name"], m["last_name"], label, m["pesel"], m["phone"])
        for m, label in zip(found["members"], _labels(found["members"]), strict=True)
    ]
    mine = tuple(member for member in members if member.id in own)
    others = tuple(member for member in members if member.id not in own)
    return _Reading(
        own,
        Shield(mine, others),
        _closed_words(),
        rules.departures(found["memberships"]),
        found["changed"],
    )


def _labels(members: list[Found]) -> Iterator[str]:
    """Call each member by what they are; several of a kind by a number, the eldest first."""
    counted: dict[str, int] = {}
    roles = [str(member["role"]) for member in members]
    for role in roles:
        counted[role] = counted.get(role, 0) + 1
        several = roles.count(role) > 1
        yield f"{FamilyRole(role).pl} {counted[role]}" if several else FamilyRole(role).pl


def _closed_words() -> dict[str, str]:
    """Map values of closed lists to Polish, where all lists that have a value call it the same."""
    said: dict[str, set[str]] = {}
    for term in all_terms():
        for member in term:
            said.setdefault(member.value, set()).add(member.pl)
    return {value: labels.pop() for value, labels in said.items() if len(labels) == 1}


def _recipient(said: Found) -> dict[str, Any]:
    reason = GrantReason(said["reason"])
    return {"reason": reason.value, "since": said["since"], "until": said["until"]}


def _retention(records: Found, reading: _Reading) -> Iterator[dict[str, Any]]:
    archived = {row["case_id"]: row for row in records["archived_case"]}
    kind = RecordKind.FAMILY_CASE
    for case in (row for row in records[kind] if reading.is_given(kind, row)):
        row = archived.get(case["id"], {})
        yield {
            "opened_on": case["opened_on"],
            "retention_category": row.get("retention_category"),
            "retention_until": row.get("retention_until"),
        }


def _part(kind: RecordKind, found: Found, reading: _Reading) -> dict[str, Any]:
    table = metadata().tables[kind.value]
    withheld, entries = False, []
    for row in found["records"][kind.value]:
        if not reading.is_given(kind, row):
            withheld = True
            continue
        fields = list(_fields(table, row, reading))
        withheld |= any(row.get(column) for column in reading.hidden(kind, row))
        withheld |= any(said["text"] == rules.OMITTED for said in fields)
        recorded = row["created_at"].replace("+00:00", "Z")
        entries.append({"recorded_at": recorded, "fields": fields})
    return {"kind": kind.value, "title": kind.pl, "entries": entries, "withheld": withheld}


def _fields(table: Any, row: Found, reading: _Reading) -> Iterator[Field]:
    hidden = rules.TECHNICAL | reading.hidden(table.name, row)
    inner = replace(reading, within=reading.hidden_within(table.name, row))
    for column in table.columns:
        value = row[column.name]
        if column.name in hidden or value is None:
            continue
        closed: Any = getattr(column.type, "enum_class", None)
        if closed is not None:
            yield _field(column.name, closed(value).pl)
            continue
        yield from _said(column.name, [called(column.name, "pl")], value, inner)


def _day(row: Found) -> date:
    return datetime.fromisoformat(row["created_at"]).astimezone(WARSAW).date()


def _field(name: str, text: str, label: str = "") -> Field:
    return {"name": name, "label": label or called(name, "pl"), "text": text}


def _said(name: str, path: list[str], value: Any, reading: _Reading) -> Iterator[Field]:
    """Write a value, or each value within a document, under the names that lead to it."""
    if isinstance(value, dict):
        if rules.is_own_entry(value, reading.own):
            shown = ((k, part) for k, part in value.items() if k not in reading.within)
            for key, part in shown:
                yield from _said(name, [*path, called(key, "pl")], part, reading)
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        for number, part in enumerate(value, start=1):
            yield from _said(name, [*path, str(number)], part, reading)
    else:
        texts = [_text(part, reading) for part in (value if isinstance(value, list) else [value])]
        if any(texts):
            yield _field(name, ", ".join(filter(None, texts)), ": ".join(path))


def _text(value: Any, reading: _Reading) -> str:
    """Write one value in words; ids of members as what they are, other ids not at all."""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if _UUID.fullmatch(value):
        return reading.shield.label_of(value) or ""
    if value in reading.words:
        return reading.words[value]
    return reading.shield.clear(value)
