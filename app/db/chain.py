"""The chain of an audit, recomputed: the canonical forms, and what breaks them.

It needs no database: `audit verify` gives it the records of one, or the lines of an export, in the
same order: entries by position, and each seal after the entries that it covers.

A *field* is written as its length in bytes (UTF-8), a colon and its text; a missing one as `~`.

- An entry's leaf is SHA-256 of `asysta-audit-1` and the fields `ENTRY`, in that order: ids in
  lower case, numbers in decimal, `at` in UTC with microseconds and Z, `changed` joined by commas,
  `detail` byte for byte as it is stored.
- A seal's hash is SHA-256 of the hash of the seal before it (32 zero bytes for the first),
  `asysta-seal-1` with the fields `SEAL`, and the leaves of its entries, 32 bytes each, in order.

`functions.sql` computes the same in the database; a test holds the two against each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

ENTRY = (
    *("centre_id", "position", "id", "at", "account_id", "on_behalf_of", "request_id"),
    *("operation", "verb", "subject", "subject_id", "family_id", "changed", "purpose", "detail"),
)
SEAL = ("centre_id", "number", "at", "upto", "entries")
SIZE = 32
FIRST = bytes(SIZE)
Record: TypeAlias = Mapping[str, Any]


class Broken(Exception):
    """The chain does not hold; `where` names the first bad row, the message says what is wrong."""

    def __init__(self, where: str, said: str) -> None:
        """Keep both."""
        super().__init__(f"{where}: {said}")
        self.where = where


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a chain at one time, as it was signed: the number and hash of its last seal."""

    number: int
    hash: str


@dataclass(slots=True)
class Chain:
    """Checks one centre's chain record by record; `unsealed` are entries after the last seal."""

    heads: Sequence[Head] = ()
    number: int = 0
    upto: int = 0
    hash: bytes = FIRST
    entries: int = 0
    unsealed: list[Record] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """Check the next record; raise Broken at the first that is not what was sealed."""
        if record["kind"] == "seal":
            self._seal(record)
            self._compare_head()
        else:
            self.unsealed.append(record)

    def end(self) -> None:
        """Check what only the end can show: entries in sealed places, and a tail that is gone."""
        for entry in self.unsealed:
            if entry["position"] <= self.upto:
                raise Broken(_name(entry), "an entry was put in after its place was sealed")
        gone = [head.number for head in self.heads if head.number > self.number]
        if gone:
            said = f"the tail is gone: seal {max(gone)} was signed, the last is {self.number}"
            raise Broken(f"seal {self.number + 1}", said)

    def _seal(self, seal: Record) -> None:
        where = f"seal {seal['number']}"
        if seal["number"] != self.number + 1:
            raise Broken(f"seal {self.number + 1}", f"it is missing: {where} follows")
        leaves = bytes.fromhex(seal["leaves"])
        if seal_hash(self.hash, seal, leaves).hex() != seal["hash"]:
            raise Broken(where, "it was changed, or a seal before it was")
        covered, self.unsealed = self.unsealed, []
        _compare(covered, leaves, where)
        last = covered[-1]["position"] if covered else None
        if (len(covered), last) != (seal["entries"], seal["upto"]):
            raise Broken(where, "it does not count its entries right")
        self.number, self.upto = seal["number"], seal["upto"]
        self.hash = bytes.fromhex(seal["hash"])
        self.entries += len(covered)

    def _compare_head(self) -> None:
        for head in self.heads:
            if head.number == self.number and head.hash != self.hash.hex():
                raise Broken(f"seal {self.number}", "it is not the one whose hash was signed")


def leaf(entry: Record) -> bytes:
    """Hash one entry."""
    return sha256(_canonical("asysta-audit-1", entry, ENTRY)).digest()


def seal_hash(before: bytes, seal: Record, leaves: bytes) -> bytes:
    """Hash one seal onto the one before it."""
    return sha256(before + _canonical("asysta-seal-1", seal, SEAL) + leaves).digest()


def _canonical(form: str, record: Record, names: Iterable[str]) -> bytes:
    return form.encode() + b"".join(_field(record[name]) for name in names)


def _field(value: Any) -> bytes:
    if value is None:
        return b"~"
    text = ",".join(value) if isinstance(value, list) else str(value)
    said = text.encode()
    return b"%d:%b" % (len(said), said)


def _compare(entries: Sequence[Record], leaves: bytes, where: str) -> None:
    """Find the first entry that differs from the sealed leaves, and say in which way."""
    sealed = [leaves[n : n + SIZE] for n in range(0, len(leaves), SIZE)]
    found = [leaf(entry) for entry in entries]
    if found == sealed:
        return
    n = next(
        (n for n, pair in enumerate(zip(found, sealed, strict=False)) if pair[0] != pair[1]),
        min(len(found), len(sealed)),
    )
    if n == len(found):
        raise Broken(where, f"{len(sealed) - n} of its entries are missing, from entry {n + 1} on")
    raise Broken(_name(entries[n]), _difference(found[n:], sealed[n:], where))


def _difference(found: Sequence[bytes], sealed: Sequence[bytes], where: str) -> str:
    if not sealed or sealed[0] in found:
        at = found.index(sealed[0]) if sealed else len(found)
        moved = any(other in sealed for other in found[:at])
        return f"it is out of the order of {where}" if moved else f"{where} knows no such entry"
    if found[0] in sealed:
        return f"before it {sealed.index(found[0])} entries of {where} are missing"
    return f"it is not what {where} has sealed"


def _name(entry: Record) -> str:
    return f"entry {entry['position']} ({entry['id']})"
