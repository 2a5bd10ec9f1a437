"""Verifying: every record of every centre, against its chain and the heads that were signed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.auditing import records
from app.db.chain import Broken, Chain, Head, Record

# Sealing takes seconds: what is older was written while nothing sealed, or was hidden from it.
PATIENCE = timedelta(minutes=1)
Step = Callable[[str, int, int], None]  # which audit, how much more is checked, of how much


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one audit; `broken` names the first bad row."""

    name: str
    entries: int
    seals: int
    unsealed: int
    oldest: str | None
    heads: int
    broken: Broken | None

    def late(self, now: datetime) -> bool:
        """Tell whether an entry has waited too long for its seal."""
        return self.oldest is not None and datetime.fromisoformat(self.oldest) < now - PATIENCE


async def verify_database(
    url: str, heads: Mapping[str, Sequence[Head]], code: str | None, step: Step
) -> list[Verdict]:
    """Verify every centre of a database, or the one with a code, each at one moment."""
    found = []
    async with records.connected(url) as connection:
        for centre in await records.centres(connection, code):
            chain = Chain(heads.get(str(centre.id), ()))
            async with records.entered(connection, centre) as total:
                broken = None
                try:
                    async for line in records.lines_of(connection, centre):
                        _take(chain, records.record(line, 0))
                        step(centre.code, 1, total)
                    chain.end()
                except Broken as failure:
                    broken = failure
            found.append(_verdict(centre.code, chain, broken))
    return found


def verify_file(file: Path, heads: Mapping[str, Sequence[Head]], step: Step) -> Verdict:
    """Verify an export; no database is asked."""
    chain, broken = Chain(), None
    total = file.stat().st_size
    try:
        for record, size in records.lines_in(file):
            if record["kind"] == "audit":
                chain.heads = heads.get(str(record.get("centre_id")), ())
            _take(chain, record)
            step(file.name, size, total)
        chain.end()
    except Broken as failure:
        broken = failure
    return _verdict(file.name, chain, broken)


def _take(chain: Chain, record: Record) -> None:
    if record["kind"] != "audit":
        chain.take(record)


def _verdict(name: str, chain: Chain, broken: Broken | None) -> Verdict:
    oldest = str(chain.unsealed[0]["at"]) if chain.unsealed and not broken else None
    waiting = 0 if broken else len(chain.unsealed)
    return Verdict(name, chain.entries, chain.number, waiting, oldest, len(chain.heads), broken)
